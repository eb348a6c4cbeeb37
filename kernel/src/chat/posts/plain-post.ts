import { logStart, type Stretch } from '../../events/index.ts'
import type { HotStatement } from '../../storage/index.ts'
import type { PendingPost } from './pending-post.ts'

/** Whether a post may be what most are: of a member, written now in a channel, no reply, without files, calling nobody. */
export const isPlain = (post: PendingPost): boolean =>
  post.rootId === '' && post.fileIds.length === 0 && post.hereUserIds.length === 0 && !post.mentionsEverybody && !post.isConversation
  && post.createAt === null && post.countsAsUnread && post.marksViewed

/**
 * What append_posts does for such a post, as one statement: half of the work. It stores nothing where more is to be done
 * or said (somebody is mentioned, the channel is archived or a conversation, the post is there, the author has left).
 *
 * Who waits for the channel sees it and the author's membership as they are afterwards: these rows are locked and
 * changed. Should the same post be stored meanwhile, a unique index refuses this one, and it is tried again.
 */
const text = `
  with channel as materialized (
    select id, type, name, display_name, team_id, greatest($3::bigint, last_create_at + 1) as moment, total_msg_count + 1 as total,
        total_msg_count_root + 1 as total_root, broadcast_count, broadcast_count_root
      from channels where id = $1 and delete_at = 0 and type in ('O', 'P') for no key update),
  author as materialized (
    update channel_members m set
        last_viewed_at = c.moment, msg_count = c.total, msg_count_root = c.total_root, mention_count = 0, mention_count_root = 0,
        broadcast_seen = c.broadcast_count, broadcast_seen_root = c.broadcast_count_root
      from channel c where m.channel_id = $1 and m.user_id = $2
        and not exists (select 1 from posts where user_id = $2 and pending_post_id = $4 and pending_post_id <> '')
        and not exists (select 1 from mentioned_by($1, $2, $5, $6))
      returning c.*),
  counted as (
    update channels set
        last_create_at = a.moment, last_post_at = greatest(a.moment, last_post_at), last_root_post_at = greatest(a.moment, last_root_post_at),
        total_msg_count = a.total, total_msg_count_root = a.total_root
      from author a where channels.id = $1),
  written as (
    insert into posts (id, create_at, update_at, edit_at, delete_at, delete_by, is_pinned, user_id, channel_id, root_id, message, type, props,
        plugin_props, hashtags, file_ids, pending_post_id, has_reactions, mentions_everybody, embeds)
      select $7, a.moment, a.moment, 0, 0, '', $8, $2, $1, '', $9, $10, $11::jsonb, '{}', $12, '{}', $4, false, false, $13::jsonb from author a
      returning post_value(posts, 0, 0) as value)
  insert into events (at, name, actor_id, payload, audience)
    select a.moment, 'post.created', $2, json_build_object(
        'post', w.value,
        'channel', json_build_object('id', a.id, 'type', a.type, 'name', a.name, 'displayName', a.display_name, 'teamId', a.team_id),
        'senderName', coalesce((select username from users where id = $2), ''),
        'mentions', '[]'::json, 'mentionsEverybody', false, 'followers', '[]'::json, 'root', null, 'participants', '[]'::json, 'isSetOnline', $14::boolean),
      json_build_object('channelId', a.id) from author a cross join written w
    returning payload, id, xid::text as xid, xid = pg_snapshot_xmin(pg_current_snapshot()) as is_settled,
      (select array[p.xid::text, p.id::text] from events p where p.xid < events.xid order by p.xid desc, p.id desc limit 1) as previous`

export interface PlainRow {
  readonly payload: unknown
  readonly id: number
  readonly xid: string
  /** Whether no transaction before this one was running any more: then all that they wrote was seen. */
  readonly is_settled: boolean
  readonly previous: readonly [xid: string, id: string] | null
}

/** Where the event of such a post stands; undefined where others may come to stand before it. */
export const stretchOf = ({ id, xid, is_settled: isSettled, previous }: PlainRow): Stretch | undefined =>
  (isSettled ? { last: { xid, id }, previous: previous ? { xid: previous[0], id: Number(previous[1]) } : logStart } : undefined)

export const appendPlainPost = (post: PendingPost, now: number): HotStatement => ({
  name: 'append_plain_post', text, writes: true, values: [
    post.channelId, post.userId, now, post.pendingPostId, post.unspacedText, post.mentionWords, post.id, post.isPinned, post.message, post.type,
    JSON.stringify(post.props), post.hashtags, JSON.stringify(post.embeds), post.setsOnline,
  ],
})
