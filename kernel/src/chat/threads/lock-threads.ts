import { sql, type SqlFragment, type Transaction } from '../../storage/index.ts'

/** The rows of a thread that may have no reply yet, locked: whoever changes what is unread in a thread holds them. */
export async function lockThread(transaction: Transaction, threadId: string): Promise<void> {
  await transaction.query(sql`
    insert into threads (post_id, channel_id, team_id)
    select p.id, c.id, c.team_id from posts p join channels c on c.id = p.channel_id where p.id = ${threadId} on conflict do nothing`)
  await transaction.query(sql`select 1 from threads where post_id = ${threadId} for no key update`)
}

/**
 * For whoever changes several threads of a user: posts lock channels, and then memberships and threads as they come, so
 * only whoever has the channels too cannot wait for a post that waits for it. `where` speaks of `threads t` and `thread_members tm`.
 */
export async function lockChannelsOfUnreadThreads(transaction: Transaction, userId: string, where: SqlFragment): Promise<void> {
  await transaction.query(sql`
    select 1 from channels where id in (
      select t.channel_id from thread_members tm join threads t on t.post_id = tm.post_id
      where tm.user_id = ${userId} and (tm.unread_mentions > 0 or tm.seen_replies < t.reply_count) and ${where})
    order by id for no key update`)
}
