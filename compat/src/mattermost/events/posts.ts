import { ephemeralPosted, postCreated, postDeleted, postUpdated, postsMarkedUnread, type PayloadOf } from '@rookery/sdk/protocol'
import { ownIdSlot, type Frame, type Message } from '@rookery/kernel'
import { postShape } from '../shapes/post.ts'
import { threadShape } from '../shapes/thread.ts'
import { frameOf, message, tell, type Encoder } from './message.ts'

type Created = PayloadOf<typeof postCreated>

/** Whoever is mentioned or follows learns only of itself: its own id stands in a slot, so four variants serve all. */
function posted(payload: Created): Message {
  const { post, channel, senderName, mentions, mentionsEverybody, followers, isSetOnline } = payload
  const { isImage, isFile } = { isFile: post.files.length > 0, isImage: post.files.some((file) => file.mimeType.startsWith('image/')) }
  const data = JSON.stringify({
    channel_display_name: channel.type === 'D' ? `@${senderName}` : channel.displayName, channel_name: channel.name, channel_type: channel.type,
    ...(isFile && { otherFile: 'true' }), ...(isImage && { image: 'true' }), post: JSON.stringify(postShape(post)),
    sender_name: `@${senderName}`, set_online: isSetOnline, team_id: channel.teamId,
  }).slice(0, -1)
  const mentioned = new Set(mentions)
  const following = new Set(followers.map((follower) => follower.userId))
  const ownId = `"[\\"${ownIdSlot}\\"]"`
  const frames: Frame[] = []
  const audience = { channelId: post.channelId }
  return {
    audience,
    frameFor(listener) {
      const isMentioned = mentioned.has(listener.userId) || (mentionsEverybody && listener.userId !== post.userId)
      const isFollowing = following.has(listener.userId)
      const asksForAck = listener.acknowledges && listener.userId !== post.userId && (isMentioned || isFollowing || channel.type === 'D')
      const variant = Number(isMentioned) + 2 * Number(isFollowing) + 4 * Number(asksForAck)
      let frame = frames[variant]
      if (!frame) {
        const text = `${data}${isMentioned ? `,"mentions":${ownId}` : ''}${isFollowing ? `,"followers":${ownId}` : ''}${asksForAck ? ',"should_ack":true' : ''}}`
        frames[variant] = frame = frameOf('posted', text, audience)
      }
      return frame
    },
  }
}

/** To each follower of the thread how it stands for that one; encoded when the follower listens. */
function threadUpdates({ post, channel, followers, root, participants }: Created): Message[] {
  if (!root) return []
  return followers.map(({ userId, lastViewedAt, unreadReplies, unreadMentions, previousUnreadReplies, previousUnreadMentions }) => {
    const broadcast = { userId, teamId: channel.teamId }
    let frame: Frame | undefined
    return {
      audience: { userId },
      frameFor() {
        const thread = {
          id: root.id, teamId: channel.teamId, replyCount: post.replyCount, lastReplyAt: post.lastReplyAt, lastViewedAt,
          participants: participants.map((user) => user.id), post: root, unreadReplies, unreadMentions, deleteAt: 0, isFollowing: true,
        }
        const data = { thread: JSON.stringify(threadShape(thread, participants)), previous_unread_replies: previousUnreadReplies, previous_unread_mentions: previousUnreadMentions }
        return frame ??= frameOf('thread_updated', JSON.stringify(data), broadcast)
      },
    }
  })
}

/** Administrators also learn who deleted it; to nobody does it tell what the post said. */
function deleted({ post, deletedBy }: PayloadOf<typeof postDeleted>): Message {
  const audience = { channelId: post.channelId }
  const text = JSON.stringify(postShape({ ...post, message: '', props: {}, hashtags: '', fileIds: [], embeds: [], files: [], reactions: [], hasReactions: false }))
  const forAll = message('post_deleted', { post: text }, audience)
  const forAdmins = message('post_deleted', { post: text, delete_by: deletedBy }, audience)
  return { audience, frameFor: (listener) => (listener.isAdmin ? forAdmins : forAll).frameFor(listener) }
}

export const postEvents: readonly Encoder[] = [
  tell(postCreated, (payload) => [posted(payload), ...threadUpdates(payload)]),
  tell(postUpdated, ({ post }) => [message('post_edited', { post: JSON.stringify(postShape(post)) }, { channelId: post.channelId })]),
  tell(postDeleted, (payload) => [deleted(payload)]),
  tell(ephemeralPosted, ({ post }, { audience }) => [message('ephemeral_message', { post: JSON.stringify(postShape(post)) }, audience, { ...audience, channelId: post.channelId })]),
  tell(postsMarkedUnread, ({ postId, position }) => [message('post_unread', {
    msg_count: position.messageCount, msg_count_root: position.messageCountRoot, mention_count: position.mentionCount, mention_count_root: position.mentionCountRoot,
    urgent_mention_count: 0, last_viewed_at: position.lastViewedAt, post_id: postId,
  }, { userId: position.userId }, { userId: position.userId, channelId: position.channelId, teamId: position.teamId })]),
]
