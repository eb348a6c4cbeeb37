import { usersCount, usersCountSelected, usersList, usersListKnown, usersListOfGroupChannels, RookeryError, type InputOf, type User } from '@rookery/sdk/protocol'
import { implement, type AnyImplementation } from '../../operations/index.ts'
import { sql, textArray, type SqlFragment } from '../../storage/index.ts'
import type { ChatParts } from '../parts.ts'
import { isVisible } from './acquaintance.ts'
import { matchNames } from './match-names.ts'
import { assertSelection, selectUsers } from './select-users.ts'
import { userColumns } from './user-rows.ts'
import { visibleUser } from './visible-user.ts'

type Sort = NonNullable<InputOf<typeof usersList>['sort']>

const order: Readonly<Record<Sort, SqlFragment>> = {
  username: sql.fragment`lower(u.username)`,
  created: sql.fragment`u.create_at desc, u.id`,
  lastActivity: sql.fragment`coalesce(s.last_activity_at, 0) desc, u.id`,
  status: sql.fragment`case coalesce(s.status, 'offline') when 'online' then 1 when 'away' then 2 when 'dnd' then 3 else 4 end, lower(u.username)`,
  admin: sql.fragment`cm.is_admin desc, lower(u.username)`,
}

/** Accounts as lists, and how many there are. */
export function createUserLists(parts: Pick<ChatParts, 'db' | 'access' | 'roles' | 'settings'>): AnyImplementation[] {
  const { db, access } = parts
  return [
    implement(usersList, {
      async access(context, input) {
        const { sort = 'username', inTeamId, inChannelId } = input
        const refuse = (reason: string): never => { throw new RookeryError('invalid_input', { field: 'sort', reason }) }
        if ((sort === 'status' || sort === 'admin') && !inChannelId) refuse('this order is for the members of a channel')
        if ((sort === 'created' || sort === 'lastActivity') && !inTeamId) refuse('this order is for the members of a team')
        await assertSelection(parts, context, input)
      },
      async handle(context, { page = 0, perPage = 60, sort = 'username', ...selection }) {
        const { from, where } = selectUsers(parts, selection)
        const statuses = sort === 'status' || sort === 'lastActivity' ? sql.fragment`left join statuses s on s.user_id = u.id` : sql.fragment``
        const users = await db.any<User>(sql`
          select ${userColumns} from ${from} ${statuses} where ${where} and ${isVisible(access, context)}
          order by ${order[sort]} limit ${perPage} offset ${page * perPage}`)
        return users.map((user) => visibleUser(parts, context, user))
      },
    }),
    implement(usersListKnown, {
      access: (context) => access.userId(context),
      async handle(_context, _input, userId) {
        const rows = await db.any<{ id: string }>(sql`
          select distinct theirs.user_id as id from channel_members mine join channel_members theirs on theirs.channel_id = mine.channel_id
          where mine.user_id = ${userId} and theirs.user_id <> ${userId}`)
        return rows.map(({ id }) => id)
      },
    }),
    implement(usersListOfGroupChannels, {
      access: (context) => access.userId(context),
      async handle(context, { channelIds }, userId) {
        const rows = await db.any<User & { channelId: string }>(sql`
          select cm.channel_id as "channelId", ${userColumns}
          from channel_members mine join channels c on c.id = mine.channel_id and c.type = 'G'
          join channel_members cm on cm.channel_id = c.id and cm.user_id <> ${userId} join users u on u.id = cm.user_id
          where mine.user_id = ${userId} and mine.channel_id = any (${textArray(channelIds)}) order by lower(u.username)`)
        const users: Record<string, User[]> = {}
        for (const { channelId, ...user } of rows) (users[channelId] ??= []).push(visibleUser(parts, context, user))
        return users
      },
    }),
    implement(usersCount, {
      access() {},
      handle: (context) => db.one<{ count: number }>(sql`select count(*) as count from users u where u.delete_at = 0 and ${isVisible(access, context)}`),
    }),
    implement(usersCountSelected, {
      access(context) { access.system(context, 'sysconsole_read_user_management_users') },
      async handle(context, { includesBots = false, term = '', ...selection }) {
        const { from, where } = selectUsers(parts, selection)
        return db.one<{ count: number }>(sql`select count(*) as count from ${from} where ${where} and ${matchNames(parts, context, term, { withEmail: true })} ${includesBots ? sql.fragment`` : sql.fragment`and not u.is_bot`}`)
      },
    }),
  ]
}
