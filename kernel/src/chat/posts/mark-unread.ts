import { RookeryError, postsMarkUnread, postsMarkedUnread, quietPostTypes, type UnreadPosition } from '@rookery/sdk/protocol'
import { implement, type AnyImplementation } from '../../operations/index.ts'
import { sql, textArray } from '../../storage/index.ts'
import type { ChatParts } from '../parts.ts'
import { setReadState } from '../threads/read-state.ts'

/**
 * Marking posts unread. Under the channel's lock everything from the post on is counted from the rows: messages,
 * mentions by name (but those that a broadcast reaches anyway), and broadcasts. The thread of a reply moves with it.
 */
export function createUnreadMarking({ access, clock, writer }: Pick<ChatParts, 'access' | 'clock' | 'writer'>): AnyImplementation[] {
  return [
    implement(postsMarkUnread, {
      async access(context, { userId, postId }) {
        await access.self(context, userId, 'edit_other_users')
        return access.post(context, postId, 'read_channel_content')
      },
      handle: (_context, { userId, countsThreadsApart = false }, { post, channel }) => writer.write(async (transaction, emit) => {
        const now = clock.now()
        const viewedAt = post.createAt - 1
        const movesThread = post.rootId !== '' && !countsThreadsApart
        await transaction.query(sql`select 1 from channels where id = ${channel.id} for no key update`)
        const position = await transaction.maybeOne<UnreadPosition>(sql`
          with later as (
            select count(*) filter (where p.type <> all (${textArray(quietPostTypes)})) as messages,
              count(*) filter (where p.root_id = '' and p.type <> all (${textArray(quietPostTypes)})) as roots,
              count(*) filter (where p.mentions_everybody and p.user_id <> ${userId}) as broadcasts,
              count(*) filter (where p.mentions_everybody and p.user_id <> ${userId} and p.root_id = '') as broadcast_roots
            from posts p where p.channel_id = ${channel.id} and p.create_at > ${viewedAt} and p.delete_at = 0
          ), named as (
            select count(*) filter (where not (p.mentions_everybody and m.counts_broadcast)) as mentions,
              count(*) filter (where pm.is_root and not (p.mentions_everybody and m.counts_broadcast)) as mention_roots
            from post_mentions pm join posts p on p.id = pm.post_id join channel_members m on m.channel_id = pm.channel_id and m.user_id = pm.user_id
            where pm.user_id = ${userId} and pm.channel_id = ${channel.id} and pm.create_at > ${viewedAt} and p.delete_at = 0
          )
          update channel_members cm set
            last_viewed_at = ${viewedAt}, update_at = ${now},
            msg_count = greatest(c.total_msg_count - later.messages, 0), msg_count_root = greatest(c.total_msg_count_root - later.roots, 0),
            mention_count = named.mentions, mention_count_root = named.mention_roots,
            broadcast_seen = greatest(c.broadcast_count - later.broadcasts, 0), broadcast_seen_root = greatest(c.broadcast_count_root - later.broadcast_roots, 0)
          from channels c, later, named
          where cm.channel_id = ${channel.id} and cm.user_id = ${userId} and c.id = cm.channel_id
          returning c.team_id as "teamId", cm.user_id as "userId", cm.channel_id as "channelId", cm.msg_count as "messageCount", cm.msg_count_root as "messageCountRoot",
            cm.mention_count + case when cm.counts_broadcast then c.broadcast_count - cm.broadcast_seen else 0 end as "mentionCount",
            cm.mention_count_root + case when cm.counts_broadcast then c.broadcast_count_root - cm.broadcast_seen_root else 0 end as "mentionCountRoot",
            cm.last_viewed_at as "lastViewedAt"`)
        if (!position) throw new RookeryError('channel_member_not_found')
        if (movesThread) await setReadState(transaction, emit, { threadId: post.rootId, channelId: channel.id, userId, viewedAt, now, follows: true })
        emit(postsMarkedUnread, { postId: post.id, position }, { userId })
        return position
      }, { actorId: userId }),
    }),
  ]
}
