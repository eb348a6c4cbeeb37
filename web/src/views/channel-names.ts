import { computed, type ComputedRef } from 'vue'
import type { RouteLocationRaw } from 'vue-router'
import type { Channel, User } from '@rookery/sdk/protocol'
import { displayNameOf, useChannels, usePreferences, useSession, useTeams, useUsers, type NameFormat } from '../data/index.ts'

export interface ChannelNames {
  person(user: User | undefined): string
  channel(channel: Channel): string
  /** The other one of a direct channel. */
  partner(channel: Channel): User | undefined
  /** Where a channel opens: in its team; a conversation, which belongs to none, in the team with this name. */
  link(channel: Channel, team: string): RouteLocationRaw
}

/** How people and channels are called on the screen. */
export function useChannelNames(): ComputedRef<ChannelNames> {
  const users = useUsers()
  const channels = useChannels()
  const preferences = usePreferences()
  const session = useSession()
  const teams = useTeams()
  return computed(() => {
    const format = preferences.get('display_settings', 'name_format') as NameFormat | undefined
    const person = (user: User | undefined): string => (user ? displayNameOf(user, format) : '…')
    const partner = (channel: Channel): User | undefined => (channel.type === 'D' ? users.get(channels.partnerOf(channel)) : undefined)
    return {
      person, partner,
      channel(channel) {
        if (channel.type === 'D') return person(partner(channel))
        if (channel.type !== 'G') return channel.displayName
        // Groups are called by all who are in them: one knows that one is.
        return channel.displayName.split(', ').filter((username) => username !== session.me?.username).join(', ')
      },
      link(channel, team) {
        if (channel.type === 'O' || channel.type === 'P') return { name: 'channel', params: { team: teams.teams.get(channel.teamId)?.name ?? team, channel: channel.name } }
        const user = partner(channel)
        return { name: 'messages', params: { team, who: channel.type === 'D' && user ? `@${user.username}` : channel.name } }
      },
    }
  })
}
