import type { Channel } from '@rookery/sdk/protocol'
import { failureOf, useChannels, useUsers } from '../../data/index.ts'
import { forgetChannel, lastChannel } from '../shell/last-place.ts'

/** The channel that an address names: one of the team, a conversation, or the one with a person (`@name`). */
export function useChannelFinder(): (teamId: string, name: string) => Promise<Channel> {
  const channels = useChannels()
  const users = useUsers()
  return async (teamId, name) => (name.startsWith('@') ? channels.openDirect((await users.find(name.slice(1))).id) : channels.find(teamId, name))
}

/** Where somebody was last in a team, while that is there: what was left, renamed or deleted since leads nowhere and is forgotten. */
export function useLastChannel(): (teamId: string) => Promise<Channel | undefined> {
  const find = useChannelFinder()
  return async (teamId) => {
    const name = lastChannel(teamId)?.split('/').at(-1)
    if (!name) return undefined
    try {
      return await find(teamId, decodeURIComponent(name))
    } catch (error) {
      if (!failureOf(error).isPassing) forgetChannel(teamId)
      return undefined
    }
  }
}
