import type { Channel, ChannelMember } from '@rookery/sdk/protocol'
import { memberRoles } from './team.ts'

export const channelShape = (channel: Channel) => ({
  id: channel.id,
  create_at: channel.createAt,
  update_at: channel.updateAt,
  delete_at: channel.deleteAt,
  team_id: channel.teamId,
  type: channel.type,
  display_name: channel.displayName,
  name: channel.name,
  header: channel.header,
  purpose: channel.purpose,
  last_post_at: channel.lastPostAt,
  total_msg_count: channel.totalMessageCount,
  extra_update_at: 0,
  creator_id: channel.creatorId,
  scheme_id: null,
  props: Object.keys(channel.props).length > 0 ? channel.props : null,
  group_constrained: channel.isGroupConstrained ? true : null,
  shared: null,
  total_msg_count_root: channel.totalMessageCountRoot,
  policy_id: null,
  last_root_post_at: channel.lastRootPostAt,
})

export const channelMemberShape = (member: ChannelMember) => ({
  channel_id: member.channelId,
  user_id: member.userId,
  roles: memberRoles('channel', member),
  last_viewed_at: member.lastViewedAt,
  msg_count: member.messageCount,
  mention_count: member.mentionCount,
  mention_count_root: member.mentionCountRoot,
  urgent_mention_count: 0,
  msg_count_root: member.messageCountRoot,
  notify_props: member.notifyProps,
  last_update_at: member.lastUpdateAt,
  scheme_guest: member.isGuest,
  scheme_user: !member.isGuest,
  scheme_admin: member.isAdmin,
  explicit_roles: member.explicitRoles,
})
