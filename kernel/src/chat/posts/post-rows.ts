import type { Post } from '@rookery/sdk/protocol'

/**
 * A post as its statements select it from postSource, in text because they are prepared once and named. Null stands for
 * what most posts have there: sending and parsing it costs nothing, and a page has a thousand of these fields. Files and
 * reactions are only looked for where the row says that there are some. toPost makes the protocol's post of it.
 */
export const postColumns = `
  p.id, p.create_at as "createAt", nullif(p.update_at, p.create_at) as "updateAt", nullif(p.edit_at, 0) as "editAt",
  nullif(p.delete_at, 0) as "deleteAt", nullif(p.is_pinned, false) as "isPinned", p.user_id as "userId", p.channel_id as "channelId",
  nullif(p.root_id, '') as "rootId", p.message, nullif(p.type, '') as type, nullif(p.props, '{}') as props, nullif(p.plugin_props, '{}') as "pluginProps", nullif(p.hashtags, '') as hashtags,
  nullif(p.file_ids, '{}') as "fileIds", nullif(p.pending_post_id, '') as "pendingPostId", nullif(p.has_reactions, false) as "hasReactions",
  nullif(p.embeds, '[]') as embeds,
  case when p.file_ids <> '{}' then
    (select jsonb_agg(file_value(f) order by array_position(p.file_ids, f.id)) from files f
      where f.id = any (p.file_ids) and f.delete_at = 0) end as files,
  case when p.has_reactions then
    (select jsonb_agg(jsonb_build_object('userId', r.user_id, 'postId', r.post_id, 'channelId', r.channel_id,
      'emojiName', r.emoji_name, 'createAt', r.create_at) order by r.create_at) from reactions r where r.post_id = p.id) end as reactions,
  t.reply_count as "replyCount", t.last_reply_at as "lastReplyAt"`

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

/** The fields in which null may stand for a value. */
type Usual = 'updateAt' | 'editAt' | 'deleteAt' | 'isPinned' | 'rootId' | 'type' | 'props' | 'hashtags' | 'fileIds' | 'pendingPostId' | 'hasReactions'
  | 'embeds' | 'files' | 'reactions' | 'replyCount' | 'lastReplyAt'

/** Besides its own fields a row may have what only lists need. */
export type PostRow = Omit<Post, Usual | 'participants' | 'isFollowing' | 'customEmoji' | 'pluginProps'>
  & { readonly [Name in Usual]: Post[Name] | null }
  & { readonly pluginProps?: Record<string, unknown> | null, readonly participants?: string[] | null, readonly isFollowing?: boolean | null }

export const toPost = (row: PostRow): Post => ({
  id: row.id,
  createAt: row.createAt,
  updateAt: row.updateAt ?? row.createAt,
  editAt: row.editAt ?? 0,
  deleteAt: row.deleteAt ?? 0,
  isPinned: row.isPinned ?? false,
  userId: row.userId,
  channelId: row.channelId,
  rootId: row.rootId ?? '',
  message: row.message,
  type: row.type ?? '',
  props: row.props ?? {},
  hashtags: row.hashtags ?? '',
  fileIds: row.fileIds ?? [],
  pendingPostId: row.pendingPostId ?? '',
  hasReactions: row.hasReactions ?? false,
  embeds: row.embeds ?? [],
  files: row.files ?? [],
  reactions: row.reactions ?? [],
  replyCount: row.replyCount ?? 0,
  lastReplyAt: row.lastReplyAt ?? 0,
  participants: row.participants ?? [],
  isFollowing: row.isFollowing ?? null,
  customEmoji: [],
  ...(row.pluginProps && { pluginProps: row.pluginProps }),
})

/** A post that lists tell of so that clients take it away: what it said is not theirs any more. */
export const withoutContent = ({ pluginProps: _pluginProps, ...post }: Post): Post => ({
  ...post, message: '', props: {}, hashtags: '', fileIds: [], embeds: [], files: [], reactions: [], hasReactions: false, customEmoji: [],
})
