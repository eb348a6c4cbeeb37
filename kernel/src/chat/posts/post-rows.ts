import type { Post } from '@rookery/sdk/protocol'

/**
 * A post as its statements select it from postSource, in text because they are prepared once and named. What most posts
 * do not have comes as one object, and is null where a post has nothing of it: a column costs a page as much for what
 * nobody said as for what somebody did. Files and reactions are only looked for where the row says that there are some.
 * toPost makes the protocol's post of it.
 */
export const postColumns = `
  p.id, p.create_at as "createAt", p.user_id as "userId", p.channel_id as "channelId", p.message, nullif(p.pending_post_id, '') as "pendingPostId",
  case when p.update_at > p.create_at or p.root_id <> '' or p.has_reactions or p.file_ids <> '{}' or p.props <> '{}' or p.type <> '' or p.embeds <> '[]'
    or p.hashtags <> '' or p.edit_at > 0 or p.delete_at > 0 or p.is_pinned or p.plugin_props <> '{}' or t.reply_count > 0 then json_build_object(
      'updateAt', p.update_at, 'editAt', p.edit_at, 'deleteAt', p.delete_at, 'isPinned', p.is_pinned, 'rootId', p.root_id, 'type', p.type,
      'props', p.props, 'pluginProps', nullif(p.plugin_props, '{}'), 'hashtags', p.hashtags, 'fileIds', p.file_ids, 'hasReactions', p.has_reactions, 'embeds', p.embeds,
      'files', case when p.file_ids <> '{}' then
        (select jsonb_agg(file_value(f) order by array_position(p.file_ids, f.id)) from files f
          where f.id = any (p.file_ids) and f.delete_at = 0) end,
      'reactions', case when p.has_reactions then
        (select jsonb_agg(jsonb_build_object('userId', r.user_id, 'postId', r.post_id, 'channelId', r.channel_id,
          'emojiName', r.emoji_name, 'createAt', r.create_at) order by r.create_at) from reactions r where r.post_id = p.id) end,
      'replyCount', t.reply_count, 'lastReplyAt', t.last_reply_at) end as special`

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

/** What a post may have besides what it says. */
type Special = Pick<Post, 'updateAt' | 'editAt' | 'deleteAt' | 'isPinned' | 'rootId' | 'type' | 'props' | 'hashtags' | 'fileIds' | 'hasReactions' | 'embeds'>
  & { readonly [Name in 'files' | 'reactions' | 'replyCount' | 'lastReplyAt']: Post[Name] | null } & { readonly pluginProps: Record<string, unknown> | null }

/** Besides its own fields a row may have what only lists need. */
export type PostRow = Pick<Post, 'id' | 'createAt' | 'userId' | 'channelId' | 'message'> & {
  readonly pendingPostId: string | null, readonly special: Special | null, readonly participants?: string[] | null, readonly isFollowing?: boolean | null
}

export function toPost(row: PostRow): Post {
  const { id, createAt, userId, channelId, message, special } = row
  return {
    id,
    createAt,
    updateAt: special?.updateAt ?? createAt,
    editAt: special?.editAt ?? 0,
    deleteAt: special?.deleteAt ?? 0,
    isPinned: special?.isPinned ?? false,
    userId,
    channelId,
    rootId: special?.rootId ?? '',
    message,
    type: special?.type ?? '',
    props: special?.props ?? {},
    hashtags: special?.hashtags ?? '',
    fileIds: special?.fileIds ?? [],
    pendingPostId: row.pendingPostId ?? '',
    hasReactions: special?.hasReactions ?? false,
    embeds: special?.embeds ?? [],
    files: special?.files ?? [],
    reactions: special?.reactions ?? [],
    replyCount: special?.replyCount ?? 0,
    lastReplyAt: special?.lastReplyAt ?? 0,
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
