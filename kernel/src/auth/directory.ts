import type { Channel, RookeryEvent, Team, User } from '@rookery/sdk/protocol'
import { createCache, type Cache } from '../storage/index.ts'

/**
 * Memory of the accounts, teams and channels that are asked for most. Only what rights and names need is taken from
 * here: counts of a channel change with every post and are read from the database.
 */
export interface Directory {
  readonly users: Cache<User>
  readonly teams: Cache<Team>
  readonly channels: Cache<Channel>
  learn(event: RookeryEvent): void
}

export interface DirectoryLoaders {
  readonly user: (id: string) => Promise<User | undefined>
  readonly team: (id: string) => Promise<Team | undefined>
  readonly channel: (id: string) => Promise<Channel | undefined>
}

export function createDirectory({ load, maximum = 20_000 }: { load: DirectoryLoaders, maximum?: number }): Directory {
  const users = createCache({ maximum, load: load.user })
  const teams = createCache({ maximum, load: load.team })
  const channels = createCache({ maximum, load: load.channel })
  return {
    users, teams, channels,
    learn(event) {
      const payload = event.payload as { user?: User, team?: Team, channel?: Channel }
      if (event.name.startsWith('user.') && payload.user) users.forget(payload.user.id)
      else if (event.name.startsWith('team.') && payload.team) teams.forget(payload.team.id)
      else if (event.name.startsWith('channel.') && payload.channel) channels.forget(payload.channel.id)
    },
  }
}
