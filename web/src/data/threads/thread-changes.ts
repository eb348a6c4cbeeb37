import type { PayloadOf, Post, postCreated, Thread, threadReadChanged } from '@rookery/sdk/protocol'

/** A thread after a reply that one of its followers was told of; a thread that was not known begins with it. */
export function threadWithReply(known: Thread | undefined, { post, root, channel, followers, participants }: PayloadOf<typeof postCreated>, userId: string): Thread | undefined {
  const mine = followers.find((follower) => follower.userId === userId)
  if (!root || !mine) return known
  return {
    id: root.id, teamId: channel.teamId, deleteAt: 0, post: root, isFollowing: true,
    replyCount: root.replyCount, lastReplyAt: root.lastReplyAt, lastViewedAt: mine.lastViewedAt, unreadReplies: mine.unreadReplies, unreadMentions: mine.unreadMentions,
    participants: known ? [...known.participants.filter((id) => id !== post.userId), post.userId] : participants.map(({ id }) => id),
  }
}

export const threadWithRead = (thread: Thread, { viewedAt, unreadReplies, unreadMentions }: Pick<PayloadOf<typeof threadReadChanged>, 'viewedAt' | 'unreadReplies' | 'unreadMentions'>): Thread =>
  ({ ...thread, lastViewedAt: viewedAt, unreadReplies, unreadMentions })

/**
 * Up to where a thread is read by whoever sees its replies, in the server's time: the clock of this device may go wrong.
 * What was read elsewhere meanwhile stays read, and nothing is that nobody has written yet.
 */
export function readUpTo(replies: readonly Pick<Post, 'createAt'>[], known: Pick<Thread, 'lastReplyAt' | 'lastViewedAt'> | undefined): number {
  return Math.max(0, ...replies.map(({ createAt }) => createAt), known ? Math.min(known.lastViewedAt, known.lastReplyAt) : 0)
}

export const isThreadUnread = ({ unreadReplies, unreadMentions }: Pick<Thread, 'unreadReplies' | 'unreadMentions'>): boolean => unreadReplies > 0 || unreadMentions > 0

/** Mentions of all teams; threads of conversations are counted in each team, and here once. By team, then by channel. */
export function sumOfMentions(counts: Iterable<Readonly<Record<string, number>>>): number {
  const byChannel = new Map<string, number>()
  for (const count of counts) for (const [channelId, mentions] of Object.entries(count)) byChannel.set(channelId, mentions)
  return [...byChannel.values()].reduce((sum, mentions) => sum + mentions, 0)
}
