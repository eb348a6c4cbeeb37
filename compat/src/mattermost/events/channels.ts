import { channelCreated, channelMemberAdded, channelUpdated } from '@rookery/sdk/protocol'
import { channelShape } from '../shapes/channel.ts'
import { message, tell, type Encoder } from './message.ts'

export const channelEvents: readonly Encoder[] = [
  tell(channelCreated, ({ channel, creatorId }) => [message('channel_created', { channel_id: channel.id, team_id: channel.teamId }, { userId: creatorId })]),
  tell(channelUpdated, ({ channel }) => [message('channel_updated', { channel: JSON.stringify(channelShape(channel)) }, { channelId: channel.id })]),
  tell(channelMemberAdded, ({ channelId, userId, teamId }) => [
    message('user_added', { user_id: userId, team_id: teamId }, { channelId, omitUserIds: [userId] }),
    message('user_added', { user_id: userId, team_id: teamId }, { userId }, { userId, channelId }),
  ]),
]
