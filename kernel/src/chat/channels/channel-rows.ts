import type { Channel, ChannelMember } from '@rookery/sdk/protocol'
import { sql, type Queries } from '../../storage/index.ts'

export const channelColumns = sql.fragment`
  c.id, c.create_at as "createAt", c.update_at as "updateAt", c.delete_at as "deleteAt", c.team_id as "teamId", c.type,
  c.display_name as "displayName", c.name, c.header, c.purpose, c.creator_id as "creatorId", c.last_post_at as "lastPostAt",
  c.last_root_post_at as "lastRootPostAt", c.total_msg_count as "totalMessageCount", c.total_msg_count_root as "totalMessageCountRoot",
  c.member_count as "memberCount", c.props, c.plugin_props as "pluginProps", c.group_constrained as "isGroupConstrained"`

/** From `channel_members cm join channels c on c.id = cm.channel_id`: a member's share of broadcasts is what came since it looked. */
export const channelMemberColumns = sql.fragment`
  cm.channel_id as "channelId", cm.user_id as "userId", cm.is_guest as "isGuest", cm.is_admin as "isAdmin",
  cm.explicit_roles as "explicitRoles", cm.last_viewed_at as "lastViewedAt", cm.update_at as "lastUpdateAt",
  cm.msg_count as "messageCount", cm.msg_count_root as "messageCountRoot",
  cm.mention_count + case when cm.counts_broadcast then c.broadcast_count - cm.broadcast_seen else 0 end as "mentionCount",
  cm.mention_count_root + case when cm.counts_broadcast then c.broadcast_count_root - cm.broadcast_seen_root else 0 end as "mentionCountRoot",
  cm.notify_props as "notifyProps"`

export const channelMemberSource = sql.fragment`channel_members cm join channels c on c.id = cm.channel_id`

export const selectChannel = (db: Queries, id: string): Promise<Channel | undefined> =>
  db.maybeOne<Channel>(sql`select ${channelColumns} from channels c where c.id = ${id}`)

export const selectChannelMember = (db: Queries, channelId: string, userId: string): Promise<ChannelMember | undefined> =>
  db.maybeOne<ChannelMember>(sql`
    select ${channelMemberColumns} from ${channelMemberSource} where cm.channel_id = ${channelId} and cm.user_id = ${userId}`)
