import { Type } from 'typebox'
import { defineOperation } from './operation.ts'
import { PermissionName } from './role.ts'
import { Fields, Id } from './schema.ts'

export const permissionsTest = defineOperation({
  name: 'permissions.test', safe: true, capability: 'act-as-user',
  summary: 'Tells whether the actor holds a permission: in a channel, in a team, or everywhere. A plugin may ask about anybody.',
  input: Fields({ permission: PermissionName, userId: Type.Optional(Id), teamId: Type.Optional(Id), channelId: Type.Optional(Id) }),
  output: Fields({ isHeld: Type.Boolean() }), errors: ['user_not_found', 'only_for_plugins'],
})

export const permissionsListHeld = defineOperation({
  name: 'permissions.listHeld', safe: true, summary: 'Lists all that the actor may do: in a channel, in a team, or everywhere. For what a client offers; nothing is decided by it.',
  input: Fields({ teamId: Type.Optional(Id), channelId: Type.Optional(Id) }), output: Type.Array(Type.String()),
})
