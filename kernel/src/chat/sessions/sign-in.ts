import { RookeryError, sessionEnded, sessionsCreate, sessionsGetMethod, type Session, type User } from '@rookery/sdk/protocol'
import { networkOf } from '../../auth/index.ts'
import { implement, type AnyImplementation } from '../../operations/index.ts'
import { binary, json, sql } from '../../storage/index.ts'
import type { ChatParts } from '../parts.ts'
import { userColumns } from '../users/user-rows.ts'
import { readDeviceFacts } from './device-facts.ts'

type Parts = Pick<ChatParts, 'db' | 'writer' | 'passwords' | 'tokens' | 'throttle' | 'addressThrottle' | 'settings' | 'ids' | 'clock' | 'log'>

interface Account { readonly id: string, readonly password_hash: string | null, readonly delete_at: number, readonly is_bot: boolean, readonly email_verified: boolean }

const hourMs = 3_600_000
/** Of one account, so that its list shows them all. Beyond, the one that was used longest ago ends. */
const maximumSessions = 200

/** Under which the attempts at one account are counted. */
export const signInKey = (account: string): string => `sign-in ${account}`

/** Signing in with a password. */
export function createSignIn({ db, writer, passwords, tokens, throttle, addressThrottle, settings, ids, clock, log }: Parts): AnyImplementation[] {
  const find = (login: string): Promise<Account | undefined> => db.maybeOne<Account>(sql`
    select id, password_hash, delete_at, is_bot, email_verified from users where lower(username) = ${login} or lower(email) = ${login} or id = ${login}
    order by (lower(username) = ${login}) desc, (lower(email) = ${login}) desc limit 1`)

  /** All ways to fail take the same time and, until the password is right, look the same. */
  const authenticate = async (account: Account | undefined, password: string): Promise<Account & { password_hash: string }> => {
    const isRight = account?.password_hash ? await passwords.verify(account.password_hash, password) : await passwords.verifyNothing()
    if (account?.is_bot) throw new RookeryError('bot_cannot_sign_in')
    if (!account?.password_hash || !isRight) throw new RookeryError('wrong_credentials')
    if (account.delete_at > 0) throw new RookeryError('account_inactive')
    if (settings.accounts.requireVerifiedEmail && !account.email_verified) throw new RookeryError('email_not_verified')
    return { ...account, password_hash: account.password_hash }
  }

  /** A password that was right is stored with the costs of today. Sign-in does not wait for it. */
  const renewHash = (account: Account & { password_hash: string }, password: string): void => {
    if (!passwords.isOutdated(account.password_hash)) return
    passwords.hash(password)
      .then((hash) => db.query(sql`update users set password_hash = ${hash} where id = ${account.id} and password_hash = ${account.password_hash}`))
      .catch((error: unknown) => { log.warn('A password hash could not be renewed', { userId: account.id, error }) })
  }

  return [
    implement(sessionsGetMethod, {
      access() {},
      handle: () => ({ authService: '' }),
    }),
    implement(sessionsCreate, {
      async access({ address }, { login, password }) {
        if (password === '') throw new RookeryError('password_missing')
        const addressKey = `sign-in ${networkOf(address)}`
        addressThrottle.attempt(addressKey)
        const name = login.trim().toLowerCase()
        const found = await find(name)
        // By the account, which has three names to guess with; by the name where there is none.
        const accountKey = signInKey(found?.id ?? name)
        throttle.attempt(accountKey)
        const account = await authenticate(found, password)
        throttle.succeed(accountKey)
        // Others behind this address may still be guessing.
        addressThrottle.refund(addressKey)
        return account
      },
      // Guards hear of nobody who has not shown who it is, and never of a password.
      tell: ({ address, userAgent }, { deviceId = '' }, account) => ({ userId: account.id, address, userAgent, deviceId }),
      async handle(context, { password, deviceId = '' }, account) {
        const now = clock.now()
        const token = tokens.token()
        const csrfToken = tokens.token()
        const expiresAt = now + Math.round(settings.accounts.sessionHours * hourMs)
        const session = { id: ids.next(), userId: account.id, createAt: now, expiresAt, lastActivityAt: now, deviceId, props: { ...readDeviceFacts(context.userAgent) }, isCurrent: true }
        const user = await writer.write(async (transaction, emit) => {
          // Locks the account, so that a session begun with a password that is being changed ends with that change.
          const user = await transaction.maybeOne<User>(sql`
            update users u set last_login_at = ${now} where u.id = ${account.id} and u.password_hash = ${account.password_hash} and u.delete_at = 0
            returning ${userColumns}`)
          if (!user) throw new RookeryError('wrong_credentials')
          await transaction.query(sql`
            insert into sessions (id, token_hash, user_id, create_at, expires_at, last_activity_at, device_id, csrf_token, props)
            values (${session.id}, ${binary(tokens.hashToken(token))}, ${session.userId}, ${now}, ${expiresAt}, ${now}, ${deviceId}, ${csrfToken}, ${json(session.props)})`)
          if (deviceId !== '') {
            // One session per device, or its owner is notified several times.
            const ended = await transaction.any<{ id: string }>(sql`
              delete from sessions where user_id = ${user.id} and device_id = ${deviceId} and id <> ${session.id} returning id`)
            if (ended.length > 0) emit(sessionEnded, { userId: user.id, sessionIds: ended.map(({ id }) => id) }, { userId: user.id })
          }
          // The account is locked: of many who sign in at once none is counted twice.
          const forgotten = await transaction.any<{ id: string }>(sql`
            delete from sessions where id in (
              select id from sessions where user_id = ${user.id} and id <> ${session.id} order by last_activity_at desc, id desc offset ${maximumSessions - 1})
            returning id`)
          if (forgotten.length > 0) emit(sessionEnded, { userId: user.id, sessionIds: forgotten.map(({ id }) => id) }, { userId: user.id })
          return user
        })
        renewHash(account, password)
        return { token, csrfToken, session: { ...session, roles: user.roles } satisfies Session, user }
      },
    }),
  ]
}
