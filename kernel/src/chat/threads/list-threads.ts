import { RookeryError, threadsCountMentions, threadsGet, threadsList, type Thread } from '@rookery/sdk/protocol'
import { implement, type AnyImplementation } from '../../operations/index.ts'
import type { ChatParts } from '../parts.ts'
import type { PostExtras } from '../posts/post-extras.ts'
import { assertThreadsOfUser } from './thread-access.ts'
import { findThread, threadColumns, toThread, type ThreadRow } from './thread-rows.ts'

/** Followed threads of a team and of channels without one ($1 user, $2 team), while their follower belongs to the channel. */
const followed = `
  thread_members tm join threads t on t.post_id = tm.post_id join channel_members cm on cm.channel_id = t.channel_id and cm.user_id = tm.user_id
  where tm.user_id = $1 and tm.is_following and t.team_id in ($2, '') and t.reply_count > 0`
const isUnread = '(t.reply_count > tm.seen_replies or tm.unread_mentions > 0)'

const totals = { name: 'thread_totals', text: `
  select count(*) as total, count(*) filter (where ${isUnread}) as "totalUnreadThreads", coalesce(sum(tm.unread_mentions), 0) as "totalUnreadMentions"
  from ${followed} and ($3::boolean or t.delete_at = 0)` }

const mentionCounts = { name: 'thread_mention_counts', text: `
  select t.channel_id as "channelId", sum(tm.unread_mentions) as count from ${followed} and t.delete_at = 0 and tm.unread_mentions > 0 group by t.channel_id` }

const page = (range: string, order: string): string => `
  with page as (
    select t.post_id, t.last_reply_at from ${followed} and ($3::boolean or t.delete_at = 0) and (not $4::boolean or ${isUnread})
      and ($5::bigint = 0 or t.last_reply_at >= $5 or tm.last_update_at >= $5) ${range}
    order by t.last_reply_at ${order}, t.post_id ${order} limit $6)
  select ${threadColumns} from page join posts p on p.id = page.post_id join threads t on t.post_id = p.id
    join thread_members tm on tm.post_id = t.post_id and tm.user_id = $1
  order by page.last_reply_at ${order}, page.post_id ${order}`

const pivot = '(select last_reply_at from threads where post_id = $7)'
const newest = { name: 'threads_newest', text: page('', 'desc') }
const before = { name: 'threads_before', text: page(`and t.last_reply_at < ${pivot}`, 'desc') }
const after = { name: 'threads_after', text: page(`and t.last_reply_at > ${pivot}`, 'asc') }

interface Totals { total: number, totalUnreadThreads: number, totalUnreadMentions: number }

/** Reading the threads that somebody follows. */
export function createThreadReading({ db, access, extras }: Pick<ChatParts, 'db' | 'access'> & { readonly extras: PostExtras }): AnyImplementation[] {
  return [
    implement(threadsList, {
      async access(context, { userId, teamId, beforeThreadId, afterThreadId }) {
        if (beforeThreadId && afterThreadId) throw new RookeryError('invalid_input', { field: 'after', reason: 'it cannot stand beside before' })
        await assertThreadsOfUser(access, context, { userId, teamId })
      },
      async handle(context, input) {
        const { userId, teamId, limit = 30, since = 0, beforeThreadId, afterThreadId, includeDeleted = false, onlyUnread = false, part } = input
        const pivotId = beforeThreadId ?? afterThreadId
        const statement = beforeThreadId ? before : afterThreadId ? after : newest
        const values = [userId, teamId, includeDeleted, onlyUnread, since, limit, ...(pivotId ? [pivotId] : [])]
        const [counts, rows] = await Promise.all([
          part === 'threads' ? undefined : db.hot<Totals>({ ...totals, values: [userId, teamId, includeDeleted] }),
          part === 'totals' ? [] : db.hot<ThreadRow>({ ...statement, values }),
        ])
        const threads = rows.map(toThread)
        const posts = await extras.complete(context, threads.map((thread) => thread.post))
        const users = input.withParticipants ? await extras.participants(context, threads) : []
        const none: Totals = { total: 0, totalUnreadThreads: 0, totalUnreadMentions: 0 }
        return { ...(counts?.[0] ?? none), threads: threads.map((thread, place) => ({ ...thread, post: posts[place] ?? thread.post })), users }
      },
    }),
    implement(threadsGet, {
      async access(context, { userId, threadId, teamId }): Promise<Thread> {
        await assertThreadsOfUser(access, context, { userId, teamId })
        await access.post(context, threadId, 'read_channel_content')
        const thread = await findThread(db, threadId, userId)
        if (!thread || !thread.isFollowing) throw new RookeryError('thread_not_found')
        return thread
      },
      async handle(context, { withParticipants }, thread) {
        const [post = thread.post] = await extras.complete(context, [thread.post])
        return { thread: { ...thread, post }, users: withParticipants ? await extras.participants(context, [thread]) : [] }
      },
    }),
    implement(threadsCountMentions, {
      access: (context, input) => assertThreadsOfUser(access, context, input),
      async handle(_context, { userId, teamId }) {
        const rows = await db.hot<{ channelId: string, count: number }>({ ...mentionCounts, values: [userId, teamId] })
        return Object.fromEntries(rows.map(({ channelId, count }) => [channelId, count]))
      },
    }),
  ]
}
