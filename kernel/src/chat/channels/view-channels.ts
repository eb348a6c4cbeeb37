import { channelsView, channelsViewed } from '@rookery/sdk/protocol'
import { actorIdOf, implement } from '../../operations/index.ts'
import { sql, textArray } from '../../storage/index.ts'
import type { ChatParts } from '../parts.ts'
import { lockChannelsOfUnreadThreads } from '../threads/lock-threads.ts'

interface Row { id: string, viewedAt: number, isUnread: boolean }

/**
 * Marking channels as read. Nothing is written where nothing is unread, which is most of the time: clients say so
 * whenever a window gets the focus.
 */
export function createChannelViewing({ db, writer, access, clock }: Pick<ChatParts, 'db' | 'writer' | 'access' | 'clock'>) {
  return implement(channelsView, {
    access: (context, { userId }) => access.self(context, userId, 'edit_other_users'),
    async handle(context, { userId, channelIds, withThreads = false }) {
      const memberships = await db.any<Row>(sql`
        select c.id, greatest(c.last_post_at, cm.last_viewed_at) as "viewedAt",
          c.last_post_at > cm.last_viewed_at or c.total_msg_count > cm.msg_count or c.total_msg_count_root > cm.msg_count_root
            or cm.mention_count > 0 or cm.mention_count_root > 0 or c.broadcast_count > cm.broadcast_seen as "isUnread"
        from channel_members cm join channels c on c.id = cm.channel_id
        where cm.user_id = ${userId} and cm.channel_id = any (${textArray(channelIds)})`)
      const viewedAt = Object.fromEntries(memberships.map((row) => [row.id, row.viewedAt]))
      const unread = memberships.filter((row) => row.isUnread).map((row) => row.id)
      if (unread.length === 0 && !withThreads) return { viewedAt }
      await writer.write(async (transaction, emit) => {
        if (withThreads) await lockChannelsOfUnreadThreads(transaction, userId, sql.fragment`t.channel_id = any (${textArray(memberships.map((row) => row.id))})`)
        // Own memberships are locked before the totals are read: a post that is being stored is either counted in
        // them, mentions included, or finds the membership as it is left here.
        await transaction.query(sql`
          select 1 from channel_members where user_id = ${userId} and channel_id = any (${textArray(unread)}) order by channel_id for no key update`)
        const viewed = await transaction.any<{ id: string, at: number }>(sql`
          update channel_members cm set
            last_viewed_at = greatest(c.last_post_at, cm.last_viewed_at), update_at = ${clock.now()},
            msg_count = c.total_msg_count, msg_count_root = c.total_msg_count_root, mention_count = 0, mention_count_root = 0,
            broadcast_seen = c.broadcast_count, broadcast_seen_root = c.broadcast_count_root
          from channels c where c.id = cm.channel_id and cm.user_id = ${userId} and cm.channel_id = any (${textArray(unread)})
          returning c.id, cm.last_viewed_at as at`)
        for (const { id, at } of viewed) viewedAt[id] = at
        if (withThreads) {
          await transaction.query(sql`
            update thread_members tm set last_viewed_at = ${clock.now()}, unread_mentions = 0, seen_replies = t.reply_count
            from threads t where t.post_id = tm.post_id and tm.user_id = ${userId}
              and t.channel_id = any (${textArray(memberships.map((row) => row.id))}) and (tm.unread_mentions > 0 or tm.seen_replies < t.reply_count)`)
        }
        if (unread.length > 0) emit(channelsViewed, { userId, viewedAt: Object.fromEntries(unread.map((id) => [id, viewedAt[id] as number])) }, { userId })
      }, { actorId: actorIdOf(context) })
      return { viewedAt }
    },
  })
}
