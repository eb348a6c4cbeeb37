import { RookeryError } from '@rookery/sdk/protocol'
import { sql, type Transaction } from '../../storage/index.ts'

/**
 * Throws `last_admin` where nobody would administer the system without this account. It locks all who do, so that of
 * two who remove each other one stays.
 */
export async function assertAdminsRemain(transaction: Transaction, userId: string): Promise<void> {
  const admins = await transaction.any<{ id: string }>(sql`
    select id from users where 'system_admin' = any (string_to_array(roles, ' ')) and delete_at = 0 order by id for no key update`)
  if (admins.length === 1 && admins[0]?.id === userId) throw new RookeryError('last_admin')
}
