import { Type, type Static } from 'typebox'
import { defineEvent } from './event.ts'
import { defineOperation } from './operation.ts'
import { At, Count, Done, Fields, Id, OneOf, Page, PerPage, Text } from './schema.ts'

/** Own memberships are few enough to be read at once. */
const PerPageOrAll = Type.Integer({ minimum: 1, maximum: 10_000 })

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

export const channelMembersAdd = defineOperation({
  name: 'channelMembers.add', summary: 'Makes users members of a channel; adding oneself to a public channel is joining it.', capability: 'members:write',
  input: Fields({ channelId: Id, userIds: Type.Array(Id, { minItems: 1, maxItems: 1000 }), rootId: Type.Optional(Id) }), output: Type.Array(ChannelMember),
  errors: ['channel_not_found', 'user_not_found', 'user_not_in_team', 'channel_archived', 'channel_type_refuses', 'root_invalid'],
})

export const channelMembersGet = defineOperation({
  name: 'channelMembers.get', summary: 'Reads one membership of a channel.', safe: true, capability: 'members:read',
  input: Fields({ channelId: Id, userId: Id }), output: ChannelMember, errors: ['channel_member_not_found'],
})

export const channelMembersRemove = defineOperation({
  name: 'channelMembers.remove', summary: 'Takes a user out of a channel; removing oneself is leaving it.', capability: 'members:write',
  input: Fields({ channelId: Id, userId: Id }), output: Done, errors: ['channel_member_not_found', 'channel_is_default', 'channel_type_refuses', 'channel_archived'],
})

export const channelMembersList = defineOperation({
  name: 'channelMembers.list', summary: 'Lists the members of a channel, a page at a time.', safe: true, capability: 'members:read',
  input: Fields({ channelId: Id, page: Type.Optional(Page), perPage: Type.Optional(PerPage) }), output: Type.Array(ChannelMember), errors: ['channel_not_found'],
})

export const channelMembersListByIds = defineOperation({
  name: 'channelMembers.listByIds', summary: 'Reads several memberships of a channel; those who are no members are left out.', safe: true, capability: 'members:read',
  input: Fields({ channelId: Id, userIds: Type.Array(Id, { maxItems: 1000 }) }), output: Type.Array(ChannelMember), errors: ['channel_not_found'],
})

export const channelMembersListOfUser = defineOperation({
  name: 'channelMembers.listOfUser', safe: true, capability: 'members:read',
  summary: 'Lists the memberships of a user in channels, of one team (with direct and group channels) or of all; in pages where perPage is given.',
  input: Fields({ userId: Id, teamId: Type.Optional(Id), page: Type.Optional(Page), perPage: Type.Optional(PerPageOrAll) }), output: Type.Array(ChannelMember),
})

/** A membership with the names of the channel's team, '' where it belongs to none. */
export const ChannelMemberWithTeam = Fields({ member: ChannelMember, teamName: Type.String(), teamDisplayName: Type.String(), teamUpdateAt: At })
export type ChannelMemberWithTeam = Static<typeof ChannelMemberWithTeam>

export const channelMembersListWithTeams = defineOperation({
  name: 'channelMembers.listWithTeams', summary: 'Lists the memberships of a user in channels of all teams with the teams\' names; in pages where perPage is given.',
  safe: true, capability: 'members:read',
  input: Fields({ userId: Id, page: Type.Optional(Page), perPage: Type.Optional(PerPageOrAll) }), output: Type.Array(ChannelMemberWithTeam),
})

export const channelMembersSetRoles = defineOperation({
  name: 'channelMembers.setRoles', summary: 'Gives a member of a channel roles, by their names separated by spaces.', capability: 'members:write',
  input: Fields({ channelId: Id, userId: Id, roles: Text(1000) }), output: Done, errors: ['channel_member_not_found', 'roles_invalid'],
})

export const channelMembersSetSchemeRoles = defineOperation({
  name: 'channelMembers.setSchemeRoles', summary: 'Makes a member of a channel its admin, or no longer.', capability: 'members:write',
  input: Fields({ channelId: Id, userId: Id, isAdmin: Type.Boolean(), isGuest: Type.Optional(Type.Boolean()) }), output: Done,
  errors: ['channel_member_not_found', 'roles_invalid'],
})

/** How a member wants to be told of a channel; `default` is what the account says. */
export const ChannelNotifyProps = Type.Partial(Fields({
  desktop: OneOf('default', 'all', 'mention', 'none'),
  desktop_sound: OneOf('default', 'on', 'off'),
  desktop_notification_sound: Text(32),
  desktop_threads: OneOf('default', 'all', 'mention', 'none'),
  push: OneOf('default', 'all', 'mention', 'none'),
  push_threads: OneOf('default', 'all', 'mention', 'none'),
  email: OneOf('default', 'all', 'mention', 'none', 'true', 'false'),
  mark_unread: OneOf('all', 'mention'),
  ignore_channel_mentions: OneOf('default', 'on', 'off'),
  channel_auto_follow_threads: OneOf('on', 'off'),
}), { additionalProperties: false })

export const channelMembersSetNotifyProps = defineOperation({
  name: 'channelMembers.setNotifyProps', summary: 'Changes how a member wants to be told of a channel; what is left out stays.', capability: 'members:write',
  input: Fields({ channelId: Id, userId: Id, notifyProps: ChannelNotifyProps }), output: ChannelMember, errors: ['channel_member_not_found'],
})

/** What a member has not read in a channel. */
export const ChannelUnread = Fields({
  channelId: Id, teamId: Type.String(), messageCount: Count, messageCountRoot: Count, mentionCount: Count, mentionCountRoot: Count,
})
export type ChannelUnread = Static<typeof ChannelUnread>

export const channelMembersUnread = defineOperation({
  name: 'channelMembers.unread', summary: 'Counts what a user has not read in a channel.', safe: true, capability: 'members:read',
  input: Fields({ channelId: Id, userId: Id }), output: ChannelUnread, errors: ['channel_member_not_found'],
})

export const channelMemberAdded = defineEvent({ name: 'channelMember.added', summary: 'Somebody joined a channel.', payload: Fields({ channelId: Id, userId: Id, teamId: Type.String(), isGuest: Type.Boolean(), isAdmin: Type.Boolean() }) })
export const channelMemberRemoved = defineEvent({ name: 'channelMember.removed', summary: 'Somebody left a channel, with hasLeftTeam as one of all channels of a team.', payload: Fields({ channelId: Id, userId: Id, removerId: Type.String(), hasLeftTeam: Type.Boolean() }) })
export const channelMemberUpdated = defineEvent({ name: 'channelMember.updated', summary: 'Roles or notification settings in a channel changed.', payload: Fields({ member: ChannelMember }) })
