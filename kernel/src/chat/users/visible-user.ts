import type { User } from '@rookery/sdk/protocol'
import type { Access } from '../../auth/index.ts'
import type { Settings } from '../../config/index.ts'
import type { Context } from '../../operations/index.ts'

type Privacy = Pick<Settings['accounts'], 'showEmailAddresses' | 'showFullNames'>

const mostPrivate: Privacy = { showEmailAddresses: false, showFullNames: false }

/** An account without what only its owner and administrators see; the least of it where no settings are at hand. */
export const publicUser = (user: User, { showEmailAddresses, showFullNames }: Privacy = mostPrivate): User => ({
  ...user, notifyProps: {}, authService: '', hasMfa: false, isEmailVerified: false, lastPasswordUpdateAt: 0, failedAttempts: 0,
  ...(!showEmailAddresses && { email: '' }),
  ...(!showFullNames && { firstName: '', lastName: '' }),
})

/** An account as the actor may see it. */
export function visibleUser({ access, settings }: { access: Access, settings: Settings }, context: Context, user: User): User {
  const isOwn = context.actor.kind === 'user' && context.actor.userId === user.id
  return isOwn || access.hasSystem(context, 'manage_system') ? user : publicUser(user, settings.accounts)
}
