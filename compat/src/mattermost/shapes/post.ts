import type { Post, Reaction } from '@rookery/sdk/protocol'
import { fileShape } from './file.ts'

export const reactionShape = (reaction: Reaction) => ({
  user_id: reaction.userId,
  post_id: reaction.postId,
  emoji_name: reaction.emojiName,
  create_at: reaction.createAt,
  update_at: reaction.createAt,
  delete_at: 0,
  remote_id: '',
  channel_id: reaction.channelId,
})

/** Files, reactions and embeds of a post; absent where there are none. */
const metadataShape = (post: Post) => ({
  ...(post.embeds.length > 0 && { embeds: post.embeds }),
  ...(post.files.length > 0 && { files: post.files.map(fileShape) }),
  ...(post.reactions.length > 0 && { reactions: post.reactions.map(reactionShape) }),
})

export const postShape = (post: Post) => ({
  id: post.id,
  create_at: post.createAt,
  update_at: post.updateAt,
  edit_at: post.editAt,
  delete_at: post.deleteAt,
  is_pinned: post.isPinned,
  user_id: post.userId,
  channel_id: post.channelId,
  root_id: post.rootId,
  original_id: '',
  message: post.message,
  type: post.type,
  props: post.props,
  hashtags: post.hashtags,
  ...(post.fileIds.length > 0 && { file_ids: post.fileIds }),
  pending_post_id: post.pendingPostId,
  remote_id: '',
  ...(post.hasReactions && { has_reactions: true }),
  reply_count: post.replyCount,
  last_reply_at: post.lastReplyAt,
  participants: null,
  metadata: metadataShape(post),
})

/** The list form of API v4: ids in order, posts by id. */
export const postListShape = ({ posts, related = [], nextPostId = '', previousPostId = '' }: {
  posts: readonly Post[], related?: readonly Post[], nextPostId?: string, previousPostId?: string
}) => ({
  order: posts.map((post) => post.id),
  posts: Object.fromEntries([...related, ...posts].map((post) => [post.id, postShape(post)])),
  next_post_id: nextPostId,
  prev_post_id: previousPostId,
  has_next: nextPostId !== '',
  first_inaccessible_post_time: 0,
})
