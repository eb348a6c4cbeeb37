import type { Channel, ChannelMember, ChannelMemberWithTeam, ChannelStats, ChannelUnread, ChannelWithTeam } from '@rookery/sdk/protocol'
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
  // What only licensed servers have.
  banner_info: null,
  policy_enforced: false,
  policy_is_active: false,
  default_category_name: '',
  managed_category_name: '',
  autotranslation: false,
  discoverable: false,
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
  autotranslation_disabled: false,
})

const teamData = ({ teamName, teamDisplayName, teamUpdateAt }: { teamName: string, teamDisplayName: string, teamUpdateAt: number }) => ({
  team_display_name: teamDisplayName, team_name: teamName, team_update_at: teamUpdateAt,
})

export const channelWithTeamShape = (found: ChannelWithTeam) => ({ ...channelShape(found.channel), ...teamData(found) })
export const channelMemberWithTeamShape = (found: ChannelMemberWithTeam) => ({ ...channelMemberShape(found.member), ...teamData(found) })

export const channelStatsShape = (stats: ChannelStats) => ({
  channel_id: stats.channelId, member_count: stats.memberCount, guest_count: stats.guestCount, pinnedpost_count: stats.pinnedPostCount, files_count: stats.fileCount,
})

export const channelUnreadShape = (unread: ChannelUnread) => ({
  team_id: unread.teamId, channel_id: unread.channelId, msg_count: unread.messageCount, mention_count: unread.mentionCount,
  mention_count_root: unread.mentionCountRoot, urgent_mention_count: 0, msg_count_root: unread.messageCountRoot,
})
