import { sql } from '../../storage/index.ts'

/** From `sessions s join users u on u.id = s.user_id`. */
export const sessionColumns = sql.fragment`
  s.id, s.user_id as "userId", s.create_at as "createAt", s.expires_at as "expiresAt", s.last_activity_at as "lastActivityAt",
  s.device_id as "deviceId", s.props, u.roles`
