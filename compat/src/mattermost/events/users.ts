import { userCreated } from '@rookery/sdk/protocol'
import { message, tell, type Encoder } from './message.ts'

export const userEvents: readonly Encoder[] = [
  tell(userCreated, ({ user }) => [message('new_user', { user_id: user.id }, {})]),
]
