import type { Thread } from '@rookery/sdk/protocol'
import type { Queries } from '../../storage/index.ts'
import { postColumns, toPost, withoutContent, type PostRow } from '../posts/post-rows.ts'

/** Unread replies are those that live minus those that lived when the member last looked. */
export const threadColumns = `${postColumns}, t.team_id as "teamId", t.delete_at as "threadDeleteAt",
  t.participants[greatest(cardinality(t.participants) - 49, 1):] as participants,
  coalesce(tm.last_viewed_at, 0) as "lastViewedAt", coalesce(tm.unread_mentions, 0) as "unreadMentions",
  greatest(t.reply_count - coalesce(tm.seen_replies, 0), 0) as "unreadReplies", coalesce(tm.is_following, false) as "isFollowing"`

export interface ThreadRow extends PostRow {
  readonly teamId: string
  readonly threadDeleteAt: number
  readonly lastViewedAt: number
  readonly unreadMentions: number
  readonly unreadReplies: number
}

export function toThread(row: ThreadRow): Thread {
  const post = { ...toPost(row), participants: [] }
  return {
    id: row.id, teamId: row.teamId, replyCount: post.replyCount, lastReplyAt: post.lastReplyAt, lastViewedAt: row.lastViewedAt,
    participants: row.participants ?? [], post: post.deleteAt > 0 ? withoutContent(post) : post, unreadReplies: row.unreadReplies,
    unreadMentions: row.unreadMentions, deleteAt: row.threadDeleteAt, isFollowing: row.isFollowing ?? false,
  }
}

const selectThread = { name: 'select_thread', text: `
  select ${threadColumns} from posts p join threads t on t.post_id = p.id
    left join thread_members tm on tm.post_id = t.post_id and tm.user_id = $2 where p.id = $1 and p.delete_at = 0` }

/** A thread as a user sees it, a follower or not. */
export async function findThread(queries: Queries, threadId: string, userId: string): Promise<Thread | undefined> {
  const [row] = await queries.hot<ThreadRow>({ ...selectThread, values: [threadId, userId] })
  return row && toThread(row)
}
