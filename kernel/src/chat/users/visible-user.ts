import type { User } from '@rookery/sdk/protocol'
import type { Access } from '../../auth/index.ts'
import type { Context } from '../../operations/index.ts'

/** An account without what only its owner and administrators see. */
export const publicUser = (user: User): User => ({
  ...user, notifyProps: {}, authService: '', hasMfa: false, isEmailVerified: false, lastPasswordUpdateAt: 0, failedAttempts: 0,
})

/** An account as the actor may see it. */
export function visibleUser(access: Access, context: Context, user: User): User {
  const isOwn = context.actor.kind === 'user' && context.actor.userId === user.id
  return isOwn || access.hasSystem(context, 'manage_system') ? user : publicUser(user)
}
