import { threadFollowChanged, threadReadChanged, threadsAllRead } from '@rookery/sdk/protocol'
import { message, tell, type Encoder } from './message.ts'

/** What a user does to its threads is told to its own sockets; the team stands in the broadcast. */
export const threadEvents: readonly Encoder[] = [
  tell(threadFollowChanged, ({ threadId, teamId, userId, isFollowing, replyCount }) => [
    message('thread_follow_changed', { thread_id: threadId, state: isFollowing, reply_count: replyCount }, { userId }, { userId, teamId }),
  ]),
  tell(threadReadChanged, ({ threadId, teamId, channelId, userId, viewedAt, unreadReplies, unreadMentions, previousUnreadReplies, previousUnreadMentions }) => [
    message('thread_read_changed', {
      thread_id: threadId, timestamp: viewedAt, unread_mentions: unreadMentions, unread_replies: unreadReplies,
      previous_unread_mentions: previousUnreadMentions, previous_unread_replies: previousUnreadReplies, channel_id: channelId,
    }, { userId }, { userId, teamId }),
  ]),
  // Without a thread: all of the team's.
  tell(threadsAllRead, ({ teamId, userId, viewedAt }) => [message('thread_read_changed', { timestamp: viewedAt }, { userId }, { userId, teamId })]),
]
