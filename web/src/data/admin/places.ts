import { defineStore } from 'pinia'
import {
  channelsArchive, channelsListAll, channelsRestore, channelsSetPrivacy, teamsArchive, teamsGet, teamsList, teamsRestore, teamsSetPrivacy, teamsStats, type ChannelWithTeam, type Team,
} from '@rookery/sdk/protocol'
import { useServer } from '../client.ts'

export const placesPerPage = 50

/** All teams and channels of the server. */
export const useAdminPlaces = defineStore('adminPlaces', () => {
  const { client } = useServer()
  return {
    teams: (term: string, page: number): Promise<{ teams: Team[], totalCount: number }> => client.run(teamsList, { ...(term && { term }), page, perPage: placesPerPage }),
    team: (teamId: string): Promise<Team> => client.run(teamsGet, { teamId }),
    memberCount: async (teamId: string): Promise<number> => (await client.run(teamsStats, { teamId })).activeMemberCount,
    archiveTeam: (teamId: string) => client.run(teamsArchive, { teamId }),
    setTeamPrivate: (teamId: string, isPrivate: boolean) => client.run(teamsSetPrivacy, { teamId, type: isPrivate ? 'I' : 'O' }),
    restoreTeam: (teamId: string) => client.run(teamsRestore, { teamId }),
    channels: (term: string, page: number): Promise<{ channels: ChannelWithTeam[], totalCount: number }> =>
      client.run(channelsListAll, { ...(term && { term }), page, perPage: placesPerPage, includeArchived: true }),
    archiveChannel: (channelId: string) => client.run(channelsArchive, { channelId }),
    setChannelPrivate: (channelId: string, isPrivate: boolean) => client.run(channelsSetPrivacy, { channelId, type: isPrivate ? 'P' : 'O' }),
    restoreChannel: (channelId: string) => client.run(channelsRestore, { channelId }),
  }
})
