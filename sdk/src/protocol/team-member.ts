import { Type, type Static } from 'typebox'
import { defineEvent } from './event.ts'
import { defineOperation } from './operation.ts'
import { At, Done, Fields, Id, Page, PerPage, Text } from './schema.ts'

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

/** Why one item of many was refused: the error's code, the sentence, and what it is made of. */
const ErrorInItem = Fields({ code: Type.String(), message: Type.String(), details: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()])) })

export const teamMembersAdd = defineOperation({
  name: 'teamMembers.add', summary: 'Makes a user a member of a team; joining oneself needs an open team or its invitation.', capability: 'members:write', enters: ['channelMembers.add'],
  input: Fields({ teamId: Id, userId: Id }), output: TeamMember, errors: ['team_not_found', 'user_not_found', 'team_refuses_domain', 'team_full'],
})

export const teamMembersJoin = defineOperation({
  name: 'teamMembers.join', summary: 'Joins the team that an invitation names.', enters: ['teamMembers.add', 'channelMembers.add'],
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

export const teamMembersListByIds = defineOperation({
  name: 'teamMembers.listByIds', summary: 'Reads several memberships of a team; those who are no members are left out.', safe: true, capability: 'members:read',
  input: Fields({ teamId: Id, userIds: Type.Array(Id, { maxItems: 1000 }) }), output: Type.Array(TeamMember), errors: ['team_not_found'],
})

export const teamMembersAddMany = defineOperation({
  name: 'teamMembers.addMany', summary: 'Makes several users members of a team and answers for each.', capability: 'members:write', enters: ['teamMembers.add', 'channelMembers.add'],
  input: Fields({ teamId: Id, userIds: Type.Array(Id, { minItems: 1, maxItems: 256 }) }),
  output: Type.Array(Fields({ userId: Id, member: Type.Union([TeamMember, Type.Null()]), error: Type.Union([ErrorInItem, Type.Null()]) })), errors: ['team_not_found'],
})

export const teamMembersSetRoles = defineOperation({
  name: 'teamMembers.setRoles', summary: 'Gives a member of a team roles, by their names separated by spaces.', capability: 'members:write',
  input: Fields({ teamId: Id, userId: Id, roles: Text(1000) }), output: Done, errors: ['team_member_not_found', 'roles_invalid'],
})

export const teamMembersSetSchemeRoles = defineOperation({
  name: 'teamMembers.setSchemeRoles', summary: 'Makes a member of a team its admin, or no longer.', capability: 'members:write',
  input: Fields({ teamId: Id, userId: Id, isAdmin: Type.Boolean(), isGuest: Type.Optional(Type.Boolean()) }), output: Done, errors: ['team_member_not_found', 'roles_invalid'],
})

export const teamMembersListOfUser = defineOperation({
  name: 'teamMembers.listOfUser', summary: 'Lists the memberships of a user in teams.', safe: true, capability: 'members:read',
  input: Fields({ userId: Id }), output: Type.Array(TeamMember),
})

export const teamMemberAdded = defineEvent({ name: 'teamMember.added', summary: 'Somebody joined a team.', payload: Fields({ member: TeamMember }) })
export const teamMemberUpdated = defineEvent({ name: 'teamMember.updated', summary: 'Roles in a team changed.', payload: Fields({ member: TeamMember }) })
export const teamMemberRemoved = defineEvent({ name: 'teamMember.removed', summary: 'Somebody left a team.', payload: Fields({ teamId: Id, userId: Id }) })
