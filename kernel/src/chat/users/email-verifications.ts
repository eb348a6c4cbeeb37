import { emailVerificationsSend, emailVerificationsUse, RookeryError, type User } from '@rookery/sdk/protocol'
import { networkOf } from '../../auth/index.ts'
import type { TextKey } from '../../languages/index.ts'
import type { MailKind } from '../../notify/index.ts'
import { implement, type AnyImplementation } from '../../operations/index.ts'
import { binary, sql, UniqueViolationError, type SqlFragment, type Transaction } from '../../storage/index.ts'
import { isEmail, normalizeEmail } from '../../text/index.ts'
import type { ChatParts } from '../parts.ts'
import { emitUserUpdated } from './user-events.ts'
import { userColumns } from './user-rows.ts'

const validMs = 24 * 3_600_000
/** Of one account at a time: mails may overtake each other. */
const maximumLinks = 5

/** What tells an address that it is to be confirmed, or that it is that of an account no longer. */
export interface EmailVerification {
  /** Mails a link to an address which the account has, or is to get. */
  ask(transaction: Transaction, user: User, email: string): Promise<void>
  /** The same of the address of an account, if there is one that has it: that is found out when the mail is written. */
  askAddress(transaction: Transaction, email: string): Promise<void>
  /** Tells an address that the account has another one, and makes links void that went there. */
  leave(transaction: Transaction, user: User, before: string): Promise<void>
}

type Parts = Pick<ChatParts, 'db' | 'settings' | 'tokens' | 'mails' | 'languages' | 'clock'>

export function createEmailVerification({ db, settings, tokens, mails, languages, clock }: Parts): EmailVerification {
  const texts = (user: User, values: Record<string, string>) => (key: TextKey): string => languages.say(key, { site: settings.site.name, name: user.username, ...values }, user.locale)
  const find = (condition: SqlFragment): Promise<User | undefined> => db.maybeOne<User>(sql`select ${userColumns} from users u where ${condition} and u.delete_at = 0 and not u.is_bot`)

  // `from` is the address that the account had: where it has another one by now, this link is not wanted any more.
  const links: MailKind<{ userId?: string, from: string, email: string }> = mails.define('email verification', async ({ userId, from, email }) => {
    const user = await find(userId === undefined ? sql.fragment`lower(u.email) = ${email}` : sql.fragment`u.id = ${userId}`)
    if (!user || user.email !== from || (user.email === email && user.isEmailVerified)) return undefined
    const token = tokens.token()
    const now = clock.now()
    await db.query(sql`
      with old as (
        delete from email_verifications where user_id = ${user.id} and token_hash not in (
          select token_hash from email_verifications where user_id = ${user.id} and expires_at > ${now} order by expires_at desc limit ${maximumLinks - 1}))
      insert into email_verifications (token_hash, user_id, email, expires_at) values (${binary(tokens.hashToken(token))}, ${user.id}, ${email}, ${now + validMs})`)
    const say = texts(user, { email })
    return {
      to: email, locale: user.locale, subject: say('mails.verifySubject'), paragraphs: [say('mails.greeting'), say('mails.verifyText')],
      action: { label: say('mails.verifyAction'), url: `${settings.url}/do_verify_email?token=${token}&email=${encodeURIComponent(email)}` }, closing: say('mails.verifyClosing'),
    }
  })
  const farewells: MailKind<{ userId: string, before: string, email: string }> = mails.define('email changed', async ({ userId, before, email }) => {
    const user = await find(sql.fragment`u.id = ${userId}`)
    if (!user) return undefined
    const say = texts(user, { email })
    return { to: before, locale: user.locale, subject: say('mails.changedSubject'), paragraphs: [say('mails.greeting'), say('mails.changedText')], closing: say('mails.changedClosing') }
  })
  return {
    ask: (transaction, user, email) => links.put(transaction, `${user.id} ${email}`, { userId: user.id, from: user.email, email }),
    askAddress: (transaction, email) => links.put(transaction, email, { from: email, email }),
    async leave(transaction, user, before) {
      await transaction.query(sql`delete from password_resets where user_id = ${user.id}`)
      await transaction.query(sql`delete from email_verifications where user_id = ${user.id}`)
      if (mails.isOn) await farewells.put(transaction, `${user.id} ${before}`, { userId: user.id, before, email: user.email })
    },
  }
}

/** Links by which an address shows that it is read by the account's owner. What is stored of one opens nothing. */
export function createEmailVerifications(parts: Pick<ChatParts, 'db' | 'writer' | 'settings' | 'tokens' | 'mails' | 'mailThrottle' | 'addressThrottle' | 'clock'> & { readonly verification: EmailVerification }): AnyImplementation[] {
  const { db, writer, settings, tokens, mails, mailThrottle, addressThrottle, clock, verification } = parts
  return [
    implement(emailVerificationsSend, {
      access() { mails.assertOn() },
      async handle({ address }, input) {
        const email = normalizeEmail(input.email)
        if (!isEmail(email)) throw new RookeryError('email_invalid')
        addressThrottle.attempt(`mail ${networkOf(address)}`)
        mailThrottle.attempt(`email verification ${email}`)
        await db.transact((transaction) => verification.askAddress(transaction, email))
        return {}
      },
    }),
    implement(emailVerificationsUse, {
      // Whether the link is good is known only when it is used: it works once.
      access() {},
      async handle({ address }, { token }) {
        const key = `email verification ${networkOf(address)}`
        addressThrottle.attempt(key)
        try {
          const email = await writer.write(async (transaction, emit) => {
            const found = await transaction.maybeOne<{ userId: string, email: string }>(sql`
              delete from email_verifications where token_hash = ${binary(tokens.hashToken(token))} and expires_at > ${clock.now()} returning user_id as "userId", email`)
            const before = found && await transaction.maybeOne<User>(sql`select ${userColumns} from users u where u.id = ${found.userId} and u.delete_at = 0 for no key update`)
            if (!found || !before) throw new RookeryError('verification_link_invalid')
            const user = await transaction.one<User>(sql`
              update users u set email = ${found.email}, email_verified = true, update_at = greatest(${clock.now()}, u.update_at + 1) where u.id = ${before.id} returning ${userColumns}`)
            // Of several changes that were asked for, the one that is confirmed counts.
            await transaction.query(sql`delete from email_verifications where user_id = ${user.id}`)
            if (user.email !== before.email) await verification.leave(transaction, user, before.email)
            emitUserUpdated(emit, user, settings)
            return user.email
          })
          addressThrottle.refund(key)
          return { email }
        } catch (error) {
          if (error instanceof UniqueViolationError) throw new RookeryError('email_taken')
          throw error
        }
      },
    }),
  ]
}
