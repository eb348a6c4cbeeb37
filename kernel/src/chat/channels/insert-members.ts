import { rows, sql, type Transaction } from '../../storage/index.ts'

/** Notification settings of a new membership, as Mattermost's. */
export const defaultChannelNotifyProps = {
  desktop: 'default', email: 'default', push: 'default', mark_unread: 'all', ignore_channel_mentions: 'default', channel_auto_follow_threads: 'off',
  desktop_threads: 'default', push_threads: 'default',
}

/**
 * Adds members who have read all that stands there, and answers who was not one before. The channel's row is locked
 * first, as by every change of members and every post, so that the count of members is exact.
 */
export async function insertChannelMembers(
  transaction: Transaction, channelId: string, members: readonly { userId: string, isGuest: boolean, isAdmin: boolean }[], now: number,
): Promise<string[]> {
  await transaction.query(sql`select 1 from channels where id = ${channelId} for no key update`)
  const added = await transaction.any<{ userId: string }>(sql`
    insert into channel_members (channel_id, user_id, create_at, update_at, is_guest, is_admin, last_viewed_at, msg_count, msg_count_root,
      broadcast_seen, broadcast_seen_root, counts_broadcast, notify_props)
    select c.id, m.user_id, ${now}::bigint, ${now}::bigint, m.is_guest, m.is_admin, 0, c.total_msg_count, c.total_msg_count_root,
      c.broadcast_count, c.broadcast_count_root, coalesce(u.notify_props ->> 'channel', 'true') <> 'false', ${JSON.stringify(defaultChannelNotifyProps)}::jsonb
    from channels c, ${rows(members, { userId: 'text', isGuest: 'bool', isAdmin: 'bool' })} as m(user_id, is_guest, is_admin)
    join users u on u.id = m.user_id
    where c.id = ${channelId}
    on conflict do nothing returning user_id as "userId"`)
  await transaction.query(sql`update channels set member_count = member_count + ${added.length} where id = ${channelId}`)
  return added.map(({ userId }) => userId)
}
