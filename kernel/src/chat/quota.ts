import { RookeryError } from '@rookery/sdk/protocol'
import { sql, type Transaction } from '../storage/index.ts'

/** How much one account may keep of something that nobody else needs. */
export interface Quota {
  /** As the refusal names them. */
  readonly things: string
  readonly maximum: number
  readonly maximumBytes: number
}

/**
 * Lets changes of what one account keeps follow one another, so that its quota is exact. First in its transaction: who
 * waits here holds nothing.
 */
export async function lockQuota(transaction: Transaction, { things }: Pick<Quota, 'things'>, userId: string): Promise<void> {
  await transaction.query(sql`select pg_advisory_xact_lock(hashtextextended(${`${things} of ${userId}`}, 0))`)
}

export function assertQuota({ things, maximum, maximumBytes }: Quota, { count, bytes }: { readonly count: number, readonly bytes: number }): void {
  if (count > maximum) throw new RookeryError('quota_reached', { things, maximum })
  if (bytes > maximumBytes) throw new RookeryError('quota_reached', { things: `bytes of ${things}`, maximum: maximumBytes })
}
