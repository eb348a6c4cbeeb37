import type { Role } from '@rookery/sdk/protocol'

export const roleShape = (role: Role) => ({
  id: role.id,
  name: role.name,
  display_name: role.displayName,
  description: role.description,
  create_at: role.createAt,
  update_at: role.updateAt,
  delete_at: role.deleteAt,
  permissions: role.permissions,
  scheme_managed: role.isSchemeManaged,
  built_in: role.isBuiltIn,
})
