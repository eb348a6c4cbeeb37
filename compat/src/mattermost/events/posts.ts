import { postCreated, postUpdated, type PayloadOf } from '@rookery/sdk/protocol'
import { ownIdSlot, type Frame, type Message } from '@rookery/kernel'
import { postShape } from '../shapes/post.ts'
import { frameOf, message, tell, type Encoder } from './message.ts'

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
      const asksForAck = listener.acknowledges && listener.userId !== post.userId && (isMentioned || isFollowing || channel.type === 'D')
      const key = `${isMentioned} ${isFollowing} ${asksForAck}`
      let frame = frames.get(key)
      if (!frame) {
        const text = `${data}${isMentioned ? `,"mentions":${ownId}` : ''}${isFollowing ? `,"followers":${ownId}` : ''}${asksForAck ? ',"should_ack":true' : ''}}`
        frames.set(key, frame = frameOf('posted', text, audience))
      }
      return frame
    },
  }]
}

export const postEvents: readonly Encoder[] = [
  tell(postCreated, posted),
  tell(postUpdated, ({ post }) => [message('post_edited', { post: JSON.stringify(postShape(post)) }, { channelId: post.channelId })]),
]
