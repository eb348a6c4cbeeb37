import { channelCreated, channelMemberAdded, channelMemberRemoved, channelMemberUpdated, channelUpdated, channelsViewed } from '@rookery/sdk/protocol'
import { channelMemberShape, channelShape } from '../shapes/channel.ts'
import { message, tell, type Encoder } from './message.ts'

export const channelEvents: readonly Encoder[] = [
  tell(channelCreated, ({ channel, creatorId, memberIds }) => {
    if (channel.type === 'D') return [message('direct_added', { creator_id: creatorId, teammate_id: memberIds.find((id) => id !== creatorId) ?? creatorId }, { channelId: channel.id })]
    if (channel.type === 'G') return [message('group_added', { teammate_ids: JSON.stringify(memberIds) }, { channelId: channel.id })]
    return [message('channel_created', { channel_id: channel.id, team_id: channel.teamId }, { userId: creatorId })]
  }),
  tell(channelUpdated, ({ channel, change }) => {
    const updated = message('channel_updated', { channel: JSON.stringify(channelShape(channel)) }, { channelId: channel.id })
    // Of public channels those hear too who could join them; they learn no more than the id.
    const audience = channel.type === 'O' ? { teamId: channel.teamId } : { channelId: channel.id }
    if (change === 'archived') return [message('channel_deleted', { channel_id: channel.id, delete_at: channel.deleteAt }, audience)]
    if (change === 'restored') return [message('channel_restored', { channel_id: channel.id }, audience)]
    if (change === 'converted') return [updated, message('channel_converted', { channel_id: channel.id, channel_type: channel.type }, { teamId: channel.teamId })]
    // Of a private channel nobody hears but its members.
    if (change === 'grown') return [updated, message('channel_converted', { channel_id: channel.id, channel_type: channel.type }, { channelId: channel.id }, { teamId: channel.teamId })]
    return [updated]
  }),
  tell(channelMemberAdded, ({ channelId, userId, teamId }) => [
    message('user_added', { user_id: userId, team_id: teamId }, { channelId, omitUserIds: [userId] }),
    message('user_added', { user_id: userId, team_id: teamId }, { userId }, { userId, channelId }),
  ]),
  // Who leaves a team leaves its channels without a word: leave_team says it.
  tell(channelMemberRemoved, ({ channelId, userId, removerId, hasLeftTeam }) => hasLeftTeam ? [] : [
    message('user_removed', { user_id: userId, remover_id: removerId }, { channelId, omitUserIds: [userId] }, { channelId }),
    message('user_removed', { channel_id: channelId, remover_id: removerId }, { userId }),
  ]),
  tell(channelMemberUpdated, ({ member }) => [message('channel_member_updated', { channelMember: JSON.stringify(channelMemberShape(member)) }, { userId: member.userId })]),
  tell(channelsViewed, ({ userId, viewedAt }) => [message('multiple_channels_viewed', { channel_times: viewedAt }, { userId })]),
]
