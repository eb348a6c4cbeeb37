import { usersGet, usersGetByUsername, usersListByIds, RookeryError, type User } from '@rookery/sdk/protocol'
import { implement, type AnyImplementation } from '../../operations/index.ts'
import { sql, textArray } from '../../storage/index.ts'
import type { ChatParts } from '../parts.ts'
import { userColumns } from './user-rows.ts'
import { visibleUser } from './visible-user.ts'

/** Reading accounts. */
export function createUserReading({ db, access }: Pick<ChatParts, 'db' | 'access'>): AnyImplementation[] {
  return [
    implement(usersGet, {
      access: (context, { userId }) => access.user(context, userId),
      handle: (context, _input, user) => visibleUser(access, context, user),
    }),
    implement(usersGetByUsername, {
      async access(context, { username }) {
        const row = await db.maybeOne<{ id: string }>(sql`select id from users where lower(username) = ${username.toLowerCase()}`)
        if (!row) throw new RookeryError('user_not_found')
        return access.user(context, row.id)
      },
      handle: (context, _input, user) => visibleUser(access, context, user),
    }),
    implement(usersListByIds, {
      access: (context) => access.visibleUserIds(context),
      async handle(context, { userIds, since = 0 }, visible) {
        const users = await db.any<User>(sql`select ${userColumns} from users u where u.id = any (${textArray(userIds)}) and u.update_at > ${since} order by u.username`)
        return users.filter((user) => !visible || visible.has(user.id)).map((user) => visibleUser(access, context, user))
      },
    }),
  ]
}
