import { blocksOf, blocksProp, type Post, type PostInfo, type PostRevision, type Reaction, type UnreadPosition, type User } from '@rookery/sdk/protocol'
import { blockAttachments } from './blocks.ts'
import { fileShape } from './file.ts'
import { userShape } from './user.ts'

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

/** Accounts by id, where somebody asked for more than the ids of those who take part. */
export type KnownUsers = ReadonlyMap<string, User>

export const knownUsers = (users: readonly User[]): KnownUsers => new Map(users.map((user) => [user.id, user]))

export const participantShape = (id: string, users?: KnownUsers) => {
  const user = users?.get(id)
  return user ? userShape(user) : { id }
}

/** Whether a post says something in the language of whoever reads it. */
export const hasWordsOfReader = ({ props, embeds }: Pick<Post, 'props' | 'embeds'>): boolean => blocksOf({ props }) !== undefined || embeds.some((embed) => blocksOf((embed['post'] ?? { props: {} }) as Post) !== undefined)

/** Attachments that a plugin gave beside its blocks are meant for clients that do not know blocks; else they are made of them. */
function propsOf({ props }: Post, locale: string): Record<string, unknown> {
  const kept = blocksOf({ props })
  if (!kept) return props
  const { [blocksProp]: _kept, ...others } = props
  return { attachments: blockAttachments(kept.blocks, locale), ...others }
}

interface Permalink { postId: string, post: Post, teamName: string, channelDisplayName: string, channelType: string, channelId: string }

/** Attachments show as they stand in the props; of linked posts there is a preview for those who may read them. */
function embedShapes(post: Post, props: Record<string, unknown>, locale: string): unknown[] {
  const attachments = props['attachments']
  const shapes: unknown[] = Array.isArray(attachments) && attachments.length > 0 ? [{ type: 'message_attachment' }] : []
  for (const embed of post.embeds) {
    if (embed['type'] !== 'permalink') shapes.push(embed)
    else if (embed['post']) {
      const { postId, post: linked, teamName, channelDisplayName, channelType, channelId } = embed as unknown as Permalink
      const data = { post_id: postId, post: postShape(linked, locale), team_name: teamName, channel_display_name: channelDisplayName, channel_type: channelType, channel_id: channelId }
      shapes.push({ type: 'permalink', data })
    }
  }
  return shapes
}

interface Priority { priority?: unknown, requested_ack?: unknown, persistent_notifications?: unknown }

/** Files, reactions, embeds, emoji and priority of a post; each absent where there is none. */
function metadataShape(post: Post, props: Record<string, unknown>, locale: string): Record<string, unknown> {
  const metadata: Record<string, unknown> = {}
  if (post.embeds.length > 0 || props['attachments'] !== undefined) {
    const embeds = embedShapes(post, props, locale)
    if (embeds.length > 0) metadata['embeds'] = embeds
  }
  if (post.customEmoji.length > 0) {
    metadata['emojis'] = post.customEmoji.map((emoji) => ({
      id: emoji.id, create_at: emoji.createAt, update_at: emoji.updateAt, delete_at: emoji.deleteAt, creator_id: emoji.creatorId, name: emoji.name,
    }))
  }
  if (post.files.length > 0) metadata['files'] = post.files.map(fileShape)
  if (post.reactions.length > 0) metadata['reactions'] = post.reactions.map(reactionShape)
  const priority = post.props['priority'] as Priority | undefined
  if (typeof priority === 'object' && priority !== null) {
    metadata['priority'] = {
      priority: typeof priority.priority === 'string' ? priority.priority : null, requested_ack: priority.requested_ack === true,
      persistent_notifications: priority.persistent_notifications === true,
    }
  }
  return metadata
}

/** As whoever reads in this language sees it. */
export const postShape = (post: Post, locale: string, users?: KnownUsers) => shapeWith(post, propsOf(post, locale), locale, users)

const shapeWith = (post: Post, props: Record<string, unknown>, locale: string, users?: KnownUsers) => ({
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
  props,
  hashtags: post.hashtags,
  ...(post.fileIds.length > 0 && { file_ids: post.fileIds }),
  pending_post_id: post.pendingPostId,
  remote_id: '',
  ...(post.hasReactions && { has_reactions: true }),
  reply_count: post.replyCount,
  last_reply_at: post.lastReplyAt,
  participants: post.participants.length > 0 ? post.participants.map((id) => participantShape(id, users)) : null,
  ...(post.isFollowing !== null && { is_following: post.isFollowing }),
  metadata: metadataShape(post, props, locale),
})

interface PostList {
  readonly posts: readonly Post[]
  readonly related?: readonly Post[]
  readonly nextPostId?: string
  readonly previousPostId?: string
  readonly hasNext?: boolean
  readonly users?: readonly User[]
}

/** The list form of API v4: ids in order, posts by id. */
export function postListShape({ posts, related = [], nextPostId = '', previousPostId = '', hasNext, users = [] }: PostList, locale: string) {
  const known = users.length > 0 ? knownUsers(users) : undefined
  const byId: Record<string, ReturnType<typeof postShape>> = {}
  for (const post of related) byId[post.id] = postShape(post, locale)
  for (const post of posts) byId[post.id] = postShape(post, locale, known)
  return {
    order: posts.map((post) => post.id),
    posts: byId,
    next_post_id: nextPostId,
    prev_post_id: previousPostId,
    ...(hasNext !== undefined && { has_next: hasNext }),
    first_inaccessible_post_time: 0,
  }
}

/**
 * Changes with everything that a list shows but the accounts in it: posts that come, go or change move their number,
 * ends or latest change; following a thread changes no post, so it is counted.
 */
export function listTag({ posts, related = [], nextPostId = '', previousPostId = '', hasNext = false, users = [] }: PostList): string {
  let latest = 0
  let following = 0
  for (const post of posts) {
    latest = Math.max(latest, post.updateAt)
    if (post.isFollowing) following = (following * 31 + post.createAt) % 0xffff_ffff
  }
  for (const post of related) latest = Math.max(latest, post.updateAt)
  for (const user of users) latest = Math.max(latest, user.updateAt)
  return `"${posts[0]?.id ?? ''}.${posts.at(-1)?.id ?? ''}.${posts.length}.${related.length}.${latest}.${following}.${nextPostId}.${previousPostId}.${hasNext}"`
}

export const postInfoShape = (info: PostInfo) => ({
  channel_id: info.channelId,
  channel_type: info.channelType,
  channel_display_name: info.channelDisplayName,
  has_joined_channel: info.hasJoinedChannel,
  team_id: info.teamId,
  team_type: info.teamType,
  team_display_name: info.teamDisplayName,
  has_joined_team: info.hasJoinedTeam,
})

/** A revision shows as the post that it was, whose original is the post that it became. */
export const revisionShape = (revision: PostRevision, locale: string) => ({
  ...postShape({
    id: revision.id, createAt: revision.createAt, updateAt: revision.replacedAt, editAt: revision.editAt, deleteAt: revision.replacedAt, isPinned: false,
    userId: revision.userId, channelId: revision.channelId, rootId: revision.rootId, message: revision.message, type: '', props: revision.props,
    hashtags: revision.hashtags, fileIds: revision.fileIds, files: revision.files, pendingPostId: '', hasReactions: false, embeds: [], reactions: [],
    replyCount: 0, lastReplyAt: 0, participants: [], isFollowing: null, customEmoji: [],
  }, locale),
  original_id: revision.postId,
})

export const unreadPositionShape = (position: UnreadPosition) => ({
  team_id: position.teamId,
  user_id: position.userId,
  channel_id: position.channelId,
  msg_count: position.messageCount,
  mention_count: position.mentionCount,
  mention_count_root: position.mentionCountRoot,
  urgent_mention_count: 0,
  msg_count_root: position.messageCountRoot,
  last_viewed_at: position.lastViewedAt,
})
