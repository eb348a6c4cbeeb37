import { channelMemberRemoved } from '@rookery/sdk/protocol'
import type { Emit } from '../../events/index.ts'
import { sql, textArray, type Transaction } from '../../storage/index.ts'

/**
 * Takes a user out of channels and answers which. The channels are locked first, in the order of their ids, as by every
 * change of members and every post. Threads there are no longer followed.
 */
export async function deleteChannelMember(
  transaction: Transaction, emit: Emit,
  { channelIds, userId, removerId, hasLeftTeam = false }: { channelIds: readonly string[], userId: string, removerId: string, hasLeftTeam?: boolean },
): Promise<string[]> {
  if (channelIds.length === 0) return []
  await transaction.query(sql`select 1 from channels where id = any (${textArray(channelIds)}) order by id for no key update`)
  const removed = (await transaction.any<{ id: string }>(sql`
    delete from channel_members where user_id = ${userId} and channel_id = any (${textArray(channelIds)}) returning channel_id as id`)).map(({ id }) => id)
  if (removed.length === 0) return []
  await transaction.query(sql`update channels set member_count = member_count - 1 where id = any (${textArray(removed)})`)
  await transaction.query(sql`
    delete from thread_members tm using threads t
    where t.post_id = tm.post_id and tm.user_id = ${userId} and t.channel_id = any (${textArray(removed)})`)
  for (const channelId of removed) emit(channelMemberRemoved, { channelId, userId, removerId, hasLeftTeam }, { channelId })
  return removed
}
