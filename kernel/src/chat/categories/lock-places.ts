import { sql, textArray, type Transaction } from '../../storage/index.ts'

/**
 * Locks what a change of the sidebar is about to touch, in the order in which whoever takes a member out of channels does:
 * channels, memberships, places in sidebars. Channels only where mutes may follow, for posts wait for them. A membership
 * that is ending in this moment is waited for, and then it is none.
 */
export async function lockPlaces(transaction: Transaction, userId: string, channelIds: readonly string[], { mayMute }: { mayMute: boolean }): Promise<void> {
  if (channelIds.length === 0) return
  const ids = textArray(channelIds)
  if (mayMute) {
    await transaction.query(sql`
      select 1 from channels c where c.id = any (${ids}) and exists (select 1 from channel_members cm where cm.channel_id = c.id and cm.user_id = ${userId})
      order by c.id for no key update`)
  }
  await transaction.query(sql`select 1 from channel_members where user_id = ${userId} and channel_id = any (${ids}) order by channel_id for key share`)
}
