import type { Permission, Role, RookeryEvent } from '@rookery/sdk/protocol'
import type { Clock } from '../clock.ts'
import type { Ids } from '../ids.ts'
import { sql, textArray, type Database } from '../storage/index.ts'
import { defaultRoles } from './default-roles.ts'

interface RoleRow { name: string, permissions: string[] }

/** Which permissions each role grants; held in memory, for every check asks. */
export interface Roles {
  grants(roleNames: Iterable<string>, permission: Permission): boolean
  exists(roleName: string): boolean
  load(): Promise<void>
  learn(event: RookeryEvent): void
}

export function createRoles({ db, ids, clock }: { db: Database, ids: Ids, clock: Clock }): Roles {
  const granted = new Map<string, Set<string>>()
  return {
    grants(roleNames, permission) {
      for (const name of roleNames) if (granted.get(name)?.has(permission)) return true
      return false
    },
    exists: (roleName) => granted.has(roleName),
    /** Adds the roles that a new installation has, where they are missing, and reads all of them. */
    async load() {
      const rows = await db.any<RoleRow>(sql`select name, permissions from roles where delete_at = 0`)
      const known = new Set(rows.map((row) => row.name))
      for (const role of defaultRoles) {
        if (known.has(role.name)) continue
        const now = clock.now()
        const permissions = [...role.permissions]
        await db.query(sql`
          insert into roles (id, name, display_name, description, create_at, update_at, permissions, is_scheme_managed, is_built_in)
          values (${ids.next()}, ${role.name}, ${role.displayName}, ${role.description}, ${now}, ${now},
            ${textArray(permissions)}, ${role.schemeManaged}, ${role.builtIn})
          on conflict (name) do nothing`)
        rows.push({ name: role.name, permissions })
      }
      granted.clear()
      for (const row of rows) granted.set(row.name, new Set(row.permissions))
    },
    learn(event) {
      if (event.name !== 'role.updated') return
      const { role } = event.payload as { role: Role }
      granted.set(role.name, new Set(role.permissions))
    },
  }
}
