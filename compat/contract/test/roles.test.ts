import assert from 'node:assert/strict'
import { permissions } from '@rookery/sdk/protocol'
import { defaultRoles } from '../../../kernel/src/auth/default-roles.ts'
import documentedPermissions from '../data/permissions.json' with { type: 'json' }
import documentedRoles from '../data/roles.json' with { type: 'json' }

const scopes = (list: readonly { readonly id: string, readonly scope: string }[]): Record<string, string> =>
  Object.fromEntries(list.map(({ id, scope }) => [id, scope]))

describe('roles and permissions of the contract', () => {
  it('has each permission once, with the scope that clients know', () => {
    assert.equal(new Set(permissions.map(({ id }) => id)).size, permissions.length)
    assert.deepEqual(scopes(permissions), scopes(documentedPermissions.permissions))
  })

  it('gives a new installation the roles of a server of 11.9 after its migrations (pitfall 24)', () => {
    const ours = defaultRoles.map(({ name, displayName, description, schemeManaged, builtIn, permissions: granted }) => ({
      name, display_name: displayName, description, scheme_managed: schemeManaged, built_in: builtIn, permissions: granted,
    }))
    assert.deepEqual(ours, documentedRoles.map(({ name, display_name, description, scheme_managed, built_in, permissions: granted }) => ({
      name, display_name, description, scheme_managed, built_in, permissions: granted,
    })))
  })

  it('lets nobody hold more than the system admin', () => {
    const admin = new Set(defaultRoles.find(({ name }) => name === 'system_admin')?.permissions)
    for (const { name, permissions: granted } of defaultRoles) assert.deepEqual(granted.filter((permission) => !admin.has(permission)), [], name)
  })
})
