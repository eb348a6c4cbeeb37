import { defineStore } from 'pinia'
import { computed, shallowReactive } from 'vue'
import {
  teamMemberAdded, teamMemberRemoved, teamMembersJoin, teamsCreate, teamsGet, teamsGetByInvitation, teamsListOfUser, teamsRenewInvitation, teamUpdated,
  type InputOf, type Invitation, type Team,
} from '@rookery/sdk/protocol'
import { useServer } from './client.ts'
import { useMyId } from './session.ts'

/** The teams of whoever is signed in. */
export const useTeams = defineStore('teams', () => {
  const { client, live } = useServer()
  const myId = useMyId()
  const teams = shallowReactive(new Map<string, Team>())
  const list = computed(() => [...teams.values()].sort((a, b) => a.displayName.localeCompare(b.displayName)))
  const byName = (name: string): Team | undefined => list.value.find((team) => team.name === name)

  const replace = (told: readonly Team[]): void => {
    teams.clear()
    for (const team of told) teams.set(team.id, team)
  }
  const load = async (): Promise<void> => { replace(await client.run(teamsListOfUser, { userId: myId() })) }
  const read = async (teamId: string): Promise<Team> => {
    const team = await client.run(teamsGet, { teamId })
    teams.set(team.id, team)
    return team
  }
  const create = async (input: InputOf<typeof teamsCreate>): Promise<Team> => {
    const team = await client.run(teamsCreate, input)
    teams.set(team.id, team)
    return team
  }
  const readInvitation = (inviteId: string): Promise<Invitation> => client.run(teamsGetByInvitation, { inviteId })
  const join = async (inviteId: string): Promise<Team> => read((await client.run(teamMembersJoin, { inviteId })).teamId)
  const renewInvitation = async (teamId: string): Promise<Team> => {
    const team = await client.run(teamsRenewInvitation, { teamId })
    teams.set(team.id, team)
    return team
  }

  live.on(teamUpdated, ({ team, change }) => {
    const known = teams.get(team.id)
    if (change === 'archived') teams.delete(team.id)
    // Invitations are told to nobody over the stream; whoever may see them has read them.
    else if (known) teams.set(team.id, { ...team, inviteId: known.inviteId })
  })
  live.on(teamMemberAdded, ({ member }) => { if (member.userId === myId()) read(member.teamId).catch(() => {}) })
  live.on(teamMemberRemoved, ({ userId, teamId }) => { if (userId === myId()) teams.delete(teamId) })
  return { teams, list, byName, load, replace, read, create, readInvitation, join, renewInvitation }
})
