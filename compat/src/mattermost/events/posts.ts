import { ephemeralPosted, postCreated, postDeleted, postUpdated, postsMarkedUnread, type PayloadOf } from '@rookery/sdk/protocol'
import { ownIdSlot, type Frame, type Listener, type Message } from '@rookery/kernel'
import { hasWordsOfReader, postShape } from '../shapes/post.ts'
import { threadShape } from '../shapes/thread.ts'
import { frameOf, message, tell, wordedMessage, type Encoder } from './message.ts'

type Created = PayloadOf<typeof postCreated>

/** Whoever is mentioned or follows learns only of itself: its own id stands in a slot, so eight variants serve all who read in one language. */
function posted(payload: Created): Message {
  const { post, channel, senderName, mentions, mentionsEverybody, followers, isSetOnline } = payload
  const { isImage, isFile } = { isFile: post.files.length > 0, isImage: post.files.some((file) => file.mimeType.startsWith('image/')) }
  const dataIn = (locale: string): string => JSON.stringify({
    channel_display_name: channel.type === 'D' ? `@${senderName}` : channel.displayName, channel_name: channel.name, channel_type: channel.type,
    ...(isFile && { otherFile: 'true' }), ...(isImage && { image: 'true' }), post: JSON.stringify(postShape(post, locale)),
    sender_name: `@${senderName}`, set_online: isSetOnline, team_id: channel.teamId,
  }).slice(0, -1)
  const mentioned = new Set(mentions)
  const following = new Set(followers.map((follower) => follower.userId))
  const ownId = `"[\\"${ownIdSlot}\\"]"`
  const audience = { channelId: post.channelId }
  const variantsIn = (locale: string): (listener: Listener) => Frame => {
    const data = dataIn(locale)
    const frames: Frame[] = []
    // Most posts call nobody: everybody is told the same, and nobody has to be looked for.
    if (mentioned.size === 0 && !mentionsEverybody && following.size === 0 && channel.type !== 'D') return () => frames[0] ??= frameOf('posted', `${data}}`, audience)
    return (listener) => {
      const isMentioned = mentioned.has(listener.userId) || (mentionsEverybody && listener.userId !== post.userId)
      const isFollowing = following.has(listener.userId)
      const asksForAck = listener.acknowledges && listener.userId !== post.userId && (isMentioned || isFollowing || channel.type === 'D')
      const variant = Number(isMentioned) + 2 * Number(isFollowing) + 4 * Number(asksForAck)
      return frames[variant] ??= frameOf('posted', `${data}${isMentioned ? `,"mentions":${ownId}` : ''}${isFollowing ? `,"followers":${ownId}` : ''}${asksForAck ? ',"should_ack":true' : ''}}`, audience)
    }
  }
  if (!hasWordsOfReader(post)) return { audience, frameFor: variantsIn('') }
  const languages = new Map<string, (listener: Listener) => Frame>()
  return {
    audience,
    frameFor(listener) {
      const { locale = '' } = listener
      const variants = languages.get(locale) ?? variantsIn(locale)
      languages.set(locale, variants)
      return variants(listener)
    },
  }
}

/** To each follower of the thread how it stands for that one; encoded when the follower listens. */
function threadUpdates({ post, channel, followers, root, participants }: Created): Message[] {
  if (!root) return []
  return followers.map(({ userId, lastViewedAt, unreadReplies, unreadMentions, previousUnreadReplies, previousUnreadMentions }) =>
    wordedMessage('thread_updated', (locale) => {
      const thread = {
        id: root.id, teamId: channel.teamId, replyCount: post.replyCount, lastReplyAt: post.lastReplyAt, lastViewedAt,
        participants: participants.map((user) => user.id), post: root, unreadReplies, unreadMentions, deleteAt: 0, isFollowing: true,
      }
      return { thread: JSON.stringify(threadShape(thread, locale, participants)), previous_unread_replies: previousUnreadReplies, previous_unread_mentions: previousUnreadMentions }
    }, { userId }, { userId, teamId: channel.teamId }))
}

/** Administrators also learn who deleted it; to nobody does it tell what the post said. */
function deleted({ post, deletedBy }: PayloadOf<typeof postDeleted>): Message {
  const audience = { channelId: post.channelId }
  const text = JSON.stringify(postShape({ ...post, message: '', props: {}, hashtags: '', fileIds: [], embeds: [], files: [], reactions: [], hasReactions: false }, ''))
  const forAll = message('post_deleted', { post: text }, audience)
  const forAdmins = message('post_deleted', { post: text, delete_by: deletedBy }, audience)
  return { audience, frameFor: (listener) => (listener.isAdmin ? forAdmins : forAll).frameFor(listener) }
}

function edited(post: PayloadOf<typeof postUpdated>['post']): Message {
  const dataIn = (locale: string) => ({ post: JSON.stringify(postShape(post, locale)) })
  const audience = { channelId: post.channelId }
  return hasWordsOfReader(post) ? wordedMessage('post_edited', dataIn, audience) : message('post_edited', dataIn(''), audience)
}

export const postEvents: readonly Encoder[] = [
  tell(postCreated, (payload) => [posted(payload), ...threadUpdates(payload)]),
  tell(postUpdated, ({ post }) => [edited(post)]),
  tell(postDeleted, (payload) => [deleted(payload)]),
  tell(ephemeralPosted, ({ post }, { audience }) => [wordedMessage('ephemeral_message', (locale) => ({ post: JSON.stringify(postShape(post, locale)) }), audience, { ...audience, channelId: post.channelId })]),
  tell(postsMarkedUnread, ({ postId, position }) => [message('post_unread', {
    msg_count: position.messageCount, msg_count_root: position.messageCountRoot, mention_count: position.mentionCount, mention_count_root: position.mentionCountRoot,
    urgent_mention_count: 0, last_viewed_at: position.lastViewedAt, post_id: postId,
  }, { userId: position.userId }, { userId: position.userId, channelId: position.channelId, teamId: position.teamId })]),
]
