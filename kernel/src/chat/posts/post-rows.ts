import type { Post } from '@rookery/sdk/protocol'
import { sql } from '../../storage/index.ts'

/**
 * A post as the protocol shows it, from `posts p left join threads t on t.post_id = coalesce(nullif(p.root_id, ''), p.id)`.
 * Files and reactions are only looked for where the row says that there are some.
 */
export const postColumns = sql.fragment`
  p.id, p.create_at as "createAt", p.update_at as "updateAt", p.edit_at as "editAt", p.delete_at as "deleteAt",
  p.is_pinned as "isPinned", p.user_id as "userId", p.channel_id as "channelId", p.root_id as "rootId", p.message, p.type,
  p.props, p.hashtags, p.file_ids as "fileIds", p.pending_post_id as "pendingPostId", p.has_reactions as "hasReactions", p.embeds,
  case when cardinality(p.file_ids) = 0 then '[]'::jsonb else
    (select coalesce(jsonb_agg(file_value(f) order by array_position(p.file_ids, f.id)), '[]') from files f
      where f.id = any (p.file_ids) and f.delete_at = 0) end as files,
  case when not p.has_reactions then '[]'::jsonb else
    (select coalesce(jsonb_agg(jsonb_build_object('userId', r.user_id, 'postId', r.post_id, 'channelId', r.channel_id,
      'emojiName', r.emoji_name, 'createAt', r.create_at) order by r.create_at), '[]') from reactions r where r.post_id = p.id) end as reactions,
  coalesce(t.reply_count, 0) as "replyCount", coalesce(t.last_reply_at, 0) as "lastReplyAt", '[]'::jsonb as participants, false as "isFollowing"`

export const postSource = sql.fragment`posts p left join threads t on t.post_id = coalesce(nullif(p.root_id, ''), p.id)`

export type PostRow = Post
