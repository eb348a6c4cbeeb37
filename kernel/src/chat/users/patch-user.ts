import { RookeryError, usersPatch, type User } from '@rookery/sdk/protocol'
import { implement, type AnyImplementation } from '../../operations/index.ts'
import { json, sql, UniqueViolationError, type SqlFragment, type SqlValue } from '../../storage/index.ts'
import { recountBroadcasts } from '../channels/broadcast-counting.ts'
import type { ChatParts } from '../parts.ts'
import { readEmail, readProfile, readUsername } from './account-form.ts'
import { confirmPassword } from './confirm-password.ts'
import type { EmailVerification } from './email-verifications.ts'
import { writeKeywords } from './keyword-rows.ts'
import { emitUserUpdated } from './user-events.ts'
import { userColumns } from './user-rows.ts'
import { visibleUser } from './visible-user.ts'

type Parts = Pick<ChatParts, 'db' | 'writer' | 'access' | 'settings' | 'passwords' | 'throttle' | 'mails' | 'mailThrottle' | 'clock'> & { readonly verification: EmailVerification }

/** Chosen keywords that were the old name become the new one. */
function renameKeywords(notifyProps: Readonly<Record<string, string>>, before: string, after: string): Record<string, string> {
  const renamed = (notifyProps['mention_keys'] ?? '').split(',').map((word) => {
    const plain = word.trim().toLowerCase()
    return plain === before ? after : plain === `@${before}` ? `@${after}` : word
  })
  return { ...notifyProps, mention_keys: renamed.join(',') }
}

/** Changing what an account says of itself and how it wants to be told. */
export function createUserPatching(parts: Parts): AnyImplementation[] {
  const { db, writer, access, settings, mails, mailThrottle, clock, verification } = parts
  return [
    implement(usersPatch, {
      access: (context, { userId }) => access.account(context, userId, 'edit_other_users'),
      async handle(context, input, known) {
        const { userId, password } = input
        const isOwn = context.actor.kind === 'user' && context.actor.userId === userId
        const username = input.username === undefined ? undefined : readUsername(input.username)
        const newEmail = input.email === undefined || input.email.trim().toLowerCase() === known.email ? undefined : readEmail(input.email, settings.accounts)
        const { nickname, firstName, lastName, position, locale, timezone, notifyProps, props } = readProfile(input)
        if (newEmail !== undefined && isOwn) {
          if (password === undefined) throw new RookeryError('invalid_input', { field: 'password', reason: 'a new e-mail address needs it' })
          await confirmPassword(parts, userId, password, 'wrong_password')
        }
        // Where addresses must be confirmed, nobody has one that they have not confirmed; administrators vouch for it.
        const isAsked = newEmail !== undefined && isOwn && settings.accounts.requireVerifiedEmail
        const email = isAsked ? undefined : newEmail
        if (isAsked) {
          mails.assertOn()
          if (await db.maybeOne(sql`select 1 as one from users where lower(email) = ${newEmail}`)) throw new RookeryError('email_taken')
        }
        if (newEmail !== undefined && mails.isOn) mailThrottle.attempt(`email verification ${newEmail}`)
        try {
          const user = await writer.write(async (transaction, emit) => {
            const before = await transaction.one<User>(sql`select ${userColumns} from users u where u.id = ${userId} for no key update`)
            const isRenamed = username !== undefined && username !== before.username
            const newNotifyProps = isRenamed ? renameKeywords(notifyProps ?? before.notifyProps, before.username, username) : notifyProps
            const changes: SqlFragment[] = [sql.fragment`update_at = greatest(${clock.now()}, update_at + 1)`]
            const change = (column: string, value: SqlValue | undefined): void => {
              if (value !== undefined) changes.push(sql.fragment`${sql.identifier([column])} = ${value}`)
            }
            change('username', username)
            change('email', email)
            // Only who administers accounts vouches for an address.
            change('email_verified', email === undefined ? undefined : false)
            change('nickname', nickname)
            change('first_name', firstName)
            change('last_name', lastName)
            change('position', position)
            change('locale', locale)
            change('timezone', timezone && json(timezone))
            change('notify_props', newNotifyProps && json(newNotifyProps))
            change('props', props && json(props))
            const user = await transaction.one<User>(sql`
              update users u set ${sql.join(changes, sql.fragment`, `)} where u.id = ${userId} returning ${userColumns}`)
            if (isRenamed || firstName !== undefined || newNotifyProps) await writeKeywords(transaction, user)
            if ((before.notifyProps['channel'] === 'false') !== (user.notifyProps['channel'] === 'false')) await recountBroadcasts(transaction, { userId })
            if (email !== undefined) await verification.leave(transaction, user, before.email)
            if (newEmail !== undefined && mails.isOn) await verification.ask(transaction, user, newEmail)
            emitUserUpdated(emit, user, settings)
            return user
          }, context.actor.kind === 'user' ? { actorId: context.actor.userId } : {})
          return visibleUser(parts, context, user)
        } catch (error) {
          if (error instanceof UniqueViolationError) throw new RookeryError(error.constraint === 'ux_users_email' ? 'email_taken' : 'username_taken')
          throw error
        }
      },
    }),
  ]
}
