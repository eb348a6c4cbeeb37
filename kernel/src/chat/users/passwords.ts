import { RookeryError, usersSetPassword } from '@rookery/sdk/protocol'
import { assertAcceptable, defaultPasswordSettings } from '../../auth/index.ts'
import { implement, type AnyImplementation } from '../../operations/index.ts'
import { sql } from '../../storage/index.ts'
import type { ChatParts } from '../parts.ts'
import { endSessions } from '../sessions/end-sessions.ts'
import { confirmPassword } from './confirm-password.ts'
import { emitUserUpdated } from './user-events.ts'
import { userColumns } from './user-rows.ts'

type Parts = Pick<ChatParts, 'db' | 'writer' | 'access' | 'settings' | 'passwords' | 'throttle' | 'clock'>

/** Changing passwords. */
export function createPasswordChanges(parts: Parts): AnyImplementation[] {
  const { writer, access, settings, passwords, clock } = parts
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
        const now = clock.now()
        await writer.write(async (transaction, emit) => {
          const changed = await transaction.one<typeof user>(sql`
            update users u set password_hash = ${hash}, last_password_update_at = ${now}, update_at = greatest(${now}, u.update_at + 1), failed_attempts = 0
            where u.id = ${userId} returning ${userColumns}`)
          await endSessions(transaction, emit, { userId, ...(sessionId !== undefined && { exceptId: sessionId }) })
          emitUserUpdated(emit, changed, settings)
        }, context.actor.kind === 'user' ? { actorId: context.actor.userId } : {})
        return {}
      },
    }),
  ]
}
