import { sql, type Transaction } from '../../storage/index.ts'

/**
 * Over `channel_members cm` and `users u`: whether @channel and @all mention this member. As in Mattermost the account
 * must want it, and the membership must neither ignore them nor be muted while it says nothing about them.
 */
export const countsBroadcast = sql.fragment`(
  coalesce(u.notify_props ->> 'channel', 'true') <> 'false'
  and coalesce(cm.notify_props ->> 'ignore_channel_mentions', 'default') <> 'on'
  and not (cm.notify_props ->> 'mark_unread' is not distinct from 'mention' and coalesce(cm.notify_props ->> 'ignore_channel_mentions', 'default') = 'default'))`

/**
 * Brings what a user's memberships count in line with its settings, in one channel or in all of them. Call it in the
 * transaction that changed `notify_props` of the account or of a membership, after the change. What was mentioned
 * before stays counted; what was ignored before stays ignored. The channels are locked in the order of their ids, as
 * posts lock them, so that no broadcast falls between the two ways of counting.
 */
export async function recountBroadcasts(transaction: Transaction, { userId, channelId }: { userId: string, channelId?: string }): Promise<void> {
  const chosen = channelId ? sql.fragment`and cm.channel_id = ${channelId}` : sql.fragment``
  await transaction.query(sql`
    select 1 from channels where id in (
      select cm.channel_id from channel_members cm join users u on u.id = cm.user_id
      where cm.user_id = ${userId} ${chosen} and cm.counts_broadcast <> (${countsBroadcast}))
    order by id for no key update`)
  await transaction.query(sql`
    update channel_members cm set
      mention_count = cm.mention_count + case when cm.counts_broadcast then c.broadcast_count - cm.broadcast_seen else 0 end,
      mention_count_root = cm.mention_count_root + case when cm.counts_broadcast then c.broadcast_count_root - cm.broadcast_seen_root else 0 end,
      broadcast_seen = c.broadcast_count, broadcast_seen_root = c.broadcast_count_root,
      counts_broadcast = not cm.counts_broadcast
    from channels c, users u
    where cm.user_id = ${userId} ${chosen} and c.id = cm.channel_id and u.id = cm.user_id and cm.counts_broadcast <> (${countsBroadcast})`)
}
