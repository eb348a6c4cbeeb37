import {
  RookeryError, threadsCountMentions, threadsGet, threadsList, threadsMarkAllRead, threadsMarkRead, threadsMarkUnread, threadsSetFollowing,
} from '@rookery/sdk/protocol'
import { get, post, put, remove, statusOk, type Call, type Route } from '../route.ts'
import { threadShape } from '../shapes/thread.ts'

const ofUser = ({ params }: Call) => ({ userId: params['user_id'] as string, teamId: params['team_id'] as string })
const oneOfUser = (call: Call) => ({ ...ofUser(call), threadId: call.params['thread_id'] as string })

/** A moment in an address; a whole number and no later than numbers go. */
function momentOf({ params }: Call): number {
  const text = params['timestamp'] ?? ''
  if (!/^\d{1,15}$/.test(text)) throw new RookeryError('invalid_address_part', { field: 'timestamp', reason: 'it must be a number of milliseconds' })
  return Number(text)
}

/** Threads that a user follows. */
export const threadRoutes: readonly Route[] = [
  get('/users/{user_id}/teams/{team_id}/threads', async (call) => {
    const { query, run } = call
    const before = query.text('before')
    const after = query.text('after')
    const totalsOnly = query.flag('totalsOnly')
    const threadsOnly = query.flag('threadsOnly')
    if (totalsOnly && threadsOnly) throw new RookeryError('invalid_input', { field: 'threadsOnly', reason: 'it cannot stand beside totalsOnly' })
    const { total, totalUnreadThreads, totalUnreadMentions, threads, users } = await run(threadsList, {
      ...ofUser(call), limit: query.integer('per_page', { standard: 60, maximum: 200 }) || 30, since: query.integer('since'),
      ...(before && { beforeThreadId: before }), ...(after && { afterThreadId: after }),
      withParticipants: query.flag('extended'), includeDeleted: query.flag('deleted'), onlyUnread: query.flag('unread'),
      ...(totalsOnly ? { part: 'totals' as const } : threadsOnly ? { part: 'threads' as const } : {}),
    })
    return {
      total, total_unread_threads: totalUnreadThreads, total_unread_mentions: totalUnreadMentions, total_unread_urgent_mentions: 0,
      threads: totalsOnly ? null : threads.map((thread) => threadShape(thread, call.context.locale, users)),
    }
  }),
  get('/users/{user_id}/teams/{team_id}/threads/mention_counts', (call) => call.run(threadsCountMentions, ofUser(call))),
  put('/users/{user_id}/teams/{team_id}/threads/read', async (call) => {
    await call.run(threadsMarkAllRead, ofUser(call))
    return statusOk
  }),
  get('/users/{user_id}/teams/{team_id}/threads/{thread_id}', async (call) => {
    const { thread, users } = await call.run(threadsGet, { ...oneOfUser(call), withParticipants: call.query.flag('extended') })
    return threadShape(thread, call.context.locale, users)
  }),
  put('/users/{user_id}/teams/{team_id}/threads/{thread_id}/following', async (call) => {
    await call.run(threadsSetFollowing, { ...oneOfUser(call), isFollowing: true })
    return statusOk
  }),
  remove('/users/{user_id}/teams/{team_id}/threads/{thread_id}/following', async (call) => {
    await call.run(threadsSetFollowing, { ...oneOfUser(call), isFollowing: false })
    return statusOk
  }),
  put('/users/{user_id}/teams/{team_id}/threads/{thread_id}/read/{timestamp}', async (call) => {
    const { thread, users } = await call.run(threadsMarkRead, { ...oneOfUser(call), viewedAt: momentOf(call) })
    return threadShape(thread, call.context.locale, users)
  }),
  post('/users/{user_id}/teams/{team_id}/threads/{thread_id}/set_unread/{post_id}', async (call) => {
    const { thread, users } = await call.run(threadsMarkUnread, { ...oneOfUser(call), postId: call.params['post_id'] as string })
    return threadShape(thread, call.context.locale, users)
  }),
]
