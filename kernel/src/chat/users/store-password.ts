import type { User } from '@rookery/sdk/protocol'
import type { Emit } from '../../events/index.ts'
import { sql, type Transaction } from '../../storage/index.ts'
import type { ChatParts } from '../parts.ts'
import { endSessions } from '../sessions/end-sessions.ts'
import type { PasswordNotices } from './password-notices.ts'
import { emitUserUpdated } from './user-events.ts'
import { userColumns } from './user-rows.ts'

/** Gives an account another password: its links to choose one are void, its sessions end but for `exceptId`, and its owner is mailed. */
export async function storePassword(
  { settings, clock, passwordNotices }: Pick<ChatParts, 'settings' | 'clock'> & { readonly passwordNotices: PasswordNotices }, transaction: Transaction, emit: Emit, { userId, hash, exceptId }: { readonly userId: string, readonly hash: string, readonly exceptId?: string | undefined },
): Promise<void> {
  const now = clock.now()
  const changed = await transaction.one<User>(sql`
    update users u set password_hash = ${hash}, last_password_update_at = ${now}, update_at = greatest(${now}, u.update_at + 1), failed_attempts = 0
    where u.id = ${userId} returning ${userColumns}`)
  await transaction.query(sql`delete from password_resets where user_id = ${userId}`)
  await endSessions(transaction, emit, { userId, ...(exceptId !== undefined && { exceptId }) })
  await passwordNotices.tell(transaction, userId)
  emitUserUpdated(emit, changed, settings)
}
