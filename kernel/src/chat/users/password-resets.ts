import { passwordResetsCreate, passwordResetsGet, passwordResetsSend, passwordResetsUse, RookeryError, type User } from '@rookery/sdk/protocol'
import { assertAcceptable, defaultPasswordSettings, networkOf } from '../../auth/index.ts'
import type { TextKey } from '../../languages/index.ts'
import { actorIdOf, implement, type AnyImplementation, type Context } from '../../operations/index.ts'
import { binary, sql } from '../../storage/index.ts'
import { isEmail, normalizeEmail } from '../../text/index.ts'
import type { ChatParts } from '../parts.ts'
import type { PasswordNotices } from './password-notices.ts'
import { storePassword } from './store-password.ts'
import { userColumns } from './user-rows.ts'

const validMs = 24 * 3_600_000
/** Of one account at a time: mails may overtake each other. */
const maximumLinks = 5

/** Links for those who forgot their passwords. What is stored of one opens nothing. */
export function createPasswordResets(parts: Pick<ChatParts, 'db' | 'writer' | 'access' | 'settings' | 'passwords' | 'tokens' | 'addressThrottle' | 'mailThrottle' | 'mails' | 'languages' | 'clock'> & { readonly passwordNotices: PasswordNotices }): AnyImplementation[] {
  const { db, writer, access, settings, passwords, tokens, addressThrottle, mailThrottle, mails, languages, clock } = parts

  /** Whose link it is. Links that never were, were used, are too old or of somebody who is gone look the same. */
  const find = async ({ address }: Context, token: string): Promise<User> => {
    const key = `password reset ${networkOf(address)}`
    addressThrottle.attempt(key)
    const user = await db.maybeOne<User>(sql`
      select ${userColumns} from password_resets r join users u on u.id = r.user_id
      where r.token_hash = ${binary(tokens.hashToken(token))} and r.expires_at > ${clock.now()} and u.delete_at = 0`)
    if (!user) throw new RookeryError('reset_link_invalid')
    addressThrottle.refund(key)
    return user
  }

  /** Of a mailed link the ones before stay good: who asks in another's name makes nothing void. */
  const insert = async (userId: string, kept: number): Promise<{ token: string, expiresAt: number }> => {
    const token = tokens.token()
    const expiresAt = clock.now() + validMs
    await db.query(sql`
      with old as (
        delete from password_resets where user_id = ${userId} and token_hash not in (
          select token_hash from password_resets where user_id = ${userId} and expires_at > ${clock.now()} order by expires_at desc limit ${kept}))
      insert into password_resets (user_id, token_hash, expires_at) values (${userId}, ${binary(tokens.hashToken(token))}, ${expiresAt})`)
    return { token, expiresAt }
  }

  const mailed = mails.define<{ email: string }>('password reset', async ({ email }) => {
    const user = await db.maybeOne<User>(sql`select ${userColumns} from users u where lower(u.email) = ${email} and u.delete_at = 0 and not u.is_bot`)
    if (!user) return undefined
    const { token } = await insert(user.id, maximumLinks - 1)
    const say = (key: TextKey): string => languages.say(key, { site: settings.site.name, name: user.username }, user.locale)
    return {
      to: user.email, locale: user.locale, subject: say('mails.resetSubject'), paragraphs: [say('mails.greeting'), say('mails.resetText')],
      action: { label: say('mails.resetAction'), url: `${settings.url}/reset_password_complete?token=${token}` }, closing: say('mails.resetClosing'),
    }
  })

  return [
    implement(passwordResetsSend, {
      access() { mails.assertOn() },
      // The same is done whether there is such an account or not: who it is for is found out when the mail is written.
      async handle({ address }, input) {
        const email = normalizeEmail(input.email)
        if (!isEmail(email)) throw new RookeryError('email_invalid')
        addressThrottle.attempt(`mail ${networkOf(address)}`)
        mailThrottle.attempt(`password reset ${email}`)
        await db.transact((transaction) => mailed.put(transaction, email, { email }))
        return {}
      },
    }),
    implement(passwordResetsCreate, {
      async access(context, { userId }) {
        access.system(context, 'sysconsole_write_user_management_users')
        const user = await access.account(context, userId, 'sysconsole_write_user_management_users')
        if (user.isBot) throw new RookeryError('bot_has_no_password')
      },
      handle: (_context, { userId }) => insert(userId, 0),
    }),
    implement(passwordResetsGet, {
      access(context, { token }) { return find(context, token) },
      handle: (_context, _input, { username }) => ({ username }),
    }),
    implement(passwordResetsUse, {
      access(context, { token }) { return find(context, token) },
      async handle(context, { token, newPassword }, user) {
        assertAcceptable(newPassword, { ...defaultPasswordSettings, minimumLength: settings.accounts.minimumPasswordLength }, user)
        const hash = await passwords.hash(newPassword)
        await writer.write(async (transaction, emit) => {
          // Of two who come at the same time one is too late.
          const used = await transaction.maybeOne(sql`
            delete from password_resets where token_hash = ${binary(tokens.hashToken(token))} and user_id = ${user.id} and expires_at > ${clock.now()} returning 1 as used`)
          if (!used) throw new RookeryError('reset_link_invalid')
          await storePassword(parts, transaction, emit, { userId: user.id, hash })
        }, { actorId: actorIdOf(context) })
        return {}
      },
    }),
  ]
}
