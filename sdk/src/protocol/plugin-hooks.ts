import { channelCreated, channelsCreate, channelUpdated } from './channel.ts'
import { channelMemberAdded, channelMemberRemoved, channelMembersAdd } from './channel-member.ts'
import type { EventDefinition } from './event.ts'
import { filesCommit, filesDownload, filesPreview, filesThumbnail, filesUpload } from './file.ts'
import type { Hookable } from './operation.ts'
import { postCreated, postDeleted, postsCreate, postsDelete, postsEdit, postUpdated } from './post.ts'
import { reactionAdded, reactionRemoved, reactionsAdd } from './reaction.ts'
import { sessionsCreate } from './session.ts'
import { teamMemberAdded, teamMemberRemoved, teamMembersAdd } from './team-member.ts'
import { uploadsCreate } from './upload.ts'
import { userActivationChanged, userCreated, userUpdated } from './user.ts'

/**
 * Operations and steps of some in which plugins may take part, by name. A guard needs the capability `<noun>:guard`; a transform, where
 * the operation has fields to patch, `<noun>:transform`.
 */
export const hookedOperations = {
  'posts.create': postsCreate,
  'posts.edit': postsEdit,
  'posts.delete': postsDelete,
  'files.upload': filesUpload,
  'files.commit': filesCommit,
  'files.download': filesDownload,
  'files.preview': filesPreview,
  'files.thumbnail': filesThumbnail,
  'uploads.create': uploadsCreate,
  'reactions.add': reactionsAdd,
  'channels.create': channelsCreate,
  'channelMembers.add': channelMembersAdd,
  'teamMembers.add': teamMembersAdd,
  'sessions.create': sessionsCreate,
} as const satisfies Readonly<Record<string, Hookable>>

/** Events that plugins may observe, by name, with the capability that this takes. */
export const observedEvents = {
  'post.created': { event: postCreated, capability: 'posts:read' },
  'post.updated': { event: postUpdated, capability: 'posts:read' },
  'post.deleted': { event: postDeleted, capability: 'posts:read' },
  'reaction.added': { event: reactionAdded, capability: 'posts:read' },
  'reaction.removed': { event: reactionRemoved, capability: 'posts:read' },
  'channel.created': { event: channelCreated, capability: 'channels:read' },
  'channel.updated': { event: channelUpdated, capability: 'channels:read' },
  'channelMember.added': { event: channelMemberAdded, capability: 'members:read' },
  'channelMember.removed': { event: channelMemberRemoved, capability: 'members:read' },
  'teamMember.added': { event: teamMemberAdded, capability: 'members:read' },
  'teamMember.removed': { event: teamMemberRemoved, capability: 'members:read' },
  'user.created': { event: userCreated, capability: 'users:read' },
  'user.updated': { event: userUpdated, capability: 'users:read' },
  'user.activationChanged': { event: userActivationChanged, capability: 'users:read' },
} as const satisfies Readonly<Record<string, { readonly event: EventDefinition, readonly capability: string }>>

/** Events of which observers can hear from the beginning, as of what is still there. */
export const eventsWithPast = ['post.created', 'channel.created', 'user.created'] as const satisfies readonly (keyof typeof observedEvents)[]
export type EventWithPast = (typeof eventsWithPast)[number]

/** The capability that a hook on an operation takes. */
export const hookCapability = (operation: string, kind: 'guard' | 'transform'): string => `${operation.split('.')[0]}:${kind}`
