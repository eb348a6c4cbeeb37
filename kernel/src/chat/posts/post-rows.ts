import type { Post } from '@rookery/sdk/protocol'

/**
 * A post as its statements select it from postSource, in text because they are prepared once and named. Null stands for
 * what most posts have there: sending and parsing it costs nothing. What few posts have comes as one object, because a
 * column costs a page something even where it is null. Files and reactions are only looked for where the row says that
 * there are some. toPost makes the protocol's post of it.
 */
export const postColumns = `
  p.id, p.create_at as "createAt", nullif(p.update_at, p.create_at) as "updateAt", p.user_id as "userId", p.channel_id as "channelId",
  nullif(p.root_id, '') as "rootId", p.message, nullif(p.pending_post_id, '') as "pendingPostId", t.reply_count as "replyCount", t.last_reply_at as "lastReplyAt",
  case when p.has_reactions then
    (select coalesce(jsonb_agg(jsonb_build_object('userId', r.user_id, 'postId', r.post_id, 'channelId', r.channel_id,
      'emojiName', r.emoji_name, 'createAt', r.create_at) order by r.create_at), '[]') from reactions r where r.post_id = p.id) end as reactions,
  case when p.props <> '{}' or p.type <> '' or p.file_ids <> '{}' or p.embeds <> '[]' or p.edit_at > 0 or p.hashtags <> '' or p.delete_at > 0 or p.is_pinned
    or p.plugin_props <> '{}' then json_build_object(
      'editAt', p.edit_at, 'deleteAt', p.delete_at, 'isPinned', p.is_pinned, 'type', p.type, 'props', p.props, 'pluginProps', nullif(p.plugin_props, '{}'),
      'hashtags', p.hashtags, 'embeds', p.embeds, 'fileIds', p.file_ids, 'files', case when p.file_ids <> '{}' then
        (select jsonb_agg(file_value(f) order by array_position(p.file_ids, f.id)) from files f where f.id = any (p.file_ids) and f.delete_at = 0) end) end as special`

/**
 * Looked up row by row: a page has few rows, and the planner, who does not know how few, would rather read the whole table.
 * `offset 0` keeps the look-up where it stands. Every reply moves its root's latest change: who was never changed has none.
 */
const threadOfPost = `left join lateral (select t.reply_count, t.last_reply_at, t.participants from threads t
  where t.post_id = case when p.root_id <> '' then p.root_id when p.update_at > p.create_at then p.id end offset 0) t on true`

/** The thread membership of the reader, for a parameter of the statement. */
export const followingOf = (reader: string): string =>
  `left join lateral (select tm.is_following from thread_members tm where tm.post_id = p.id and tm.user_id = ${reader} offset 0) tm on true`

export const postSource = `posts p ${threadOfPost}`

/** The same from another relation with the columns of posts. */
export const postSourceOf = (relation: string): string => `${relation} p ${threadOfPost}`

/** The posts whose ids a relation has. */
export const postSourceById = (relation: string): string => `${relation} i cross join lateral (select p.* from posts p where p.id = i.id offset 0) p ${threadOfPost}`

/** What a thread's root tells besides; the reader's membership is tm. The latest participants are enough for every client. */
export const threadColumns = `t.participants[greatest(cardinality(t.participants) - 49, 1):] as participants, tm.is_following as "isFollowing"`

/** What few posts have. */
type Special = Pick<Post, 'editAt' | 'deleteAt' | 'isPinned' | 'type' | 'props' | 'hashtags' | 'embeds' | 'fileIds'>
  & { readonly files: Post['files'] | null, readonly pluginProps: Record<string, unknown> | null }

/** The fields in which null may stand for a value. */
type Usual = 'updateAt' | 'rootId' | 'pendingPostId' | 'replyCount' | 'lastReplyAt' | 'reactions'

/** Besides its own fields a row may have what only lists need. */
export type PostRow = Pick<Post, 'id' | 'createAt' | 'userId' | 'channelId' | 'message'> & { readonly [Name in Usual]: Post[Name] | null }
  & { readonly special: Special | null, readonly participants?: string[] | null, readonly isFollowing?: boolean | null }

export function toPost(row: PostRow): Post {
  const { id, createAt, userId, channelId, message, special } = row
  return {
    id,
    createAt,
    updateAt: row.updateAt ?? createAt,
    editAt: special?.editAt ?? 0,
    deleteAt: special?.deleteAt ?? 0,
    isPinned: special?.isPinned ?? false,
    userId,
    channelId,
    rootId: row.rootId ?? '',
    message,
    type: special?.type ?? '',
    props: special?.props ?? {},
    hashtags: special?.hashtags ?? '',
    fileIds: special?.fileIds ?? [],
    pendingPostId: row.pendingPostId ?? '',
    hasReactions: row.reactions !== null,
    embeds: special?.embeds ?? [],
    files: special?.files ?? [],
    reactions: row.reactions ?? [],
    replyCount: row.replyCount ?? 0,
    lastReplyAt: row.lastReplyAt ?? 0,
    participants: row.participants ?? [],
    isFollowing: row.isFollowing ?? null,
    customEmoji: [],
    ...(special?.pluginProps && { pluginProps: special.pluginProps }),
  }
}

/** A post that lists tell of so that clients take it away: what it said is not theirs any more. */
export const withoutContent = ({ pluginProps: _pluginProps, ...post }: Post): Post => ({
  ...post, message: '', props: {}, hashtags: '', fileIds: [], embeds: [], files: [], reactions: [], hasReactions: false, customEmoji: [],
})
