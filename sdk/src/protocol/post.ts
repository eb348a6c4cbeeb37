import { Type, type Static } from 'typebox'
import { Blocks } from './blocks/index.ts'
import { ChannelType } from './channel.ts'
import { defineEvent } from './event.ts'
import { FileInfo } from './file.ts'
import { defineOperation } from './operation.ts'
import { Reaction } from './reaction.ts'
import { At, Count, Done, Fields, Id, OneOf, OwnProps, Page, PerPage, Props, Text } from './schema.ts'
import { User } from './user.ts'

/** Mattermost's bound; messages are counted in code points. */
export const maximumMessageLength = 16_383

/** What the server says of comings and goings: nobody is told that it is unread. */
export const quietPostTypes: readonly string[] = [
  'system_join_leave', 'system_add_remove', 'system_join_channel', 'system_leave_channel', 'system_add_to_channel', 'system_remove_from_channel',
  'system_join_team', 'system_leave_team', 'system_add_to_team', 'system_remove_from_team', 'system_guest_join_channel', 'system_add_guest_to_chan',
]

/** An emoji of this server's own that a message or its reactions use. */
const UsedEmoji = Fields({ id: Id, createAt: At, updateAt: At, deleteAt: At, creatorId: Type.String(), name: Type.String() })
export type UsedEmoji = Static<typeof UsedEmoji>

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
  /** What the message leads to. `{type: 'permalink', postId}` has the post it names for those who may read that. */
  embeds: Type.Array(Props),
  files: Type.Array(FileInfo),
  reactions: Type.Array(Reaction),
  /** Replies in the thread that this post begins or belongs to. */
  replyCount: Count,
  lastReplyAt: At,
  /** Those who replied, the latest last; filled in where threads are listed. */
  participants: Type.Array(Id),
  /** Whether the reader follows the thread; null where nobody asked. */
  isFollowing: Type.Union([Type.Boolean(), Type.Null()]),
  customEmoji: Type.Array(UsedEmoji),
  /** What plugins keep on this post, by plugin id; left out where none does. */
  pluginProps: Type.Optional(Props),
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
  /** Participants of threads, where they were asked for. */
  users: Type.Array(User),
})
export type PostPage = Static<typeof PostPage>

export const postsCreate = defineOperation({
  name: 'posts.create',
  summary: 'Writes a post, or a reply where rootId is given. The same pendingPostId of the same author is stored once, for ever.',
  capability: 'posts:write', patchable: ['message', 'props', 'fileIds'],
  input: Fields({
    channelId: Id, message: Type.Optional(Text(65_535)), rootId: Type.Optional(Type.Union([Id, Type.Literal('')])), fileIds: Type.Optional(Type.Array(Id, { maxItems: 20 })),
    props: Type.Optional(Props), blocks: Type.Optional(Blocks), type: Type.Optional(Text(100)), pendingPostId: Type.Optional(Text(64)), isPinned: Type.Optional(Type.Boolean()),
    createAt: Type.Optional(At), setOnline: Type.Optional(Type.Boolean()),
  }),
  output: Post,
  errors: ['channel_not_found', 'message_too_long', 'message_empty', 'props_too_large', 'root_invalid', 'can_not_post_to_archived', 'post_type_reserved', 'post_type_of_plugin', 'post_kind_mismatch', 'too_many_files', 'file_belongs_elsewhere', 'only_for_plugins'],
})

export const postsGet = defineOperation({
  name: 'posts.get', summary: 'Reads one post.', safe: true, capability: 'posts:read',
  input: Fields({ postId: Id, includeDeleted: Type.Optional(Type.Boolean()) }), output: Post, errors: ['post_not_found'],
})

const limit = Type.Integer({ minimum: 0, maximum: 1000, default: 60 })

/** How threads show in a list of posts. */
const threadForm = {
  /** Without replies: roots tell of their threads. */
  withoutReplies: Type.Optional(Type.Boolean()),
  /** The accounts of participants come along. */
  withParticipants: Type.Optional(Type.Boolean()),
  /** All replies of the threads that are touched come along, not only their roots. */
  withThreads: Type.Optional(Type.Boolean()),
}

export const postsListOfChannel = defineOperation({
  name: 'posts.listOfChannel',
  summary: 'Reads a channel\'s history: the newest posts, those before or after a post, or what changed since a moment.',
  safe: true, capability: 'posts:read',
  input: Fields({
    channelId: Id, limit: Type.Optional(limit), page: Type.Optional(Type.Integer({ minimum: 0, maximum: 100_000 })),
    beforePostId: Type.Optional(Id), afterPostId: Type.Optional(Id), since: Type.Optional(At),
    includeDeleted: Type.Optional(Type.Boolean()), ...threadForm,
  }),
  output: PostPage, errors: ['channel_not_found'],
})

export const postsListUnread = defineOperation({
  name: 'posts.listUnread', summary: 'Reads a channel\'s history around the first post that a user has not read.', safe: true, capability: 'posts:read',
  input: Fields({ userId: Id, channelId: Id, limitBefore: Type.Optional(limit), limitAfter: Type.Optional(limit), ...threadForm }),
  output: PostPage, errors: ['channel_not_found', 'user_not_found'],
})

export const postsListOfThread = defineOperation({
  name: 'posts.listOfThread',
  summary: 'Reads a thread, whole or from a moment on; the post that was asked for comes first.',
  safe: true, capability: 'posts:read',
  input: Fields({
    postId: Id, limit: Type.Optional(Type.Integer({ minimum: 0, maximum: 1000 })), direction: Type.Optional(OneOf('up', 'down')),
    fromCreateAt: Type.Optional(At), fromUpdateAt: Type.Optional(At), fromPostId: Type.Optional(Id),
    /** Only what changed after fromUpdateAt, deleted replies too. */
    updatesOnly: Type.Optional(Type.Boolean()), withoutReplies: Type.Optional(Type.Boolean()), withParticipants: Type.Optional(Type.Boolean()),
  }),
  output: Fields({ posts: Type.Array(Post), hasNext: Type.Boolean(), users: Type.Array(User) }), errors: ['post_not_found'],
})

export const postsListByIds = defineOperation({
  name: 'posts.listByIds', summary: 'Reads several posts by id; those that the reader may not see are left out.', safe: true, capability: 'posts:read',
  input: Fields({ postIds: Type.Array(Id, { maxItems: 1000 }) }), output: Type.Array(Post),
})

export const postsFindByTime = defineOperation({
  name: 'posts.findByTime', summary: 'Finds where a moment stands in a channel: the first post from then on that begins a thread or stands alone, else the last one before; \'\' where there is none.',
  safe: true, capability: 'posts:read',
  input: Fields({ channelId: Id, at: At }), output: Fields({ postId: Type.String() }), errors: ['channel_not_found'],
})

export const postsListPinned = defineOperation({
  name: 'posts.listPinned', summary: 'Lists the pinned posts of a channel, newest first.', safe: true, capability: 'posts:read',
  input: Fields({ channelId: Id }), output: Type.Array(Post), errors: ['channel_not_found'],
})

export const postsListFlagged = defineOperation({
  name: 'posts.listFlagged', summary: 'Lists the posts that a user saved, newest first, of all channels, a team or one channel.', safe: true, capability: 'posts:read',
  input: Fields({ userId: Id, teamId: Type.Optional(Id), channelId: Type.Optional(Id), page: Type.Optional(Page), perPage: Type.Optional(PerPage) }), output: Type.Array(Post),
})

export const PostInfo = Fields({
  channelId: Id, channelType: ChannelType, channelDisplayName: Type.String(), hasJoinedChannel: Type.Boolean(),
  teamId: Type.String(), teamType: Type.String(), teamDisplayName: Type.String(), hasJoinedTeam: Type.Boolean(),
})
export type PostInfo = Static<typeof PostInfo>

export const postsGetInfo = defineOperation({
  name: 'posts.getInfo', summary: 'Tells where a post stands and whether the reader belongs there: for those who follow a link to it.', safe: true, capability: 'posts:read',
  input: Fields({ postId: Id }), output: PostInfo, errors: ['post_not_found'],
})

export const postsEdit = defineOperation({
  name: 'posts.edit', summary: 'Changes what is given of a post. What it said before is kept.', capability: 'posts:write', patchable: ['message', 'props'],
  input: Fields({
    postId: Id, message: Type.Optional(Text(65_535)), props: Type.Optional(Props), fileIds: Type.Optional(Type.Array(Id, { maxItems: 20 })), isPinned: Type.Optional(Type.Boolean()),
    /** In place of those that it has; an empty list takes them away. */
    blocks: Type.Optional(Blocks),
  }),
  output: Post, errors: ['post_not_found', 'message_too_long', 'message_empty', 'props_too_large', 'edit_window_closed', 'system_post_fixed', 'post_type_of_plugin', 'post_kind_mismatch', 'too_many_files', 'file_belongs_elsewhere', 'can_not_post_to_archived', 'only_for_plugins'],
})

export const postsSetPinned = defineOperation({
  name: 'posts.setPinned', summary: 'Pins a post to its channel, or takes it off.', capability: 'posts:write', enters: ['posts.edit'],
  input: Fields({ postId: Id, isPinned: Type.Boolean() }), output: Done, errors: ['post_not_found', 'can_not_post_to_archived'],
})

/** What a post said before an edit. */
export const PostRevision = Fields({
  id: Id, postId: Id, createAt: At, replacedAt: At, editAt: At, userId: Id, channelId: Id, rootId: Type.String(),
  message: Type.String(), props: Props, hashtags: Type.String(), fileIds: Type.Array(Id), files: Type.Array(FileInfo),
})
export type PostRevision = Static<typeof PostRevision>

export const postsListRevisions = defineOperation({
  name: 'posts.listRevisions', summary: 'Lists what the reader\'s own post said before, the latest first.', safe: true, capability: 'posts:read',
  input: Fields({ postId: Id }), output: Type.Array(PostRevision), errors: ['post_not_found'],
})

export const postsRestoreRevision = defineOperation({
  name: 'posts.restoreRevision', summary: 'Makes the reader\'s own post say again what it said before.', capability: 'posts:write', enters: ['posts.edit'],
  input: Fields({ postId: Id, revisionId: Id }), output: Post, errors: ['post_not_found', 'revision_not_found', 'edit_window_closed', 'post_type_of_plugin', 'can_not_post_to_archived'],
})

export const postsSetProps = defineOperation({
  name: 'posts.setProps', summary: 'Keeps data of the calling plugin on a post: delivered with it, seen by all who see it.', capability: 'posts:props',
  input: Fields({ postId: Id, props: OwnProps }), output: Done, errors: ['post_not_found', 'can_not_post_to_archived', 'props_too_large', 'only_for_plugins'],
})

export const postsDelete = defineOperation({
  name: 'posts.delete', summary: 'Deletes a post and, where it begins a thread, the replies.', capability: 'posts:delete',
  input: Fields({ postId: Id }), output: Done, errors: ['post_not_found'],
})

export const postsSendEphemeral = defineOperation({
  name: 'posts.sendEphemeral', summary: 'Shows a message to one user until it reloads; it is stored nowhere.', capability: 'posts:write',
  input: Fields({ userId: Id, channelId: Id, message: Text(65_535), rootId: Type.Optional(Type.Union([Id, Type.Literal('')])), props: Type.Optional(Props), blocks: Type.Optional(Blocks) }),
  output: Post, errors: ['channel_not_found', 'user_not_found', 'message_too_long', 'props_too_large', 'only_for_plugins'],
})

/** Where a member of a channel stands after it marked posts unread. */
export const UnreadPosition = Fields({
  teamId: Type.String(), userId: Id, channelId: Id, messageCount: Count, messageCountRoot: Count, mentionCount: Count, mentionCountRoot: Count, lastViewedAt: At,
})
export type UnreadPosition = Static<typeof UnreadPosition>

export const postsMarkUnread = defineOperation({
  name: 'posts.markUnread', summary: 'Marks a post and all later ones unread for a user; for a reply also in its thread.', capability: 'posts:write',
  input: Fields({
    userId: Id, postId: Id,
    /** Threads are counted apart from the channel, so a reply is marked in its thread only by threads.markUnread. */
    countsThreadsApart: Type.Optional(Type.Boolean()),
  }),
  output: UnreadPosition, errors: ['post_not_found', 'channel_member_not_found'],
})

const Follower = Fields({ userId: Id, lastViewedAt: At, unreadReplies: Count, unreadMentions: Count, previousUnreadReplies: Count, previousUnreadMentions: Count, isMentioned: Type.Boolean() })

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
    /** For a reply: the post that began the thread, as it stands now. */
    root: Type.Union([Post, Type.Null()]),
    /** For a reply: the accounts of those who replied last. */
    participants: Type.Array(User),
    /** Whether writing it shows that the author is there. */
    isSetOnline: Type.Boolean(),
  }),
})
export const postUpdated = defineEvent({ name: 'post.updated', summary: 'A post was edited, pinned or unpinned.', payload: Fields({ post: Post }) })
export const postDeleted = defineEvent({ name: 'post.deleted', summary: 'A post was deleted.', payload: Fields({ post: Post, deletedBy: Type.String() }) })
export const ephemeralPosted = defineEvent({ name: 'ephemeral.posted', summary: 'A message is shown to one user.', durable: false, payload: Fields({ post: Post }) })
export const postsMarkedUnread = defineEvent({
  name: 'posts.markedUnread', summary: 'A user marked posts unread.', payload: Fields({ postId: Id, position: UnreadPosition }),
})
export const typingStarted = defineEvent({ name: 'typing.started', summary: 'Somebody is writing.', durable: false, payload: Fields({ userId: Id, channelId: Id, rootId: Type.String() }) })
