import { LRUCache } from 'lru-cache'
import type { RookeryEvent, Session } from '@rookery/sdk/protocol'
import type { Clock } from '../clock.ts'
import type { Settings } from '../config/index.ts'
import { ownText } from '../own-text.ts'
import { createCache, type Database } from '../storage/index.ts'
import type { Actor } from '../operations/index.ts'
import type { Directory } from './directory.ts'
import type { Tokens } from './tokens.ts'

export interface StoredSession extends Omit<Session, 'isCurrent' | 'roles'> {
  readonly csrfToken: string
  /** A personal access token acts as a session of the token's id that never expires. */
  readonly isToken: boolean
}

/** From a token to whom it stands for. */
export interface SessionStore {
  /** The live session of a token, undefined where there is none, it has ended or its account is inactive. */
  find(token: string): Promise<{ session: StoredSession, actor: Actor & { kind: 'user' }, locale: string } | undefined>
  /** Whether a session has not ended: what memory let go of is read again. */
  isLive(sessionId: string): Promise<boolean>
  learn(event: RookeryEvent): void
  /** When sessions were last used, since the last call; at most one moment per session. */
  takeActivity(): readonly { readonly id: string, readonly at: number }[]
  clear(): void
}

interface Row {
  id: string, user_id: string, create_at: number, expires_at: number, last_activity_at: number, device_id: string
  csrf_token: string, props: Record<string, string>, is_token: boolean
}

const selectByToken = {
  name: 'session_by_token',
  text: `select id, user_id, create_at, expires_at, last_activity_at, device_id, csrf_token, props, false as is_token
      from sessions where token_hash = $1
    union all
    select id, user_id, create_at, 0, create_at, '', '', '{}'::jsonb, true
      from personal_access_tokens where token_hash = $1 and is_active`,
}

const selectById = {
  name: 'session_by_id',
  text: `select user_id, expires_at, false as is_token from sessions where id = $1
    union all
    select user_id, 0, true from personal_access_tokens where id = $1 and is_active`,
}

interface Parts {
  readonly db: Database
  readonly clock: Clock
  readonly tokens: Tokens
  readonly directory: Directory
  readonly settings: Settings
  /** Sessions in memory. */
  readonly maximum?: number
}

/** Who stays signed in has its last activity noted this often. */
const activityEveryMs = 60_000
const maximumSessions = 50_000
/** Tokens whose hash need not be made again: that costs a short request as much as all else that the kernel does for it. */
const maximumHashes = 10_000

/** A session as memory keeps it. */
interface KeptSession extends StoredSession {
  /** Of its token, in base64. */
  readonly hash: string
  /** When its last use was noted. */
  notedAt: number
}

export function createSessionStore({ db, clock, tokens, directory, settings, maximum = maximumSessions }: Parts): SessionStore {
  const cache = createCache<KeptSession>({
    maximum,
    async load(hash) {
      const [row] = await db.hot<Row>({ ...selectByToken, values: [Buffer.from(hash, 'base64')] })
      return row && {
        id: row.id, userId: row.user_id, createAt: row.create_at, expiresAt: row.expires_at, lastActivityAt: row.last_activity_at,
        deviceId: row.device_id, csrfToken: row.csrf_token, props: row.props, isToken: row.is_token,
        hash, notedAt: row.last_activity_at,
      }
    },
  })
  // Only of tokens that stand for a session: what a stranger makes up is not kept.
  const hashes = new LRUCache<string, string>({ max: maximumHashes })
  // Memory is kept by the hash of the token; events name sessions by id.
  const byId = new Map<string, KeptSession>()
  const activity = new Map<string, number>()
  const note = (session: KeptSession): void => {
    const now = clock.now()
    if (session.isToken || now - session.notedAt < activityEveryMs) return
    session.notedAt = now
    activity.set(session.id, now)
  }
  const forget = (sessionId: string): void => {
    const known = byId.get(sessionId)
    if (known) cache.forget(known.hash)
    byId.delete(sessionId)
  }
  /** The account of a session that may be used now. */
  const holderOf = async ({ userId, expiresAt, isToken }: Pick<StoredSession, 'userId' | 'expiresAt' | 'isToken'>) => {
    if (expiresAt > 0 && expiresAt <= clock.now()) return undefined
    const user = directory.users.peek(userId) ?? await directory.users.get(userId)
    if (!user || user.deleteAt > 0) return undefined
    if (isToken && !settings.accounts.allowAccessTokens && !user.isBot) return undefined
    return user
  }
  const readById = async (sessionId: string): Promise<Pick<StoredSession, 'userId' | 'expiresAt' | 'isToken'> | undefined> => {
    const [row] = await db.hot<Pick<Row, 'user_id' | 'expires_at' | 'is_token'>>({ ...selectById, values: [sessionId] })
    return row && { userId: row.user_id, expiresAt: row.expires_at, isToken: row.is_token }
  }
  return {
    async isLive(sessionId) {
      const known = byId.get(sessionId)
      const session = known && cache.peek(known.hash) ? known : await readById(sessionId)
      return session !== undefined && await holderOf(session) !== undefined
    },
    async find(token) {
      const known = hashes.get(token)
      const hash = known ?? tokens.hashToken(token).toString('base64')
      const session = cache.peek(hash) ?? await cache.get(hash)
      if (!session) return undefined
      if (known === undefined) hashes.set(ownText(token), hash)
      // What the cache has let go of is still named here.
      if (byId.size >= 2 * maximum) for (const [id, { hash: each }] of byId) if (!cache.peek(each)) byId.delete(id)
      byId.set(session.id, session)
      const user = await holderOf(session)
      if (!user) return undefined
      note(session)
      return { session, actor: { kind: 'user', userId: user.id, sessionId: session.id, roles: user.roles.split(' ') }, locale: user.locale }
    },
    learn(event) {
      if (event.name === 'session.updated') {
        const known = byId.get((event.payload as { sessionId: string }).sessionId)
        if (known) cache.forget(known.hash)
      }
      if (event.name !== 'session.ended') return
      // A session that is being read now is not known by its id yet, and may have been read before its end.
      cache.forgetLoading()
      const { userId, sessionIds } = event.payload as { userId: string, sessionIds: string[] | null }
      if (sessionIds) sessionIds.forEach(forget)
      else for (const [id, known] of byId) if (known.userId === userId) forget(id)
    },
    takeActivity() {
      const taken = [...activity].map(([id, at]) => ({ id, at }))
      activity.clear()
      return taken
    },
    clear() {
      hashes.clear()
      byId.clear()
      cache.clear()
    },
  }
}
