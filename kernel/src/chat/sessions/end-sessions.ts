import { sessionEnded } from '@rookery/sdk/protocol'
import type { Emit } from '../../events/index.ts'
import { sql, textArray, type Transaction } from '../../storage/index.ts'

interface Ending {
  readonly userId: string
  /** These; without it all. */
  readonly sessionIds?: readonly string[]
  /** All but this one. */
  readonly exceptId?: string
}

/** Ends sessions of a user; who is connected by them is cut off when the event is delivered. */
export async function endSessions(transaction: Transaction, emit: Emit, { userId, sessionIds, exceptId }: Ending): Promise<void> {
  const chosen = sessionIds ? sql.fragment`and id = any (${textArray(sessionIds)})` : exceptId ? sql.fragment`and id <> ${exceptId}` : sql.fragment``
  const ended = await transaction.any<{ id: string }>(sql`delete from sessions where user_id = ${userId} ${chosen} returning id`)
  // Sockets of access tokens end as well where everything ends; they are no rows here.
  const ids = exceptId ? ended.map(({ id }) => id) : sessionIds ? [...sessionIds] : null
  if (ids === null || ids.length > 0) emit(sessionEnded, { userId, sessionIds: ids }, { userId })
}
