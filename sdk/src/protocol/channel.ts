import { Type, type Static } from 'typebox'
import { defineEvent } from './event.ts'
import { defineOperation } from './operation.ts'
import { At, Count, Done, Fields, Id, OneOf, Props, Text } from './schema.ts'

/** O public, P private, D direct, G group. */
export const ChannelType = OneOf('O', 'P', 'D', 'G')

export const Channel = Fields({
  id: Id,
  createAt: At,
  updateAt: At,
  /** 0 unless archived. */
  deleteAt: At,
  /** '' for direct and group channels. */
  teamId: Type.String(),
  type: ChannelType,
  displayName: Type.String(),
  name: Type.String(),
  header: Type.String(),
  purpose: Type.String(),
  creatorId: Type.String(),
  lastPostAt: At,
  lastRootPostAt: At,
  totalMessageCount: Count,
  totalMessageCountRoot: Count,
  memberCount: Count,
  props: Props,
  pluginProps: Props,
  isGroupConstrained: Type.Boolean(),
})
export type Channel = Static<typeof Channel>

/** A membership with what its owner has read. Unread messages = the channel's total minus messageCount. */
export const ChannelMember = Fields({
  channelId: Id,
  userId: Id,
  isGuest: Type.Boolean(),
  isAdmin: Type.Boolean(),
  explicitRoles: Type.String(),
  lastViewedAt: At,
  lastUpdateAt: At,
  messageCount: Count,
  messageCountRoot: Count,
  mentionCount: Count,
  mentionCountRoot: Count,
  notifyProps: Type.Record(Type.String(), Type.String()),
})
export type ChannelMember = Static<typeof ChannelMember>

export const channelsCreate = defineOperation({
  name: 'channels.create', summary: 'Creates a public or private channel in a team; its creator becomes its admin.', capability: 'channels:write',
  input: Fields({
    teamId: Id, name: Text(64), displayName: Text(128), type: OneOf('O', 'P'), header: Type.Optional(Text(4096)), purpose: Type.Optional(Text(1000)), props: Type.Optional(Props),
  }),
  output: Channel,
  errors: ['team_not_found', 'channel_name_taken', 'channel_name_invalid', 'channel_display_name_invalid', 'channel_header_too_long', 'channel_purpose_too_long'],
})

export const channelsCreateDirect = defineOperation({
  name: 'channels.createDirect', summary: 'Opens the direct channel of two users, made at the first call.', capability: 'channels:write',
  input: Fields({ userIds: Type.Array(Id, { minItems: 1, maxItems: 2 }) }), output: Channel, errors: ['direct_channel_invalid'],
})

export const channelsCreateGroup = defineOperation({
  name: 'channels.createGroup', summary: 'Opens the group channel of three to eight users, made at the first call.', capability: 'channels:write',
  input: Fields({ userIds: Type.Array(Id, { minItems: 1, maxItems: 20 }) }), output: Channel, errors: ['group_size_invalid', 'user_not_found'],
})

export const channelsGet = defineOperation({
  name: 'channels.get', summary: 'Reads one channel.', safe: true, capability: 'channels:read', input: Fields({ channelId: Id }), output: Channel, errors: ['channel_not_found'],
})

export const channelsListOfUser = defineOperation({
  name: 'channels.listOfUser', summary: 'Lists the channels of a user, of one team (with its direct and group channels) or of all.', safe: true, capability: 'channels:read',
  input: Fields({ userId: Id, teamId: Type.Optional(Id), includeArchived: Type.Optional(Type.Boolean()), archivedSince: Type.Optional(At) }), output: Type.Array(Channel),
})

export const channelMembersAdd = defineOperation({
  name: 'channelMembers.add', summary: 'Makes users members of a channel; adding oneself to a public channel is joining it.', capability: 'members:write',
  input: Fields({ channelId: Id, userIds: Type.Array(Id, { minItems: 1, maxItems: 1000 }), rootId: Type.Optional(Id) }), output: Type.Array(ChannelMember),
  errors: ['channel_not_found', 'user_not_found', 'user_not_in_team', 'channel_archived', 'channel_type_refuses'],
})

export const channelMembersGet = defineOperation({
  name: 'channelMembers.get', summary: 'Reads one membership of a channel.', safe: true, capability: 'members:read',
  input: Fields({ channelId: Id, userId: Id }), output: ChannelMember, errors: ['channel_member_not_found'],
})

export const channelMembersRemove = defineOperation({
  name: 'channelMembers.remove', summary: 'Takes a user out of a channel; removing oneself is leaving it.', capability: 'members:write',
  input: Fields({ channelId: Id, userId: Id }), output: Done, errors: ['channel_member_not_found', 'channel_is_default', 'channel_type_refuses'],
})

export const channelMembersListOfUser = defineOperation({
  name: 'channelMembers.listOfUser', summary: 'Lists the memberships of a user in channels, of one team (with direct and group channels) or of all.', safe: true, capability: 'members:read',
  input: Fields({ userId: Id, teamId: Type.Optional(Id) }), output: Type.Array(ChannelMember),
})

export const channelCreated = defineEvent({ name: 'channel.created', summary: 'A channel was made.', payload: Fields({ channel: Channel, creatorId: Type.String(), memberIds: Type.Array(Id) }) })
export const channelUpdated = defineEvent({ name: 'channel.updated', summary: 'A channel changed, was archived, restored or changed its type.', payload: Fields({ channel: Channel, change: OneOf('updated', 'archived', 'restored', 'converted') }) })
export const channelMemberAdded = defineEvent({ name: 'channelMember.added', summary: 'Somebody joined a channel.', payload: Fields({ channelId: Id, userId: Id, teamId: Type.String(), isGuest: Type.Boolean(), isAdmin: Type.Boolean() }) })
export const channelMemberRemoved = defineEvent({ name: 'channelMember.removed', summary: 'Somebody left a channel.', payload: Fields({ channelId: Id, userId: Id, removerId: Type.String() }) })
export const channelMemberUpdated = defineEvent({ name: 'channelMember.updated', summary: 'Roles or notification settings in a channel changed.', payload: Fields({ member: ChannelMember }) })
export const channelsViewed = defineEvent({ name: 'channels.viewed', summary: 'A user has read channels up to a moment.', payload: Fields({ userId: Id, viewedAt: Type.Record(Type.String(), At) }) })
