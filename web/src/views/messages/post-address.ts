import type { Post } from '@rookery/sdk/protocol'
import { useChannels, useTeams } from '../../data/index.ts'

/** The address of a post on this server: in the team of its channel, so that it leads there wherever it is followed. */
export function usePostPath(): (post: Pick<Post, 'id' | 'channelId'>) => string {
  const channels = useChannels()
  const teams = useTeams()
  return ({ id, channelId }) => `/${teams.ofChannel(channels.channels.get(channelId)?.teamId ?? '')?.name ?? anyTeam}/pl/${id}`
}

/** In place of a team's name: whoever follows the address has one. As Mattermost writes it. */
export const anyTeam = '_redirect'
