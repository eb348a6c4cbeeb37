import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import path from 'node:path'
import { Readable } from 'node:stream'
import { WebSocket } from 'ws'
import { createTokens, systemContext, type Context } from '@rookery/kernel'
import { binary, createDiskFileStore, json, sql } from '../../kernel/src/storage/index.ts'
import { createTestServer, type TestServer } from '../harness/test-server.ts'

/**
 * Accounts by what they are to the team `home` and its channels. The guest is in the channels, the visitor is a guest of
 * the team only; the stranger belongs to no team, the outsider to the team and to no channel of the targets.
 */
export const actors = ['guest', 'visitor', 'stranger', 'outsider', 'member', 'channelAdmin', 'teamAdmin', 'admin'] as const
export type Actor = (typeof actors)[number]

/** Who must never get further than an anonymous caller. */
export const sessionless = ['anonymous', 'expired', 'deactivated'] as const

/** Accounts that things belong to, and that nobody acts as. */
const others = ['foreigner', 'friend', 'gone', 'bot'] as const
type Account = Actor | (typeof others)[number]

/** What an operation may be about. Each cell of the matrix is one actor and one target of the noun in question. */
export const targetsOf = {
  none: ['none'],
  channel: ['open', 'private', 'direct', 'group', 'archived', 'foreignOpen', 'foreignPrivate'],
  post: ['open', 'private', 'direct', 'group', 'archived', 'foreignOpen', 'foreignPrivate', 'deleted'],
  team: ['home', 'openTeam', 'foreign', 'archivedTeam'],
  user: ['self', 'member', 'guest', 'foreigner', 'gone', 'admin', 'bot'],
} as const
export type Noun = keyof typeof targetsOf
export type TargetName<N extends Noun = Noun> = (typeof targetsOf)[N][number]

/** The ids that an input about a target is made of. */
export interface Target {
  readonly channelId: string
  readonly teamId: string
  readonly userId: string
  readonly username: string
  readonly email: string
  /** The root of a thread in the channel, written by `member` (in foreign channels by `foreigner`). */
  readonly postId: string
  readonly actorId: string
  /** Somebody who belongs to the channel or team. */
  readonly memberId: string
  /** Of a category in the sidebar of `member`, in the team `home`. */
  readonly categoryId: string
  /** Of a file of the post. */
  readonly fileId: string
  /** Of the emoji `loom`, made by `member`. */
  readonly emojiId: string
  /** Of the personal token of `member`. */
  readonly tokenId: string
  /** Of the role `channel_user`. */
  readonly roleId: string
  /** By account name. */
  readonly users: Readonly<Record<string, string>>
  readonly channels: Readonly<Record<string, string>>
  readonly teams: Readonly<Record<string, string>>
}

export interface Matrix {
  readonly server: TestServer
  contextOf(actor: Actor | 'anonymous'): Context
  /** For the Authorization header; undefined for `anonymous`. */
  tokenOf(actor: Actor | (typeof sessionless)[number] | 'personalToken'): string | undefined
  target(noun: Noun, name: TargetName, actor: Actor | 'anonymous'): Target
  /** Gives accounts, teams, channels and sessions back what they may have lost. */
  revive(): Promise<void>
  /** An open websocket of API v4, past its hello. */
  openSocket(actor: Actor): Promise<WebSocket>
  close(): Promise<void>
}

const rolesOf: Readonly<Partial<Record<Account, string>>> = { admin: 'system_user system_admin', guest: 'system_guest', visitor: 'system_guest' }

/** Straight into the tables: this world must not depend on the operations that it is there to judge. */
export async function createMatrix(): Promise<Matrix> {
  const server = await createTestServer({ settings: { accounts: { allowAccessTokens: true } } })
  const { db, ids, clock, chat } = server.kernel
  const tokens = createTokens({ randomBytes })
  const now = clock.now()
  const users: Record<string, string> = {}
  const teams: Record<string, string> = {}
  const channels: Record<string, string> = {}
  const posts: Record<string, string> = {}
  const files: Record<string, string> = {}
  const store = await createDiskFileStore({ folder: path.join(server.kernel.settings.dataFolder, 'files') })
  const keep = async (...keys: string[]): Promise<void> => { for (const key of keys) await store.write(key, Readable.from([Buffer.from('Hello')])) }
  const emojiId = ids.next()
  const tokenId = ids.next()
  const secrets: Record<string, string> = {}
  const sessionIds: Record<string, string> = {}

  for (const name of [...actors, ...others]) {
    users[name] = ids.next()
    await db.query(sql`
      insert into users (id, create_at, update_at, delete_at, username, email, roles, timezone, is_bot, bot_owner_id)
      values (${users[name]}, ${now}, ${now}, ${name === 'gone' ? now : 0}, ${name.toLowerCase()}, ${`${name}@example.com`.toLowerCase()},
        ${rolesOf[name] ?? 'system_user'}, ${json({ useAutomaticTimezone: 'true', automaticTimezone: '', manualTimezone: '' })}, ${name === 'bot'}, ${name === 'bot' ? users['member'] as string : ''})`)
  }
  const session = async (name: string, userId: string, expiresAt: number): Promise<void> => {
    const token = secrets[name] ??= tokens.token()
    const id = sessionIds[name] ??= ids.next()
    await db.query(sql`
      insert into sessions (id, token_hash, user_id, create_at, expires_at, last_activity_at)
      values (${id}, ${binary(tokens.hashToken(token))}, ${userId}, ${now}, ${expiresAt}, ${now})
      on conflict (id) do update set expires_at = excluded.expires_at`)
  }
  const signIn = async (): Promise<void> => { for (const name of actors) await session(name, users[name] as string, now + 3_600_000) }
  await signIn()
  await session('expired', users['member'] as string, now - 1)
  await session('deactivated', users['gone'] as string, now + 3_600_000)
  secrets['personalToken'] = tokens.token()
  await db.query(sql`
    insert into personal_access_tokens (id, token_hash, user_id, create_at)
    values (${tokenId}, ${binary(tokens.hashToken(secrets['personalToken']))}, ${users['member'] as string}, ${now})`)

  const team = async (name: string, { allowOpenInvite = false, deleteAt = 0 }: { allowOpenInvite?: boolean, deleteAt?: number } = {}): Promise<void> => {
    teams[name] = ids.next()
    await db.query(sql`
      insert into teams (id, create_at, update_at, delete_at, display_name, name, type, invite_id, allow_open_invite)
      values (${teams[name]}, ${now}, ${now}, ${deleteAt}, ${name}, ${name.toLowerCase()}, ${allowOpenInvite ? 'O' : 'I'}, ${tokens.token()}, ${allowOpenInvite})`)
  }
  const joinTeam = (name: string, member: string): Promise<unknown> => db.query(sql`
    insert into team_members (team_id, user_id, create_at, update_at, is_guest, is_admin)
    values (${teams[name] as string}, ${users[member] as string}, ${now}, ${now}, ${member === 'guest' || member === 'visitor'}, ${member === 'teamAdmin'})`)
  await team('home')
  await team('openTeam', { allowOpenInvite: true })
  await team('foreign')
  await team('archivedTeam', { deleteAt: now })
  for (const member of ['guest', 'visitor', 'outsider', 'member', 'channelAdmin', 'teamAdmin', 'friend', 'gone', 'bot']) await joinTeam('home', member)
  await joinTeam('foreign', 'foreigner')
  for (const member of ['member', 'teamAdmin']) await joinTeam('archivedTeam', member)

  const made: { readonly name: string, readonly members: readonly string[] }[] = []
  const joinChannel = (name: string, member: string): Promise<unknown> => db.query(sql`
    with joined as (
      insert into channel_members (channel_id, user_id, create_at, update_at, is_guest, is_admin)
      values (${channels[name] as string}, ${users[member] as string}, ${now}, ${now}, ${member === 'guest'}, ${member === 'channelAdmin'})
      on conflict (channel_id, user_id) do nothing returning 1)
    update channels set member_count = member_count + (select count(*) from joined) where id = ${channels[name] as string}`)
  const channel = async (name: string, type: string, teamName: string, members: readonly string[], deleteAt = 0): Promise<void> => {
    const id = channels[name] = ids.next()
    const author = teamName === 'foreign' ? 'foreigner' : 'member'
    const slug = type === 'D' ? [users['member'], users['friend']].sort().join('__') : name.toLowerCase()
    await db.query(sql`
      insert into channels (id, create_at, update_at, delete_at, team_id, type, display_name, name, creator_id, last_create_at, last_post_at, last_root_post_at, total_msg_count, total_msg_count_root, member_count)
      values (${id}, ${now}, ${now}, ${deleteAt}, ${teams[teamName] ?? ''}, ${type}, ${type === 'D' ? '' : name}, ${slug}, ${users[author] as string}, ${now + 1}, ${now + 1}, ${now + 1}, 2, 2, 0)`)
    made.push({ name, members })
    for (const member of members) await joinChannel(name, member)
    const write = async (key: string, at: number, deletedAt: number): Promise<void> => {
      posts[key] = ids.next()
      await db.query(sql`
        insert into posts (id, create_at, update_at, delete_at, user_id, channel_id, message)
        values (${posts[key]}, ${at}, ${at}, ${deletedAt}, ${users[author] as string}, ${id}, ${'Hello'})`)
      files[key] = ids.next()
      await db.query(sql`update posts set file_ids = array[${files[key]}] where id = ${posts[key]}`)
      await db.query(sql`
        insert into files (id, user_id, channel_id, post_id, create_at, update_at, delete_at, name, extension, size_bytes, mime_type, sha256, width, height, has_preview, storage_key)
        values (${files[key]}, ${users[author] as string}, ${id}, ${posts[key]}, ${at}, ${at}, ${deletedAt}, 'a.png', 'png', 5, 'image/png', '', 1, 1, true, ${`files/${files[key]}`})`)
      await keep(`files/${files[key]}`, `files/${files[key]}.preview`, `files/${files[key]}.thumbnail`)
    }
    await write(name, now, 0)
    if (name === 'open') await write('deleted', now + 1, now + 2)
  }
  const inside = ['guest', 'member', 'channelAdmin']
  await channel('open', 'O', 'home', inside)
  await channel('private', 'P', 'home', inside)
  await channel('direct', 'D', '', ['member', 'friend'])
  await channel('group', 'G', '', ['guest', 'member', 'friend'])
  await channel('archived', 'O', 'home', inside, now)
  await channel('foreignOpen', 'O', 'foreign', ['foreigner'])
  await channel('foreignPrivate', 'P', 'foreign', ['foreigner'])
  await db.query(sql`
    insert into custom_emoji (id, name, creator_id, create_at, update_at, mime_type, storage_key) values (${emojiId}, 'loom', ${users['member'] as string}, ${now}, ${now}, 'image/png', 'emoji/loom')`)
  await keep('emoji/loom')
  const categoryId = ids.next()
  await db.query(sql`
    insert into sidebar_categories (id, user_id, team_id, type, display_name) values (${categoryId}, ${users['member'] as string}, ${teams['home'] as string}, 'custom', 'Looms')`)
  await db.query(sql`insert into preferences (user_id, category, name, value) select id, 'theme', 'colour', 'blue' from users`)
  const roleId = await db.value<string>(sql`select id from roles where name = 'channel_user'`)
  chat.directory.users.clear()

  const teamOfChannel = (name: string): string => (name.startsWith('foreign') ? teams['foreign'] : teams['home']) as string
  return {
    server,
    contextOf: (actor) => ({
      ...systemContext, requestId: ids.next(), address: '192.0.2.1',
      actor: actor === 'anonymous' ? { kind: 'anonymous' } : { kind: 'user', userId: users[actor] as string, sessionId: sessionIds[actor] as string, roles: (rolesOf[actor] ?? 'system_user').split(' ') },
    }),
    tokenOf: (actor) => secrets[actor],
    target(noun, name, actor) {
      const actorId = users[actor] ?? users['member'] as string
      const channelName = noun === 'channel' || noun === 'post' ? (name === 'deleted' ? 'open' : name) : 'open'
      const userName = noun !== 'user' ? undefined : name === 'self' ? actor : name
      const userId = userName === undefined || userName === 'anonymous' ? actorId : users[userName] as string
      const username = (Object.entries(users).find(([, id]) => id === userId)?.[0] ?? '').toLowerCase()
      return {
        channelId: channels[channelName] as string, teamId: (noun === 'team' ? teams[name] : teamOfChannel(channelName)) as string,
        postId: posts[noun === 'post' ? name : channelName] as string, fileId: files[noun === 'post' ? name : channelName] as string, emojiId, tokenId, userId, username, email: `${username}@example.com`, actorId, categoryId, roleId, memberId: users[name.startsWith('foreign') ? 'foreigner' : 'member'] as string, users, channels, teams,
      }
    },
    async revive() {
      for (const name of [...actors, ...others]) {
        await db.query(sql`update users set roles = ${rolesOf[name] ?? 'system_user'}, delete_at = ${name === 'gone' ? now : 0} where id = ${users[name] as string}`)
      }
      await db.query(sql`update channels set delete_at = 0 where id <> ${channels['archived'] as string} and delete_at > 0`)
      await db.query(sql`update teams set delete_at = 0 where id <> ${teams['archivedTeam'] as string} and delete_at > 0`)
      for (const { name, members } of made) for (const member of members) await joinChannel(name, member)
      await signIn()
      server.kernel.sessions.clear()
      for (const cache of [chat.directory.users, chat.directory.teams, chat.directory.channels]) cache.clear()
    },
    async openSocket(actor) {
      const webSocket = new WebSocket(`${server.url.replace(/^http/, 'ws')}/api/v4/websocket`, { headers: { authorization: `Bearer ${secrets[actor] ?? ''}` } })
      webSocket.on('error', () => {})
      await once(webSocket, 'message')
      return webSocket
    },
    close: () => server.close(),
  }
}
