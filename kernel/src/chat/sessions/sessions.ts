import { RookeryError, sessionEnded, sessionsCreate, sessionsEnd, sessionsList, sessionsRevoke, sessionsRevokeAll, type Session } from '@rookery/sdk/protocol'
import { implement, type AnyImplementation, type Context } from '../../operations/index.ts'
import { binary, json, sql, textArray } from '../../storage/index.ts'
import type { ChatParts } from '../parts.ts'
import { userColumns } from '../users/user-rows.ts'

type Parts = Pick<ChatParts, 'db' | 'writer' | 'access' | 'passwords' | 'tokens' | 'throttle' | 'settings' | 'ids' | 'clock'>

interface Account { id: string, password_hash: string | null, delete_at: number, is_bot: boolean, auth_service: string }

const hourMs = 3_600_000

const sessionColumns = sql.fragment`
  s.id, s.user_id as "userId", s.create_at as "createAt", s.expires_at as "expiresAt", s.last_activity_at as "lastActivityAt",
  s.device_id as "deviceId", s.props`

/** Signing in and out, and the list of where one is signed in. */
export function createSessions({ db, writer, access, passwords, tokens, throttle, settings, ids, clock }: Parts): AnyImplementation[] {
  const isCurrent = (context: Context, sessionId: string): boolean => context.actor.kind === 'user' && context.actor.sessionId === sessionId

  const end = (userId: string, sessionIds: string[] | null, actorId = ''): Promise<void> => writer.write(async (transaction, emit) => {
    const chosen = sessionIds ? sql.fragment`and id = any (${textArray(sessionIds)})` : sql.fragment``
    await transaction.query(sql`delete from sessions where user_id = ${userId} ${chosen}`)
    emit(sessionEnded, { userId, sessionIds }, { userId })
  }, { actorId })

  /** Finds the account and checks the password; all ways to fail take the same time and look the same. */
  const authenticate = async (login: string, password: string): Promise<Account> => {
    const name = login.trim().toLowerCase()
    const account = await db.maybeOne<Account>(sql`
      select id, password_hash, delete_at, is_bot, auth_service from users where lower(username) = ${name} or lower(email) = ${name}
      order by (lower(username) = ${name}) desc limit 1`)
    if (!account?.password_hash) {
      await passwords.verifyNothing()
      if (account?.is_bot) throw new RookeryError('bot_cannot_sign_in')
      throw new RookeryError('wrong_credentials')
    }
    if (!(await passwords.verify(account.password_hash, password))) throw new RookeryError('wrong_credentials')
    if (account.delete_at > 0) throw new RookeryError('account_inactive')
    return account
  }

  return [
    implement(sessionsCreate, {
      access() {},
      async handle(context, { login, password, deviceId = '' }) {
        if (password === '') throw new RookeryError('password_missing')
        const accountKey = `sign-in ${login.trim().toLowerCase()}`
        const addressKey = `sign-in from ${context.address}`
        throttle.attempt(accountKey)
        throttle.attempt(addressKey)
        const account = await authenticate(login, password)
        throttle.succeed(accountKey)
        throttle.succeed(addressKey)
        const now = clock.now()
        const session: Session = {
          id: ids.next(), userId: account.id, createAt: now, expiresAt: now + settings.accounts.sessionHours * hourMs, lastActivityAt: now,
          deviceId, props: { platform: '', os: '', browser: context.userAgent.slice(0, 200) }, isCurrent: true,
        }
        const token = tokens.token()
        const csrfToken = tokens.token()
        await db.query(sql`
          insert into sessions (id, token_hash, user_id, create_at, expires_at, last_activity_at, device_id, csrf_token, props)
          values (${session.id}, ${binary(tokens.hashToken(token))}, ${session.userId}, ${now}, ${session.expiresAt}, ${now}, ${deviceId}, ${csrfToken}, ${json(session.props)})`)
        const user = await db.one<never>(sql`
          update users u set last_login_at = ${now} where u.id = ${account.id} returning ${userColumns}`)
        return { token, csrfToken, session, user }
      },
    }),
    implement(sessionsEnd, {
      access() {},
      async handle(context) {
        if (context.actor.kind === 'user') await end(context.actor.userId, [context.actor.sessionId], context.actor.userId)
        return {}
      },
    }),
    implement(sessionsList, {
      access: (context, { userId }) => access.self(context, userId, 'edit_other_users'),
      async handle(context, { userId }) {
        const sessions = await db.any<Session>(sql`
          select ${sessionColumns} from sessions s where s.user_id = ${userId} and s.expires_at > ${clock.now()} order by s.last_activity_at desc`)
        return sessions.map((session) => ({ ...session, isCurrent: isCurrent(context, session.id) }))
      },
    }),
    implement(sessionsRevoke, {
      async access(context, { userId, sessionId }) {
        await access.self(context, userId, 'edit_other_users')
        const known = await db.maybeOne(sql`select 1 as one from sessions where id = ${sessionId} and user_id = ${userId}`)
        if (!known) throw new RookeryError('session_not_found')
      },
      async handle(_context, { userId, sessionId }) {
        await end(userId, [sessionId])
        return {}
      },
    }),
    implement(sessionsRevokeAll, {
      access: (context, { userId }) => access.self(context, userId, 'edit_other_users'),
      async handle(_context, { userId }) {
        await end(userId, null)
        return {}
      },
    }),
  ]
}
