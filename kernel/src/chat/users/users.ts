import { usersGet, usersGetByEmail, usersGetByUsername, usersListByIds, usersListByUsernames, RookeryError, type User } from '@rookery/sdk/protocol'
import { implement, type AnyImplementation, type Context } from '../../operations/index.ts'
import { sql, textArray, type SqlFragment } from '../../storage/index.ts'
import { normalizeEmail, normalizeUsername } from '../../text/index.ts'
import type { ChatParts } from '../parts.ts'
import { isVisible } from './acquaintance.ts'
import { userColumns } from './user-rows.ts'
import { visibleUser } from './visible-user.ts'

/** Reading accounts by what names them. */
export function createUserReading(parts: Pick<ChatParts, 'db' | 'access' | 'settings'>): AnyImplementation[] {
  const { db, access, settings } = parts

  const find = async (context: Context, condition: SqlFragment): Promise<User> => {
    const row = await db.maybeOne<{ id: string }>(sql`select u.id from users u where ${condition}`)
    if (!row) throw new RookeryError('user_not_found')
    return access.user(context, row.id)
  }
  const list = async (context: Context, condition: SqlFragment): Promise<User[]> => {
    const users = await db.any<User>(sql`select ${userColumns} from users u where ${condition} and ${isVisible(access, context)} order by u.username`)
    return users.map((user) => visibleUser(parts, context, user))
  }

  return [
    implement(usersGet, {
      access: (context, { userId }) => access.user(context, userId),
      handle: (context, _input, user) => visibleUser(parts, context, user),
    }),
    implement(usersGetByUsername, {
      access: (context, { username }) => find(context, sql.fragment`lower(u.username) = ${normalizeUsername(username)}`),
      handle: (context, _input, user) => visibleUser(parts, context, user),
    }),
    implement(usersGetByEmail, {
      access(context, { email }) {
        if (!settings.accounts.showEmailAddresses) access.system(context, 'manage_system')
        return find(context, sql.fragment`lower(u.email) = ${normalizeEmail(email)}`)
      },
      handle: (context, _input, user) => visibleUser(parts, context, user),
    }),
    implement(usersListByIds, {
      access() {},
      handle: (context, { userIds, since = 0 }) => list(context, sql.fragment`u.id = any (${textArray(userIds)}) and u.update_at > ${since}`),
    }),
    implement(usersListByUsernames, {
      access() {},
      handle: (context, { usernames }) => list(context, sql.fragment`lower(u.username) = any (${textArray(usernames.map(normalizeUsername))})`),
    }),
  ]
}
