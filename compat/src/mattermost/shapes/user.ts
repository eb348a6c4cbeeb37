import { customStatusProperty, type CustomStatus, type User } from '@rookery/sdk/protocol'
import { customStatusText } from './custom-status.ts'

/** Clients look for it among the props, as text; it is where the plugin put it that keeps it. */
function propsShape({ props, pluginProps }: User): { props?: Readonly<Record<string, string>> } {
  for (const kept of Object.values(pluginProps)) {
    const status = (kept as Record<string, unknown> | null)?.[customStatusProperty]
    if (status) return { props: { ...props, customStatus: customStatusText(status as CustomStatus) } }
  }
  return Object.keys(props).length > 0 ? { props } : {}
}

/** An account as API v4 shows it. */
export const userShape = (user: User) => ({
  id: user.id,
  create_at: user.createAt,
  update_at: user.updateAt,
  delete_at: user.deleteAt,
  username: user.username,
  auth_data: '',
  auth_service: user.authService,
  email: user.email,
  ...(user.isEmailVerified && { email_verified: true }),
  nickname: user.nickname,
  first_name: user.firstName,
  last_name: user.lastName,
  position: user.position,
  roles: user.roles,
  ...propsShape(user),
  ...(Object.keys(user.notifyProps).length > 0 && { notify_props: user.notifyProps }),
  ...(user.lastPasswordUpdateAt > 0 && { last_password_update: user.lastPasswordUpdateAt }),
  ...(user.lastPictureUpdateAt > 0 && { last_picture_update: user.lastPictureUpdateAt }),
  ...(user.failedAttempts > 0 && { failed_attempts: user.failedAttempts }),
  locale: user.locale,
  // Clients read all three, always.
  timezone: { useAutomaticTimezone: 'true', automaticTimezone: '', manualTimezone: '', ...user.timezone },
  ...(user.hasMfa && { mfa_active: true }),
  ...(user.isBot && { is_bot: true, bot_description: user.botDescription }),
  disable_welcome_email: false,
})
