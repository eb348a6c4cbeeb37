import {
  RookeryError, threadFollowChanged, threadsAllRead, threadsMarkAllRead, threadsMarkRead, threadsMarkUnread, threadsSetFollowing, type Post,
} from '@rookery/sdk/protocol'
import { implement, type AnyImplementation, type Context } from '../../operations/index.ts'
import { sql } from '../../storage/index.ts'
import type { ChatParts } from '../parts.ts'
import type { PostExtras } from '../posts/post-extras.ts'
import { lockChannelsOfUnreadThreads, lockThread } from './lock-threads.ts'
import { setReadState } from './read-state.ts'
import { assertThreadsOfUser } from './thread-access.ts'
import { findThread } from './thread-rows.ts'

type Parts = Pick<ChatParts, 'access' | 'clock' | 'writer'> & { readonly extras: PostExtras }
interface OneOfUser { readonly userId: string, readonly teamId: string, readonly threadId: string }

/** Following threads and reading them. */
export function createThreadFollowing({ access, clock, writer, extras }: Parts): AnyImplementation[] {
  /** The root of the thread; a reply is no thread. */
  const root = async (context: Context, { userId, teamId, threadId }: OneOfUser): Promise<Post> => {
    await assertThreadsOfUser(access, context, { userId, teamId })
    const { post } = await access.post(context, threadId, 'read_channel_content')
    if (post.rootId !== '') throw new RookeryError('thread_not_found')
    return post
  }
  const setRead = (post: Post, userId: string, viewedAt: number, follows: boolean) => writer.write(async (transaction, emit) => {
    const thread = await setReadState(transaction, emit, { threadId: post.id, channelId: post.channelId, userId, viewedAt, now: clock.now(), follows })
    return { thread, users: [] }
  }, { actorId: userId })

  return [
    implement(threadsSetFollowing, {
      access: root,
      async handle(_context, { userId, isFollowing }, post) {
        await writer.write(async (transaction, emit) => {
          const now = clock.now()
          await lockThread(transaction, post.id)
          // Who begins to follow has read what stands there.
          await transaction.query(isFollowing ? sql`
            insert into thread_members (post_id, user_id, is_following, last_viewed_at, last_update_at, seen_replies)
            select post_id, ${userId}, true, last_reply_at, ${now}, reply_count from threads where post_id = ${post.id}
            on conflict (post_id, user_id) do update set is_following = true, last_viewed_at = excluded.last_viewed_at,
              last_update_at = excluded.last_update_at, seen_replies = excluded.seen_replies, unread_mentions = 0` : sql`
            insert into thread_members (post_id, user_id, is_following, last_update_at) values (${post.id}, ${userId}, false, ${now})
            on conflict (post_id, user_id) do update set is_following = false, last_update_at = excluded.last_update_at`)
          const thread = await findThread(transaction, post.id, userId)
          if (!thread) throw new RookeryError('post_not_found')
          emit(threadFollowChanged, { threadId: post.id, teamId: thread.teamId, userId, isFollowing, replyCount: thread.replyCount }, { userId })
        }, { actorId: userId })
        return {}
      },
    }),
    implement(threadsMarkRead, {
      access: root,
      handle: (_context, { userId, viewedAt }, post) => setRead(post, userId, viewedAt, false),
    }),
    implement(threadsMarkUnread, {
      async access(context, input) {
        const post = await root(context, input)
        const from = await access.post(context, input.postId, 'read_channel_content')
        if (from.post.id !== post.id && from.post.rootId !== post.id) throw new RookeryError('post_not_found')
        return { post, from: from.post }
      },
      async handle(context, { userId }, { post, from }) {
        const { thread } = await setRead(post, userId, from.createAt - 1, true)
        return { thread, users: await extras.participants(context, [thread]) }
      },
    }),
    implement(threadsMarkAllRead, {
      access: (context, input) => assertThreadsOfUser(access, context, input),
      async handle(_context, { userId, teamId }) {
        await writer.write(async (transaction, emit) => {
          const now = clock.now()
          await lockChannelsOfUnreadThreads(transaction, userId, sql.fragment`tm.is_following and t.team_id in (${teamId}, '')`)
          await transaction.query(sql`
            with unread as materialized (
              select t.post_id, t.reply_count, t.last_reply_at from threads t
              where t.post_id in (select tm.post_id from thread_members tm join threads o on o.post_id = tm.post_id
                where tm.user_id = ${userId} and tm.is_following and o.team_id in (${teamId}, '') and (o.reply_count > tm.seen_replies or tm.unread_mentions > 0))
              order by t.post_id for no key update of t)
            update thread_members tm set last_viewed_at = unread.last_reply_at, last_update_at = ${now}, seen_replies = unread.reply_count, unread_mentions = 0
            from unread where tm.post_id = unread.post_id and tm.user_id = ${userId}`)
          emit(threadsAllRead, { teamId, userId, viewedAt: now }, { userId })
        }, { actorId: userId })
        return {}
      },
    }),
  ]
}
