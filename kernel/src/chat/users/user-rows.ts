import type { User } from '@rookery/sdk/protocol'
import { sql, type Queries } from '../../storage/index.ts'

/** An account as the protocol shows it to its owner. */
export const userColumns = sql.fragment`
  u.id, u.create_at as "createAt", u.update_at as "updateAt", u.delete_at as "deleteAt", u.username, u.email,
  u.email_verified as "isEmailVerified", u.nickname, u.first_name as "firstName", u.last_name as "lastName", u.position, u.roles,
  u.locale, u.timezone, u.notify_props as "notifyProps", u.props, u.plugin_props as "pluginProps", u.auth_service as "authService",
  u.mfa_active as "hasMfa", u.is_bot as "isBot", u.bot_description as "botDescription",
  u.last_password_update_at as "lastPasswordUpdateAt", u.last_picture_update_at as "lastPictureUpdateAt", u.failed_attempts as "failedAttempts"`

export const selectUser = (db: Queries, id: string): Promise<User | undefined> =>
  db.maybeOne<User>(sql`select ${userColumns} from users u where u.id = ${id}`)
