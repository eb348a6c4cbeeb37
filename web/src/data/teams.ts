import { defineStore } from 'pinia'
import { computed, shallowReactive } from 'vue'
import {
  teamInvitationsAccept, teamInvitationsGet, teamInvitationsSend, teamMemberAdded, teamMemberRemoved, teamMembersAdd, teamMembersJoin, teamMembersRemove, teamsCreate, teamsGet, teamsGetByInvitation, teamsList, teamsListOfUser, teamsRenewInvitation, teamsUpdate, teamUpdated,
  type InputOf, type Invitation, type InvitationAnswer, type Team,
} from '@rookery/sdk/protocol'
import { useServer } from './client.ts'
import { compareNames } from './compare-names.ts'
import { usePlace } from './place.ts'
import { usePreferences } from './preferences.ts'
import { useMyId } from './session.ts'

/** The teams of whoever is signed in. */
export const useTeams = defineStore('teams', () => {
  const { client, live } = useServer()
  const myId = useMyId()
  const teams = shallowReactive(new Map<string, Team>())
  const preferences = usePreferences()
  const place = usePlace()
  /** As their owner put them in order; those that came since are at the end. */
  const list = computed(() => {
    const order = preferences.get('teams_order', '')?.split(',') ?? []
    const placeOf = ({ id }: Team): number => (order.includes(id) ? order.indexOf(id) : order.length)
    return [...teams.values()].sort((a, b) => placeOf(a) - placeOf(b) || compareNames(a.displayName, b.displayName))
  })
  const move = (teamId: string, place: number): Promise<void> => {
    const others = list.value.map(({ id }) => id).filter((id) => id !== teamId)
    return preferences.save('teams_order', '', [...others.slice(0, place), teamId, ...others.slice(place)].join(','))
  }
  const byName = (name: string): Team | undefined => list.value.find((team) => team.name === name)
  /** In which team a channel opens: its own; conversations belong to none and open in the one on the screen. */
  const ofChannel = (teamId: string): Team | undefined => teams.get(teamId) ?? teams.get(place.teamId) ?? list.value[0]

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
  /** The same of one that was mailed, with the address to which it went. */
  const readMailedInvitation = (token: string): Promise<Invitation & { email: string }> => client.run(teamInvitationsGet, { token })
  const acceptInvitation = async (token: string): Promise<Team> => read((await client.run(teamInvitationsAccept, { token })).teamId)
  const mailInvitations = (teamId: string, emails: readonly string[]): Promise<InvitationAnswer[]> => client.run(teamInvitationsSend, { teamId, emails: [...emails] })
  /** Those that anybody may join, without the own ones. */
  const listOpen = async (): Promise<Team[]> => (await client.run(teamsList, { openOnly: true, perPage: 200 })).teams.filter(({ id }) => !teams.has(id))
  const joinOpen = async (teamId: string): Promise<Team> => {
    await client.run(teamMembersAdd, { teamId, userId: myId() })
    return read(teamId)
  }
  const leave = async (teamId: string): Promise<void> => {
    await client.run(teamMembersRemove, { teamId, userId: myId() })
    teams.delete(teamId)
  }
  // Who may change a team is told its invitation with it.
  const update = async (input: InputOf<typeof teamsUpdate>): Promise<void> => { teams.set(input.teamId, await client.run(teamsUpdate, input)) }
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
  return { teams, list, byName, ofChannel, load, replace, read, create, move, readInvitation, join, readMailedInvitation, acceptInvitation, mailInvitations, listOpen, joinOpen, leave, update, renewInvitation }
})
