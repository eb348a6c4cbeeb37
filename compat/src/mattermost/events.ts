import type { Audience, Channel, PayloadOf, Post, postCreated, RookeryEvent, Team, TeamMember, User } from '@rookery/sdk/protocol'
import { buildFrame, ownIdSlot, sequenceSlot, type Frame, type Message, type WireFormat } from '@rookery/kernel'
import { postShape } from './shapes/post.ts'
import { teamMemberShape, teamShape } from './shapes/team.ts'
import { channelShape } from './shapes/channel.ts'

/** Who receives, in the words of the websocket protocol; clients read channel and team from here. */
interface Broadcast { userId?: string, channelId?: string, teamId?: string, omitUserIds?: readonly string[], omitConnectionId?: string }

const broadcastText = ({ userId = '', channelId = '', teamId = '', omitUserIds, omitConnectionId = '' }: Broadcast): string => JSON.stringify({
  omit_users: omitUserIds ? Object.fromEntries(omitUserIds.map((id) => [id, true])) : null,
  user_id: userId, channel_id: channelId, team_id: teamId, connection_id: '', omit_connection_id: omitConnectionId,
})

const frameOf = (event: string, dataText: string, broadcast: Broadcast): Frame =>
  buildFrame(`{"event":"${event}","data":${dataText},"broadcast":${broadcastText(broadcast)},"seq":${sequenceSlot}}`)

/** One frame for everybody in the audience; made when somebody receives it. */
export function message(event: string, data: Record<string, unknown>, audience: Audience, broadcast: Broadcast = audience): Message {
  let frame: Frame | undefined
  return { audience, frameFor: () => frame ??= frameOf(event, JSON.stringify(data), broadcast) }
}

type Encoder = (payload: never, event: RookeryEvent) => Message[]

/** Whoever is mentioned or follows learns only of itself: its own id stands in a slot, so four variants serve all. */
function posted(payload: PayloadOf<typeof postCreated>): Message[] {
  const { post, channel, senderName, mentions, mentionsEverybody, followers } = payload
  const { isImage, isFile } = { isFile: post.files.length > 0, isImage: post.files.some((file) => file.mimeType.startsWith('image/')) }
  const data = JSON.stringify({
    channel_display_name: channel.type === 'D' ? `@${senderName}` : channel.displayName, channel_name: channel.name, channel_type: channel.type,
    ...(isFile && { otherFile: 'true' }), ...(isImage && { image: 'true' }), post: JSON.stringify(postShape(post)),
    sender_name: `@${senderName}`, set_online: true, team_id: channel.teamId,
  }).slice(0, -1)
  const mentioned = new Set(mentions)
  const following = new Set(followers.map((follower) => follower.userId))
  const ownId = `"[\\"${ownIdSlot}\\"]"`
  const frames = new Map<string, Frame>()
  const audience = { channelId: post.channelId }
  return [{
    audience,
    frameFor(listener) {
      const isMentioned = mentioned.has(listener.userId) || (mentionsEverybody && listener.userId !== post.userId)
      const isFollowing = following.has(listener.userId)
      const key = `${isMentioned} ${isFollowing}`
      let frame = frames.get(key)
      if (!frame) {
        const text = `${data}${isMentioned ? `,"mentions":${ownId}` : ''}${isFollowing ? `,"followers":${ownId}` : ''}}`
        frames.set(key, frame = frameOf('posted', text, audience))
      }
      return frame
    },
  }]
}

const encoders: Record<string, Encoder> = {
  'post.created': posted as Encoder,
  'post.updated': (({ post }: { post: Post }) => [message('post_edited', { post: JSON.stringify(postShape(post)) }, { channelId: post.channelId })]) as Encoder,
  'user.created': (({ user }: { user: User }) => [message('new_user', { user_id: user.id }, {})]) as Encoder,
  'team.updated': (({ team }: { team: Team }) => [message('update_team', { team: JSON.stringify(teamShape({ ...team, inviteId: '' })) }, { teamId: team.id })]) as Encoder,
  'teamMember.added': (({ member }: { member: TeamMember }) => [message('added_to_team', { team_id: member.teamId, user_id: member.userId }, { userId: member.userId })]) as Encoder,
  'teamMember.updated': (({ member }: { member: TeamMember }) => [message('memberrole_updated', { member: JSON.stringify(teamMemberShape(member)) }, { userId: member.userId })]) as Encoder,
  'channel.created': (({ channel, creatorId }: { channel: Channel, creatorId: string }) => [message('channel_created', { channel_id: channel.id, team_id: channel.teamId }, { userId: creatorId })]) as Encoder,
  'channel.updated': (({ channel }: { channel: Channel }) => [message('channel_updated', { channel: JSON.stringify(channelShape(channel)) }, { channelId: channel.id })]) as Encoder,
  'channelMember.added': (({ channelId, userId, teamId }: { channelId: string, userId: string, teamId: string }) => [
    message('user_added', { user_id: userId, team_id: teamId }, { channelId, omitUserIds: [userId] }),
    message('user_added', { user_id: userId, team_id: teamId }, { userId }, { userId, channelId }),
  ]) as Encoder,
}

/** Kernel events as the Mattermost websocket tells them; events that it does not know are left out. */
export const v4Format: WireFormat = {
  name: 'mattermost',
  encode: (event) => encoders[event.name]?.(event.payload as never, event) ?? [],
}
