import type { Thread, User } from '@rookery/sdk/protocol'
import { knownUsers, participantShape, postShape } from './post.ts'

export const threadShape = (thread: Thread, locale: string, users: readonly User[] = []) => {
  const known = knownUsers(users)
  return {
    id: thread.id,
    reply_count: thread.replyCount,
    last_reply_at: thread.lastReplyAt,
    last_viewed_at: thread.lastViewedAt,
    participants: thread.participants.map((id) => participantShape(id, known)),
    post: postShape(thread.post, locale),
    unread_replies: thread.unreadReplies,
    unread_mentions: thread.unreadMentions,
    is_urgent: false,
    delete_at: thread.deleteAt,
  }
}
