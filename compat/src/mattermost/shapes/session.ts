import type { AccessToken, Session } from '@rookery/sdk/protocol'

/** A session as API v4 shows it; its token is never shown again. */
export const sessionShape = (session: Session) => ({
  id: session.id,
  token: '',
  create_at: session.createAt,
  expires_at: session.expiresAt,
  last_activity_at: session.lastActivityAt,
  user_id: session.userId,
  device_id: session.deviceId,
  roles: session.roles,
  is_oauth: false,
  expired_notify: false,
  props: session.props,
  team_members: null,
  local: false,
})

export const accessTokenShape = (token: AccessToken) => ({
  id: token.id, user_id: token.userId, description: token.description, is_active: token.isActive,
})
