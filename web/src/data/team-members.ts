import { defineStore } from 'pinia'
import {
  RookeryError, teamMemberAdded, teamMemberRemoved, teamMembersAddMany, teamMembersList, teamMembersListByIds, teamMembersRemove, teamMembersSetSchemeRoles, teamMemberUpdated, usersList, usersSearch,
  type ErrorCode, type TeamMember, type User,
} from '@rookery/sdk/protocol'
import { useServer } from './client.ts'
import { createMembers } from './members.ts'
import { useUsers } from './users.ts'

/** Who belongs to teams that somebody looks at. */
export const useTeamMembers = defineStore('teamMembers', () => {
  const { client, live } = useServer()
  const people = useUsers()
  const members = createMembers<TeamMember>({ client }, people, {
    list: (teamId, page, perPage) => client.run(teamMembersList, { teamId, page, perPage }),
    listByIds: (teamId, userIds) => client.run(teamMembersListByIds, { teamId, userIds: [...userIds] }),
    within: (inTeamId) => ({ inTeamId }),
    setAdmin: (teamId, userId, isAdmin) => client.run(teamMembersSetSchemeRoles, { teamId, userId, isAdmin }),
    remove: (teamId, userId) => client.run(teamMembersRemove, { teamId, userId }),
  })
  const { known, take, forget, welcome, load, renew, search, setAdmin, remove } = members
  /** Throws the first refusal; whoever could be added is. */
  const add = async (teamId: string, userIds: readonly string[]): Promise<void> => {
    const told = await client.run(teamMembersAddMany, { teamId, userIds: [...userIds] })
    if (known.has(teamId)) take(teamId, told.flatMap(({ member }) => member ?? []))
    const refused = told.find(({ error }) => error)?.error
    if (refused) throw new RookeryError(refused.code as ErrorCode, refused.details)
  }
  /** Accounts whose names begin so and that are not in the team. */
  const findOthers = async (teamId: string, name: string): Promise<User[]> => {
    const found = await (name ? client.run(usersSearch, { term: name, notInTeamId: teamId, limit: 50 }) : client.run(usersList, { notInTeamId: teamId, activity: 'active', perPage: 50, sort: 'username' }))
    people.take(...found)
    return found
  }

  live.on(teamMemberAdded, ({ member }) => { welcome(member.teamId, member.userId) })
  live.on(teamMemberRemoved, ({ teamId, userId }) => { forget(teamId, userId) })
  live.on(teamMemberUpdated, ({ member }) => { if (known.get(member.teamId)?.has(member.userId)) take(member.teamId, [member]) })
  return { known, load, renew, search, add, remove, setAdmin, findOthers }
})
