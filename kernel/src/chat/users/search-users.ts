import { usersAutocomplete, usersSearch, type User } from '@rookery/sdk/protocol'
import { implement, type AnyImplementation, type Context } from '../../operations/index.ts'
import { sql } from '../../storage/index.ts'
import type { ChatParts } from '../parts.ts'
import { isVisible } from './acquaintance.ts'
import { matchNames } from './match-names.ts'
import { assertSelection, selectUsers, type Selection } from './select-users.ts'
import { userColumns } from './user-rows.ts'
import { visibleUser } from './visible-user.ts'

/** Finding accounts by the beginnings of their names. */
export function createUserSearch(parts: Pick<ChatParts, 'db' | 'access' | 'roles' | 'settings'>): AnyImplementation[] {
  const { db, access } = parts

  const search = async (context: Context, term: string, { limit, page = 0 }: { limit: number, page?: number }, selection: Selection, { withEmail }: { withEmail: boolean }): Promise<User[]> => {
    const { from, where } = selectUsers(parts, selection)
    const users = await db.any<User>(sql`
      select ${userColumns} from ${from} where ${where} and ${matchNames(parts, context, term, { withEmail })} and ${isVisible(access, context)}
      order by lower(u.username) limit ${limit} offset ${page * limit}`)
    return users.map((user) => visibleUser(parts, context, user))
  }

  return [
    implement(usersSearch, {
      access: (context, input) => assertSelection(parts, context, input),
      handle: (context, { term, limit = 100, page = 0, activity = 'active', ...selection }) => search(context, term, { limit, page }, { ...selection, activity }, { withEmail: true }),
    }),
    implement(usersAutocomplete, {
      async access(context, { teamId, channelId }) {
        if (teamId) await access.team(context, teamId, 'view_team')
        return channelId ? access.channel(context, channelId, 'read_channel') : undefined
      },
      async handle(context, { name, teamId, limit = 100 }, channel) {
        const inTeam = teamId ?? (channel?.teamId || undefined)
        const find = (selection: Selection): Promise<User[]> => search(context, name, { limit }, { ...selection, activity: 'active' }, { withEmail: false })
        if (!channel) return { users: await find(inTeam ? { inTeamId: inTeam } : {}) }
        const [users, outOfChannel] = await Promise.all([
          find({ inChannelId: channel.id }), inTeam ? find({ inTeamId: inTeam, notInChannelId: channel.id }) : [],
        ])
        return { users, outOfChannel }
      },
    }),
  ]
}
