import { Type, type Static } from 'typebox'
import { defineEvent } from './event.ts'
import { defineOperation } from './operation.ts'
import { At, Done, Fields, Id, OneOf, Page, PerPage, Text } from './schema.ts'

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

export const TeamMember = Fields({
  teamId: Id,
  userId: Id,
  createAt: At,
  deleteAt: At,
  isGuest: Type.Boolean(),
  isAdmin: Type.Boolean(),
  explicitRoles: Type.String(),
})
export type TeamMember = Static<typeof TeamMember>

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

export const teamMembersAdd = defineOperation({
  name: 'teamMembers.add', summary: 'Makes a user a member of a team; joining oneself needs an open team or its invitation.', capability: 'members:write',
  input: Fields({ teamId: Id, userId: Id }), output: TeamMember, errors: ['team_not_found', 'user_not_found', 'team_refuses_domain', 'team_full'],
})

export const teamMembersJoin = defineOperation({
  name: 'teamMembers.join', summary: 'Joins the team that an invitation names.',
  input: Fields({ inviteId: Text(64) }), output: TeamMember, errors: ['invitation_invalid', 'invitation_refuses_guests', 'team_refuses_domain', 'team_full'],
})

export const teamMembersRemove = defineOperation({
  name: 'teamMembers.remove', summary: 'Takes a user out of a team and its channels.', capability: 'members:write',
  input: Fields({ teamId: Id, userId: Id }), output: Done, errors: ['team_member_not_found'],
})

export const teamMembersGet = defineOperation({
  name: 'teamMembers.get', summary: 'Reads one membership of a team.', safe: true, capability: 'members:read',
  input: Fields({ teamId: Id, userId: Id }), output: TeamMember, errors: ['team_member_not_found'],
})

export const teamMembersList = defineOperation({
  name: 'teamMembers.list', summary: 'Lists the members of a team, a page at a time.', safe: true, capability: 'members:read',
  input: Fields({ teamId: Id, page: Type.Optional(Page), perPage: Type.Optional(PerPage) }), output: Type.Array(TeamMember),
})

export const teamMembersListOfUser = defineOperation({
  name: 'teamMembers.listOfUser', summary: 'Lists the memberships of a user in teams.', safe: true, capability: 'members:read',
  input: Fields({ userId: Id }), output: Type.Array(TeamMember),
})

export const teamCreated = defineEvent({ name: 'team.created', summary: 'A team was made.', payload: Fields({ team: Team }) })
export const teamUpdated = defineEvent({ name: 'team.updated', summary: 'A team changed, was archived or restored.', payload: Fields({ team: Team, change: OneOf('updated', 'archived', 'restored') }) })
export const teamMemberAdded = defineEvent({ name: 'teamMember.added', summary: 'Somebody joined a team.', payload: Fields({ member: TeamMember }) })
export const teamMemberUpdated = defineEvent({ name: 'teamMember.updated', summary: 'Roles in a team changed.', payload: Fields({ member: TeamMember }) })
export const teamMemberRemoved = defineEvent({ name: 'teamMember.removed', summary: 'Somebody left a team.', payload: Fields({ teamId: Id, userId: Id }) })
