import { Type, type Static } from 'typebox'
import { defineEvent } from './event.ts'
import { defineOperation } from './operation.ts'
import { At, Count, Done, Fields, Id, OneOf, Page, PerPage, Text } from './schema.ts'

export const Team = Fields({
  id: Id,
  createAt: At,
  updateAt: At,
  deleteAt: At,
  displayName: Type.String(),
  /** The team's part of an address. */
  name: Type.String(),
  description: Type.String(),
  email: Type.String(),
  /** O: listed for everybody; I: by invitation. */
  type: OneOf('O', 'I'),
  companyName: Type.String(),
  /** E-mail domains, separated by commas, whose owners alone may join; empty for all. */
  allowedDomains: Type.String(),
  /** Empty for those who may not invite. */
  inviteId: Type.String(),
  allowOpenInvite: Type.Boolean(),
  lastIconUpdateAt: At,
})
export type Team = Static<typeof Team>

export const teamsCreate = defineOperation({
  name: 'teams.create', summary: 'Creates a team with its default channels; its creator becomes its admin.', capability: 'teams:write',
  input: Fields({
    name: Text(64), displayName: Text(64, { minLength: 1 }), type: OneOf('O', 'I'),
    description: Type.Optional(Text(255)), allowedDomains: Type.Optional(Text(1000)), allowOpenInvite: Type.Optional(Type.Boolean()),
    email: Type.Optional(Text(128)), companyName: Type.Optional(Text(64)),
  }),
  output: Team, errors: ['team_name_taken', 'team_name_invalid'],
})

export const teamsGet = defineOperation({
  name: 'teams.get', summary: 'Reads one team.', safe: true, capability: 'teams:read', input: Fields({ teamId: Id }), output: Team, errors: ['team_not_found'],
})

export const teamsListOfUser = defineOperation({
  name: 'teams.listOfUser', summary: 'Lists the teams of a user.', safe: true, capability: 'teams:read', input: Fields({ userId: Id }), output: Type.Array(Team),
})

export const teamsGetByName = defineOperation({
  name: 'teams.getByName', summary: 'Reads one team by its name.', safe: true, capability: 'teams:read', input: Fields({ name: Text(64) }), output: Team, errors: ['team_not_found'],
})

export const teamsExists = defineOperation({
  name: 'teams.exists', summary: 'Whether a team of this name exists that the caller may see.', safe: true, capability: 'teams:read',
  input: Fields({ name: Text(64) }), output: Fields({ exists: Type.Boolean() }),
})

/** What somebody who holds an invitation learns of a team before joining it. */
export const Invitation = Fields({ id: Id, name: Type.String(), displayName: Type.String(), description: Type.String() })
export type Invitation = Static<typeof Invitation>

export const teamsGetByInvitation = defineOperation({
  name: 'teams.getByInvitation', summary: 'Reads what an invitation says of its team.', session: 'optional', safe: true,
  input: Fields({ inviteId: Text(64) }), output: Invitation, errors: ['invitation_invalid'],
})

export const teamsList = defineOperation({
  name: 'teams.list', safe: true, capability: 'teams:read',
  summary: 'Lists or searches teams by display name: open ones for everybody, all of them for those who may list private teams.',
  input: Fields({ term: Type.Optional(Text(128)), openOnly: Type.Optional(Type.Boolean()), page: Type.Optional(Page), perPage: Type.Optional(PerPage) }),
  output: Fields({ teams: Type.Array(Team), totalCount: Count }),
})

export const teamsUpdate = defineOperation({
  name: 'teams.update', summary: 'Changes a team; what is left out stays.', capability: 'teams:write',
  input: Fields({
    teamId: Id, displayName: Type.Optional(Text(64, { minLength: 1 })), description: Type.Optional(Text(255)), companyName: Type.Optional(Text(64)),
    allowedDomains: Type.Optional(Text(1000)), allowOpenInvite: Type.Optional(Type.Boolean()),
  }),
  output: Team, errors: ['team_not_found'],
})

export const teamsSetPrivacy = defineOperation({
  name: 'teams.setPrivacy', summary: 'Opens a team to everybody, or to those with an invitation alone; the invitation changes with it.', capability: 'teams:write',
  input: Fields({ teamId: Id, type: OneOf('O', 'I') }), output: Team, errors: ['team_not_found'],
})

export const teamsArchive = defineOperation({
  name: 'teams.archive', summary: 'Archives a team: nobody sees it until it is restored.', capability: 'teams:write', input: Fields({ teamId: Id }), output: Done, errors: ['team_not_found'],
})

export const teamsRestore = defineOperation({
  name: 'teams.restore', summary: 'Brings an archived team back.', capability: 'teams:write', input: Fields({ teamId: Id }), output: Team, errors: ['team_not_found'],
})

export const teamsRenewInvitation = defineOperation({
  name: 'teams.renewInvitation', summary: 'Gives a team a new invitation; the old one is void.', capability: 'teams:write', input: Fields({ teamId: Id }), output: Team, errors: ['team_not_found'],
})

export const teamsStats = defineOperation({
  name: 'teams.stats', summary: 'Counts the members of a team.', safe: true, capability: 'teams:read',
  input: Fields({ teamId: Id }), output: Fields({ memberCount: Count, activeMemberCount: Count }), errors: ['team_not_found'],
})

export const teamsCommon = defineOperation({
  name: 'teams.common', summary: 'Lists the teams to which all members of a direct or group channel belong.', safe: true, capability: 'teams:read',
  input: Fields({ channelId: Id }), output: Type.Array(Team), errors: ['channel_not_found', 'channel_type_refuses'],
})

export const teamsGetIcon = defineOperation({
  name: 'teams.getIcon', summary: 'Reads the picture of a team, a PNG.', kind: 'download', safe: true, capability: 'teams:read',
  input: Fields({ teamId: Id }), output: Fields({ lastIconUpdateAt: At }), errors: ['team_not_found', 'team_icon_not_found'],
})

export const teamsSetIcon = defineOperation({
  name: 'teams.setIcon', summary: 'Gives a team a picture.', kind: 'upload', capability: 'teams:write',
  input: Fields({ teamId: Id }), output: Done, errors: ['team_not_found', 'file_empty', 'image_invalid', 'image_too_large', 'too_many_uploads'],
})

export const teamsRemoveIcon = defineOperation({
  name: 'teams.removeIcon', summary: 'Takes the picture of a team away.', capability: 'teams:write', input: Fields({ teamId: Id }), output: Done, errors: ['team_not_found'],
})

/** What a user has not read in a team. */
export const TeamUnread = Fields({
  teamId: Id, messageCount: Count, messageCountRoot: Count, mentionCount: Count, mentionCountRoot: Count,
  /** Followed threads with unread replies, and mentions in them; 0 where they were not asked for. */
  threadCount: Count, threadMentionCount: Count,
})
export type TeamUnread = Static<typeof TeamUnread>

export const teamsUnread = defineOperation({
  name: 'teams.unread', summary: 'Counts what a user has not read, by team.', safe: true, capability: 'teams:read',
  input: Fields({ userId: Id, teamId: Type.Optional(Id), withThreads: Type.Optional(Type.Boolean()) }), output: Type.Array(TeamUnread), errors: ['team_member_not_found'],
})

export const teamCreated = defineEvent({ name: 'team.created', summary: 'A team was made.', payload: Fields({ team: Team }) })
export const teamUpdated = defineEvent({ name: 'team.updated', summary: 'A team changed, was archived or restored.', payload: Fields({ team: Team, change: OneOf('updated', 'archived', 'restored') }) })
