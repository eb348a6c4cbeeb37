import { sql, type Transaction } from '../../storage/index.ts'

/**
 * Whether broadcasts (@channel, @all) mention a member, from `channel_members cm join users u`: the account must want
 * it, and the membership must neither ignore them nor be muted without saying anything about them.
 */
export const countsBroadcastRule = sql.fragment`(
  coalesce(u.notify_props ->> 'channel', 'true') <> 'false'
  and coalesce(cm.notify_props ->> 'ignore_channel_mentions', 'default') <> 'on'
  and not (coalesce(cm.notify_props ->> 'mark_unread', 'all') = 'mention' and coalesce(cm.notify_props ->> 'ignore_channel_mentions', 'default') = 'default'))`

/**
 * Call it in the transaction that changed notification settings of an account or of one membership. Where the rule now
 * says otherwise, the broadcasts that the member has not seen become mentions of its own before the flag changes.
 * Channels are locked in the order of their ids, as by posts, so that no broadcast falls between.
 */
export async function applyBroadcastRule(transaction: Transaction, { userId, channelId }: { userId: string, channelId?: string }): Promise<void> {
  const only = channelId === undefined ? sql.fragment`` : sql.fragment`and cm.channel_id = ${channelId}`
  const changed = await transaction.any<{ id: string }>(sql`
    select c.id from channel_members cm join channels c on c.id = cm.channel_id join users u on u.id = cm.user_id
    where cm.user_id = ${userId} ${only} and cm.counts_broadcast <> ${countsBroadcastRule}
    order by c.id for no key update of c`)
  if (changed.length === 0) return
  await transaction.query(sql`
    update channel_members cm set
      mention_count = cm.mention_count + case when cm.counts_broadcast then c.broadcast_count - cm.broadcast_seen else 0 end,
      mention_count_root = cm.mention_count_root + case when cm.counts_broadcast then c.broadcast_count_root - cm.broadcast_seen_root else 0 end,
      broadcast_seen = c.broadcast_count, broadcast_seen_root = c.broadcast_count_root, counts_broadcast = ${countsBroadcastRule}
    from channels c, users u
    where c.id = cm.channel_id and u.id = cm.user_id and cm.user_id = ${userId} ${only} and cm.counts_broadcast <> ${countsBroadcastRule}`)
}
