import { Type, type Static } from 'typebox'
import { defineEvent } from './event.ts'
import { defineOperation } from './operation.ts'
import { Post } from './post.ts'
import { At, Count, Done, Fields, Id } from './schema.ts'
import { User } from './user.ts'

/** A thread as one of its followers sees it. */
export const Thread = Fields({
  /** Of the post that began it. */
  id: Id,
  teamId: Type.String(),
  replyCount: Count,
  lastReplyAt: At,
  lastViewedAt: At,
  /** Those who replied, the latest last. */
  participants: Type.Array(Id),
  post: Post,
  unreadReplies: Count,
  unreadMentions: Count,
  deleteAt: At,
  isFollowing: Type.Boolean(),
})
export type Thread = Static<typeof Thread>

/** Threads that a user follows, with what is unread in all of them. */
export const ThreadPage = Fields({
  total: Count, totalUnreadThreads: Count, totalUnreadMentions: Count,
  threads: Type.Array(Thread),
  /** Participants, where they were asked for. */
  users: Type.Array(User),
})
export type ThreadPage = Static<typeof ThreadPage>

const ThreadWithUsers = Fields({ thread: Thread, users: Type.Array(User) })
const ofUser = { userId: Id, teamId: Id }
const oneOfUser = { ...ofUser, threadId: Id }

export const threadsList = defineOperation({
  name: 'threads.list', summary: 'Lists the threads that a user follows in a team and in direct and group channels, the latest reply first.', safe: true, capability: 'posts:read',
  input: Fields({
    ...ofUser, limit: Type.Optional(Type.Integer({ minimum: 0, maximum: 1000, default: 30 })), since: Type.Optional(At),
    beforeThreadId: Type.Optional(Id), afterThreadId: Type.Optional(Id),
    withParticipants: Type.Optional(Type.Boolean()), includeDeleted: Type.Optional(Type.Boolean()), onlyUnread: Type.Optional(Type.Boolean()),
    /** Only the totals, or only the threads. */
    part: Type.Optional(Type.Union([Type.Literal('totals'), Type.Literal('threads')])),
  }),
  output: ThreadPage, errors: ['team_not_found', 'user_not_found'],
})

export const threadsGet = defineOperation({
  name: 'threads.get', summary: 'Reads one thread that a user follows.', safe: true, capability: 'posts:read',
  input: Fields({ ...oneOfUser, withParticipants: Type.Optional(Type.Boolean()) }), output: ThreadWithUsers, errors: ['thread_not_found'],
})

export const threadsSetFollowing = defineOperation({
  name: 'threads.setFollowing', summary: 'Follows a thread, or stops following it.', capability: 'posts:write',
  input: Fields({ ...oneOfUser, isFollowing: Type.Boolean() }), output: Done, errors: ['post_not_found'],
})

export const threadsMarkRead = defineOperation({
  name: 'threads.markRead', summary: 'Marks a thread read up to a moment; what came later is unread.', capability: 'posts:write',
  input: Fields({ ...oneOfUser, viewedAt: At }), output: ThreadWithUsers, errors: ['thread_not_found', 'post_not_found'],
})

export const threadsMarkUnread = defineOperation({
  name: 'threads.markUnread', summary: 'Marks a thread unread from one of its posts on, and follows it.', capability: 'posts:write',
  input: Fields({ ...oneOfUser, postId: Id }), output: ThreadWithUsers, errors: ['thread_not_found', 'post_not_found'],
})

export const threadsMarkAllRead = defineOperation({
  name: 'threads.markAllRead', summary: 'Marks every thread of a team that a user follows read, those of direct and group channels too.', capability: 'posts:write',
  input: Fields(ofUser), output: Done, errors: ['team_not_found', 'user_not_found'],
})

export const threadsCountMentions = defineOperation({
  name: 'threads.countMentions', summary: 'Counts unread mentions in followed threads by channel.', safe: true, capability: 'posts:read',
  input: Fields(ofUser), output: Type.Record(Type.String(), Count), errors: ['team_not_found', 'user_not_found'],
})

export const threadFollowChanged = defineEvent({
  name: 'thread.followChanged', summary: 'A user follows a thread or stopped following it.',
  payload: Fields({ threadId: Id, teamId: Type.String(), userId: Id, isFollowing: Type.Boolean(), replyCount: Count }),
})
export const threadReadChanged = defineEvent({
  name: 'thread.readChanged', summary: 'What a user has read of a thread changed.',
  payload: Fields({
    threadId: Id, teamId: Type.String(), channelId: Id, userId: Id, viewedAt: At,
    unreadReplies: Count, unreadMentions: Count, previousUnreadReplies: Count, previousUnreadMentions: Count,
  }),
})
export const threadsAllRead = defineEvent({
  name: 'threads.allRead', summary: 'A user has read all threads of a team.', payload: Fields({ teamId: Id, userId: Id, viewedAt: At }),
})
