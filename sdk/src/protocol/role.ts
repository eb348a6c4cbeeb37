import { Type, type Static } from 'typebox'
import { defineEvent } from './event.ts'
import { defineOperation } from './operation.ts'
import { permissions } from './permissions.ts'
import { At, Fields, Id, Text } from './schema.ts'

/** A name under which permissions are given. */
export const Role = Fields({
  id: Id,
  name: Type.String(),
  displayName: Type.String(),
  description: Type.String(),
  createAt: At,
  updateAt: At,
  deleteAt: At,
  permissions: Type.Array(Type.String()),
  /** Given and taken through a membership and not by naming the role. */
  isSchemeManaged: Type.Boolean(),
  /** Nobody may delete it. */
  isBuiltIn: Type.Boolean(),
})
export type Role = Static<typeof Role>

const RoleName = Text(64, { pattern: '^[a-z0-9_]+$' })

export const rolesList = defineOperation({ name: 'roles.list', summary: 'Lists all roles.', safe: true, input: Fields({}), output: Type.Array(Role) })

export const rolesListByNames = defineOperation({
  name: 'roles.listByNames', summary: 'Reads roles by name; unknown names are left out.', safe: true,
  input: Fields({ names: Type.Array(RoleName, { minItems: 1, maxItems: 100 }) }), output: Type.Array(Role),
})

export const rolesGet = defineOperation({
  name: 'roles.get', summary: 'Reads one role.', safe: true, input: Fields({ roleId: Id }), output: Role, errors: ['role_not_found'],
})

export const rolesGetByName = defineOperation({
  name: 'roles.getByName', summary: 'Reads one role by its name.', safe: true, input: Fields({ name: RoleName }), output: Role, errors: ['role_not_found'],
})

export const rolesPatch = defineOperation({
  name: 'roles.patch', summary: 'Changes what a role permits; it takes effect at once.',
  input: Fields({ roleId: Id, permissions: Type.Optional(Type.Array(Type.Unsafe<string>({ enum: permissions.map((permission) => permission.id) }), { maxItems: 1000 })) }),
  output: Role, errors: ['role_not_found', 'role_fixed'],
})

export const roleUpdated = defineEvent({ name: 'role.updated', summary: 'A role permits other things.', payload: Fields({ role: Role }) })
