import { RookeryError, usersSetPassword } from '@rookery/sdk/protocol'
import { assertAcceptable, defaultPasswordSettings } from '../../auth/index.ts'
import { implement, type AnyImplementation } from '../../operations/index.ts'
import type { ChatParts } from '../parts.ts'
import { confirmPassword } from './confirm-password.ts'
import type { PasswordNotices } from './password-notices.ts'
import { storePassword } from './store-password.ts'

type Parts = Pick<ChatParts, 'db' | 'writer' | 'access' | 'settings' | 'passwords' | 'throttle' | 'clock'> & { readonly passwordNotices: PasswordNotices }

/** Changing passwords. */
export function createPasswordChanges(parts: Parts): AnyImplementation[] {
  const { writer, access, settings, passwords } = parts
  return [
    implement(usersSetPassword, {
      access: (context, { userId }) => access.account(context, userId, 'sysconsole_write_user_management_users'),
      async handle(context, { userId, currentPassword, newPassword }, user) {
        const sessionId = context.actor.kind === 'user' && context.actor.userId === userId ? context.actor.sessionId : undefined
        if (user.isBot) throw new RookeryError('bot_has_no_password')
        if (sessionId !== undefined) {
          if (currentPassword === undefined) throw new RookeryError('invalid_input', { field: 'currentPassword', reason: 'it is missing' })
          await confirmPassword(parts, userId, currentPassword, 'current_password_wrong')
        }
        assertAcceptable(newPassword, { ...defaultPasswordSettings, minimumLength: settings.accounts.minimumPasswordLength }, user)
        const hash = await passwords.hash(newPassword)
        await writer.write((transaction, emit) => storePassword(parts, transaction, emit, { userId, hash, exceptId: sessionId }), context.actor.kind === 'user' ? { actorId: context.actor.userId } : {})
        return {}
      },
    }),
  ]
}
