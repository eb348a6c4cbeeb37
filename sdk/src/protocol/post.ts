import { Type, type Static } from 'typebox'
import { ChannelType } from './channel.ts'
import { defineEvent } from './event.ts'
import { FileInfo } from './file.ts'
import { defineOperation } from './operation.ts'
import { Reaction } from './reaction.ts'
import { At, Count, Done, Fields, Id, Props, Text } from './schema.ts'

/** Mattermost's bound; messages are counted in code points. */
export const maximumMessageLength = 16_383

export const Post = Fields({
  id: Id,
  createAt: At,
  updateAt: At,
  editAt: At,
  deleteAt: At,
  isPinned: Type.Boolean(),
  userId: Id,
  channelId: Id,
  /** '' unless this is a reply; then the post that began the thread. */
  rootId: Type.String(),
  message: Type.String(),
  /** '' for what people write; system_… for what the server says. */
  type: Type.String(),
  props: Props,
  hashtags: Type.String(),
  fileIds: Type.Array(Id),
  /** The author's own name for the post: sent twice, it is stored once. */
  pendingPostId: Type.String(),
  hasReactions: Type.Boolean(),
  embeds: Type.Array(Props),
  files: Type.Array(FileInfo),
  reactions: Type.Array(Reaction),
  /** Replies in the thread that this post begins or belongs to. */
  replyCount: Count,
  lastReplyAt: At,
  /** Ids of those who replied last, filled in where threads are listed. */
  participants: Type.Array(Id),
  isFollowing: Type.Boolean(),
})
export type Post = Static<typeof Post>

/** A stretch of a channel's history, newest first. */
export const PostPage = Fields({
  posts: Type.Array(Post),
  /** Roots and other posts that `posts` refer to. */
  related: Type.Array(Post),
  /** The neighbours of the stretch, '' at either end of the channel. */
  nextPostId: Type.String(),
  previousPostId: Type.String(),
})
export type PostPage = Static<typeof PostPage>

export const postsCreate = defineOperation({
  name: 'posts.create',
  summary: 'Writes a post, or a reply where rootId is given. The same pendingPostId of the same author is stored once, for ever.',
  capability: 'posts:write', patchable: ['message', 'props', 'fileIds'],
  input: Fields({
    channelId: Id, message: Type.Optional(Text(65_535)), rootId: Type.Optional(Type.Union([Id, Type.Literal('')])), fileIds: Type.Optional(Type.Array(Id, { maxItems: 20 })),
    props: Type.Optional(Props), type: Type.Optional(Text(26)), pendingPostId: Type.Optional(Text(64)), isPinned: Type.Optional(Type.Boolean()),
    createAt: Type.Optional(At), setOnline: Type.Optional(Type.Boolean()),
  }),
  output: Post,
  errors: ['channel_not_found', 'message_too_long', 'message_empty', 'props_too_large', 'root_invalid', 'can_not_post_to_archived', 'post_type_reserved', 'too_many_files', 'file_belongs_elsewhere'],
})

export const postsGet = defineOperation({
  name: 'posts.get', summary: 'Reads one post.', safe: true, capability: 'posts:read',
  input: Fields({ postId: Id, includeDeleted: Type.Optional(Type.Boolean()) }), output: Post, errors: ['post_not_found'],
})

export const postsListOfChannel = defineOperation({
  name: 'posts.listOfChannel',
  summary: 'Reads a channel\'s history: the newest posts, those before or after a post, or what changed since a moment.',
  safe: true, capability: 'posts:read',
  input: Fields({
    channelId: Id, limit: Type.Optional(Type.Integer({ minimum: 0, maximum: 1000, default: 60 })), page: Type.Optional(Type.Integer({ minimum: 0, maximum: 100_000 })),
    beforePostId: Type.Optional(Id), afterPostId: Type.Optional(Id), since: Type.Optional(At),
    includeDeleted: Type.Optional(Type.Boolean()), withoutReplies: Type.Optional(Type.Boolean()),
  }),
  output: PostPage, errors: ['channel_not_found'],
})

export const postsDelete = defineOperation({
  name: 'posts.delete', summary: 'Deletes a post and, where it begins a thread, the replies.', capability: 'posts:delete',
  input: Fields({ postId: Id }), output: Done, errors: ['post_not_found'],
})

const Follower = Fields({ userId: Id, lastViewedAt: At, unreadReplies: Count, unreadMentions: Count, isMentioned: Type.Boolean() })

export const postCreated = defineEvent({
  name: 'post.created', summary: 'A post was written.',
  payload: Fields({
    post: Post,
    channel: Fields({ id: Id, type: ChannelType, name: Type.String(), displayName: Type.String(), teamId: Type.String() }),
    senderName: Type.String(),
    /** Who is mentioned by name or keyword. */
    mentions: Type.Array(Id),
    /** Whether everybody in the channel is mentioned besides. */
    mentionsEverybody: Type.Boolean(),
    /** For a reply: those who follow its thread, as they stand now. */
    followers: Type.Array(Follower),
  }),
})
export const postUpdated = defineEvent({ name: 'post.updated', summary: 'A post was edited, pinned or unpinned.', payload: Fields({ post: Post }) })
export const postDeleted = defineEvent({ name: 'post.deleted', summary: 'A post was deleted.', payload: Fields({ post: Post, deletedBy: Type.String() }) })
export const typingStarted = defineEvent({ name: 'typing.started', summary: 'Somebody is writing.', durable: false, payload: Fields({ userId: Id, channelId: Id, rootId: Type.String() }) })
