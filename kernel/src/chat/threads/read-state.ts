import { RookeryError, threadReadChanged, type Thread } from '@rookery/sdk/protocol'
import type { Emit } from '../../events/index.ts'
import { sql, type Transaction } from '../../storage/index.ts'
import { lockThread } from './lock-threads.ts'
import { findThread } from './thread-rows.ts'

interface ReadState {
  readonly threadId: string
  readonly channelId: string
  readonly userId: string
  /** Replies up to here are read. */
  readonly viewedAt: number
  readonly now: number
  /** Following begins with it; otherwise it stays as it is. */
  readonly follows?: boolean
}

/**
 * Sets up to where a user has read a thread: seen_replies are the living replies up to there, and mentions are counted
 * after it. What is kept never lies after the last reply, so that a reply that comes in the same moment is unread.
 */
export async function setReadState(transaction: Transaction, emit: Emit, { threadId, channelId, userId, viewedAt, now, follows = false }: ReadState): Promise<Thread> {
  await lockThread(transaction, threadId)
  const before = await findThread(transaction, threadId, userId)
  if (!before) throw new RookeryError('thread_not_found')
  await transaction.query(sql`
    with state as (
      select least(${viewedAt}::bigint, t.last_reply_at) as viewed_at,
        (select count(*) from posts p where p.root_id = t.post_id and p.root_id <> '' and p.delete_at = 0 and p.create_at <= ${viewedAt}) as seen,
        (select count(*) from post_mentions pm join posts p on p.id = pm.post_id
          where pm.user_id = ${userId} and pm.channel_id = t.channel_id and pm.create_at > ${viewedAt} and p.root_id = t.post_id and p.root_id <> '' and p.delete_at = 0) as mentions
      from threads t where t.post_id = ${threadId})
    insert into thread_members as tm (post_id, user_id, is_following, last_viewed_at, last_update_at, seen_replies, unread_mentions)
    select ${threadId}, ${userId}, ${follows}, viewed_at, ${now}, seen, mentions from state
    on conflict (post_id, user_id) do update set
      is_following = tm.is_following or ${follows}, last_viewed_at = excluded.last_viewed_at, last_update_at = excluded.last_update_at,
      seen_replies = excluded.seen_replies, unread_mentions = excluded.unread_mentions`)
  const after = await findThread(transaction, threadId, userId) as Thread
  emit(threadReadChanged, {
    threadId, teamId: after.teamId, channelId, userId, viewedAt, unreadReplies: after.unreadReplies, unreadMentions: after.unreadMentions,
    previousUnreadReplies: before.unreadReplies, previousUnreadMentions: before.unreadMentions,
  }, { userId })
  return { ...after, lastViewedAt: viewedAt }
}
