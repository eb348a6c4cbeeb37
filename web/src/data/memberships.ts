import { defineStore } from 'pinia'
import { channelMembersGet, teamMembersGet } from '@rookery/sdk/protocol'
import { useServer } from './client.ts'

/** What somebody is in a team and in a channel; undefined where nothing of it is known or told. */
export interface Memberships {
  readonly team: 'admin' | 'member' | 'guest' | undefined
  readonly channel: 'admin' | 'member' | 'guest' | undefined
}

const rankOf = ({ isAdmin, isGuest }: { isAdmin: boolean, isGuest: boolean }): 'admin' | 'member' | 'guest' => (isAdmin ? 'admin' : isGuest ? 'guest' : 'member')

/** Memberships of others, read when somebody looks at one person. */
export const useMemberships = defineStore('memberships', () => {
  const { client } = useServer()
  const read = async (userId: string, { teamId, channelId }: { teamId: string, channelId: string }): Promise<Memberships> => {
    const [team, channel] = await Promise.all([
      teamId ? client.run(teamMembersGet, { teamId, userId }).then(rankOf, () => undefined) : undefined,
      channelId ? client.run(channelMembersGet, { channelId, userId }).then(rankOf, () => undefined) : undefined,
    ])
    return { team, channel }
  }
  return { read }
})
