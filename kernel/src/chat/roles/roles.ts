import { RookeryError, permissions as allPermissions, roleUpdated, rolesGet, rolesGetByName, rolesList, rolesListByNames, rolesListPermissions, rolesPatch, type ListedPermission, type Permission, type Role } from '@rookery/sdk/protocol'
import { implement, type AnyImplementation, type Context } from '../../operations/index.ts'
import { sql, textArray, type Queries, type SqlFragment } from '../../storage/index.ts'
import type { ChatParts } from '../parts.ts'

const columns = sql.fragment`
  id, name, display_name as "displayName", description, create_at as "createAt", update_at as "updateAt", delete_at as "deleteAt",
  permissions, is_scheme_managed as "isSchemeManaged", is_built_in as "isBuiltIn"`

/** Who may give permissions at all is not decided by whom they were given to. */
const untouchable: ReadonlySet<string> = new Set(['manage_roles', 'sysconsole_write_user_management_system_roles', 'sysconsole_read_user_management_system_roles'])
/** Without these nobody could undo a mistake. */
const keptByAdmins: ReadonlySet<string> = new Set(['manage_system', 'sysconsole_write_user_management_permissions'])
const systemWide: ReadonlySet<string> = new Set(allPermissions.filter(({ scope }) => scope === 'system').map(({ id }) => id))

const difference = (left: readonly string[], right: readonly string[]): string[] => {
  const known = new Set(right)
  return left.filter((item) => !known.has(item))
}

export const selectRoles = (queries: Queries, ids: readonly string[]): Promise<Role[]> => queries.any<Role>(sql`select ${columns} from roles where id = any (${textArray(ids)}) order by name`)

const ofServer: readonly ListedPermission[] = allPermissions.filter((permission) => !('deprecated' in permission)).map(({ id, scope }) => ({ id, scope, pluginId: '', title: id.replaceAll('_', ' '), description: '' }))

/** What the names of roles permit. */
export function createRoleOperations({ db, writer, access, clock, addedPermissions }: Pick<ChatParts, 'db' | 'writer' | 'access' | 'clock' | 'addedPermissions'>): AnyImplementation[] {
  const findOne = async (queries: Queries, condition: SqlFragment): Promise<Role> => {
    const role = await queries.maybeOne<Role>(sql`select ${columns} from roles where ${condition} and delete_at = 0`)
    if (!role) throw new RookeryError('role_not_found')
    return role
  }
  const assertMayChange = (context: Context, role: Role, permissions: readonly string[]): void => {
    const added = difference(permissions, role.permissions)
    const removed = difference(role.permissions, permissions)
    for (const permission of added) {
      if (!permission.startsWith('plugin_')) continue
      if (!addedPermissions.exists(permission)) throw new RookeryError('permission_unknown', { permission })
      access.system(context, 'manage_system')
    }
    for (const permission of [...added, ...removed]) if (untouchable.has(permission)) throw new RookeryError('role_fixed', { role: role.name, permission })
    if (role.name === 'system_admin') for (const permission of removed) if (keptByAdmins.has(permission)) throw new RookeryError('role_fixed', { role: role.name, permission })
    // Nobody gives more power over the system than they have: a role of accounts grants everywhere, in every team and channel.
    const isOfAccounts = role.name.startsWith('system_')
    for (const permission of added) if (!permission.startsWith('plugin_') && (isOfAccounts || systemWide.has(permission))) access.system(context, permission as Permission)
  }
  return [
    implement(rolesList, {
      access(context) { access.system(context, 'manage_system') },
      handle: () => db.any<Role>(sql`select ${columns} from roles where delete_at = 0 order by name`),
    }),
    implement(rolesListPermissions, {
      access(context) { access.system(context, 'sysconsole_read_user_management_permissions') },
      handle: ({ locale }) => [...ofServer, ...addedPermissions.list(locale)],
    }),
    implement(rolesListByNames, {
      access() {},
      handle: (_context, { names }) => db.any<Role>(sql`select ${columns} from roles where name = any (${textArray(names)}) and delete_at = 0 order by name`),
    }),
    implement(rolesGet, {
      access() {},
      handle: (_context, { roleId }) => findOne(db, sql.fragment`id = ${roleId}`),
    }),
    implement(rolesGetByName, {
      access() {},
      handle: (_context, { name }) => findOne(db, sql.fragment`name = ${name}`),
    }),
    implement(rolesPatch, {
      async access(context, { roleId }) {
        access.system(context, 'sysconsole_write_user_management_permissions')
        const role = await findOne(db, sql.fragment`id = ${roleId}`)
        if (!role.isSchemeManaged) access.system(context, 'manage_system')
      },
      handle: (context, { roleId, permissions }) => writer.write(async (transaction, emit) => {
        await transaction.query(sql`select 1 from roles where id = ${roleId} for update`)
        const role = await findOne(transaction, sql.fragment`id = ${roleId}`)
        if (!permissions) return role
        assertMayChange(context, role, permissions)
        const changed = { ...role, permissions: [...new Set(permissions)], updateAt: clock.now() }
        await transaction.query(sql`update roles set permissions = ${textArray(changed.permissions)}, update_at = ${changed.updateAt} where id = ${roleId}`)
        emit(roleUpdated, { role: changed }, {})
        return changed
      }, context.actor.kind === 'user' ? { actorId: context.actor.userId } : {}),
    }),
  ]
}
