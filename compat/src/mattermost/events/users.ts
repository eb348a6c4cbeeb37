import { accountUpdated, userActivationChanged, userCreated, userRolesChanged, userUpdated } from '@rookery/sdk/protocol'
import { userShape } from '../shapes/user.ts'
import { message, tell, type Encoder } from './message.ts'

export const userEvents: readonly Encoder[] = [
  tell(userCreated, ({ user }, { audience }) => [message('new_user', { user_id: user.id }, audience, {})]),
  tell(userUpdated, ({ user }, { audience }) => {
    const forOthers = message('user_updated', { user: userShape(user) }, audience, { omitUserIds: [user.id] })
    // The account itself and administrators hear all of it by `account.updated`.
    return [{ audience, frameFor: (listener) => (listener.isAdmin || listener.userId === user.id ? undefined : forOthers.frameFor(listener)) }]
  }),
  tell(accountUpdated, ({ user }, { audience }) => [message('user_updated', { user: userShape(user) }, audience)]),
  tell(userRolesChanged, ({ userId, roles }, { audience }) => [message('user_role_updated', { user_id: userId, roles }, audience)]),
  tell(userActivationChanged, (_payload, { audience }) => [message('user_activation_status_change', {}, audience, {})]),
]
