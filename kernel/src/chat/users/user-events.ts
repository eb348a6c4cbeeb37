import { accountUpdated, userUpdated, type User } from '@rookery/sdk/protocol'
import type { Settings } from '../../config/index.ts'
import type { Emit } from '../../events/index.ts'
import { publicUser } from './visible-user.ts'

/** Tells of a changed account: to everybody what everybody may see, to its owner and the administrators all of it. */
export function emitUserUpdated(emit: Emit, user: User, settings: Settings): void {
  emit(userUpdated, { user: publicUser(user, settings.accounts) }, { visibleUserId: user.id })
  emit(accountUpdated, { user }, { userId: user.id })
  emit(accountUpdated, { user }, { adminsOnly: true, omitUserIds: [user.id] })
}
