import { Type, type Static } from 'typebox'
import { defineEvent } from './event.ts'
import { defineOperation } from './operation.ts'
import { permissions, type Permission } from './permissions.ts'
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

/** One that the server knows, or one of a plugin. */
export const PermissionName = Type.Unsafe<Permission>({ anyOf: [{ enum: permissions.map(({ id }) => id) }, { type: 'string', maxLength: 130, pattern: '^plugin_[a-z0-9.-]+\\.[a-z][a-zA-Z0-9]*$' }] })

/** A permission that can be put into roles. */
export const ListedPermission = Fields({
  id: Type.String(), scope: Type.String(),
  /** Which brings it along; '' where it is the server's. */
  pluginId: Type.String(),
  title: Type.String(), description: Type.String(),
})
export type ListedPermission = Static<typeof ListedPermission>

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
  input: Fields({ roleId: Id, permissions: Type.Optional(Type.Array(PermissionName, { maxItems: 1000 })) }),
  output: Role, errors: ['role_not_found', 'role_fixed', 'permission_unknown'],
})

export const rolesListPermissions = defineOperation({
  name: 'roles.listPermissions', summary: 'Lists the permissions that roles can hold: those of the server, and those that plugins bring along.', safe: true, input: Fields({}), output: Type.Array(ListedPermission),
})

export const roleUpdated = defineEvent({ name: 'role.updated', summary: 'A role permits other things.', payload: Fields({ role: Role }) })
