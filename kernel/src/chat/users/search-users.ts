import { usersAutocomplete, usersSearch, type User } from '@rookery/sdk/protocol'
import { implement, type AnyImplementation, type Context } from '../../operations/index.ts'
import { sql, type SqlFragment } from '../../storage/index.ts'
import { foldName } from '../../text/index.ts'
import type { ChatParts } from '../parts.ts'
import { isVisible } from './acquaintance.ts'
import { assertSelection, selectUsers, type Selection } from './select-users.ts'
import { userColumns } from './user-rows.ts'
import { visibleUser } from './visible-user.ts'

/** More words than this in a term are not looked at. */
const maximumWords = 10

const beginning = (word: string): string => `${word.replace(/[\\%_]/g, '\\$&')}%`

/** Finding accounts by the beginnings of their names. */
export function createUserSearch(parts: Pick<ChatParts, 'db' | 'access' | 'roles' | 'settings'>): AnyImplementation[] {
  const { db, access, settings } = parts

  /** Each word must begin one of the names, or the address where the actor may see it. */
  const matches = (context: Context, term: string, { withEmail }: { withEmail: boolean }): SqlFragment => {
    const isAdmin = access.hasSystem(context, 'manage_system')
    const columns = [sql.fragment`lower(u.username)`, sql.fragment`folded(u.nickname)`]
    if (isAdmin || settings.accounts.showFullNames) columns.push(sql.fragment`folded(u.first_name)`, sql.fragment`folded(u.last_name)`)
    if (withEmail && (isAdmin || settings.accounts.showEmailAddresses)) columns.push(sql.fragment`lower(u.email)`)
    const words = foldName(term).split(/\s+/).map((word) => word.replace(/^@+/, '')).filter((word) => word !== '').slice(0, maximumWords)
    const each = words.map((word) => sql.fragment`(${sql.join(columns.map((column) => sql.fragment`${column} like ${beginning(word)}`), sql.fragment` or `)})`)
    return each.length > 0 ? sql.fragment`${sql.join(each, sql.fragment` and `)}` : sql.fragment`true`
  }
  const search = async (context: Context, term: string, limit: number, selection: Selection, { withEmail }: { withEmail: boolean }): Promise<User[]> => {
    const { from, where } = selectUsers(parts, selection)
    const users = await db.any<User>(sql`
      select ${userColumns} from ${from} where ${where} and ${matches(context, term, { withEmail })} and ${isVisible(access, context)}
      order by lower(u.username) limit ${limit}`)
    return users.map((user) => visibleUser(parts, context, user))
  }

  return [
    implement(usersSearch, {
      access: (context, input) => assertSelection(parts, context, input),
      handle: (context, { term, limit = 100, activity = 'active', ...selection }) => search(context, term, limit, { ...selection, activity }, { withEmail: true }),
    }),
    implement(usersAutocomplete, {
      async access(context, { teamId, channelId }) {
        if (teamId) await access.team(context, teamId, 'view_team')
        return channelId ? access.channel(context, channelId, 'read_channel') : undefined
      },
      async handle(context, { name, teamId, limit = 100 }, channel) {
        const inTeam = teamId ?? (channel?.teamId || undefined)
        const find = (selection: Selection): Promise<User[]> => search(context, name, limit, { ...selection, activity: 'active' }, { withEmail: false })
        if (!channel) return { users: await find(inTeam ? { inTeamId: inTeam } : {}) }
        const [users, outOfChannel] = await Promise.all([
          find({ inChannelId: channel.id }), inTeam ? find({ inTeamId: inTeam, notInChannelId: channel.id }) : [],
        ])
        return { users, outOfChannel }
      },
    }),
  ]
}
