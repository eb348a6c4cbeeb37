import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import type { Team } from '@mattermost/types/teams'
import { openSocket } from '../harness/mattermost-client.ts'
import { createWorld, type World } from '../harness/world.ts'

describe('roles', () => {
  let world: World
  before(async () => { world = await createWorld() })
  after(() => world.close())

  it('are read by names, name and id; unknown names are left out', async () => {
    const { ada, admin } = world
    const roles = await ada.client.getRolesByNames(['system_user', 'nobody_knows', 'channel_user'])
    deepEqual(roles.map(({ name }) => name), ['channel_user', 'system_user'])
    ok(roles[1]?.permissions.includes('create_team'))
    equal((await ada.client.getRoleByName('team_user')).name, 'team_user')
    equal((await ada.client.getRole(roles[0]?.id as string)).name, 'channel_user')
    await rejects(ada.client.getRoleByName('nobody_knows'), { status_code: 404 })
    await rejects(ada.client.getRole('d'.repeat(26)), { status_code: 404 })
    await rejects(ada.client.getRolesByNames([]), { status_code: 400 })
    await rejects(ada.client.getRolesByNames(['No Role']), { status_code: 400 })
    await rejects(ada.client.getRolesByNames({ 0: 'system_user' } as never), { status_code: 400 })
    const list = async (token: string): Promise<Response> => fetch(`${world.server.url}/api/v4/roles`, { headers: { Authorization: `Bearer ${token}` } })
    equal((await list(ada.token)).status, 403)
    ok(((await (await list(admin.token)).json()) as unknown[]).length > 20)
  })

  it('permit other things from the moment an admin says so', async () => {
    const { server, ada, admin } = world
    const role = await admin.client.getRoleByName('system_user')
    const without = role.permissions.filter((permission) => permission !== 'create_team')
    const socket = await openSocket(server.url, ada.token)
    await ada.client.createTeam({ name: 'before', display_name: 'Before', type: 'I' } as Team)
    const patched = await admin.client.patchRole(role.id, { permissions: without })
    deepEqual(patched.permissions, without)
    const told = await socket.event('role_updated')
    deepEqual(JSON.parse((told.data as { role: string }).role), patched)
    await rejects(ada.client.createTeam({ name: 'after', display_name: 'After', type: 'I' } as Team), { status_code: 403 })
    await admin.client.patchRole(role.id, { permissions: role.permissions })
    await ada.client.createTeam({ name: 'after', display_name: 'After', type: 'I' } as Team)
    socket.close()
  })

  it('are changed by admins only, who cannot lock themselves out', async () => {
    const { ada, admin } = world
    const role = await admin.client.getRoleByName('channel_user')
    await rejects(ada.client.patchRole(role.id, { permissions: ['manage_system'] }), { status_code: 403 })
    await rejects(admin.client.patchRole(role.id, { permissions: ['fly'] }), { status_code: 400 })
    await rejects(admin.client.patchRole(role.id, { permissions: [...role.permissions, 'manage_roles'] }), { status_code: 400 })
    const admins = await admin.client.getRoleByName('system_admin')
    await rejects(admin.client.patchRole(admins.id, { permissions: admins.permissions.filter((permission) => permission !== 'manage_system') }), { status_code: 400 })
    await rejects(admin.client.patchRole('e'.repeat(26), { permissions: [] }), { status_code: 404 })
  })

  it('give nobody more than the one who changes them has, in all teams and channels', async () => {
    const { ada, admin, server } = world
    await admin.client.updateUserRoles(ada.user.id, 'system_user system_manager')
    for (const permission of ['read_channel_content', 'edit_other_users']) {
      for (const name of ['system_manager', 'system_user']) {
        const role = await admin.client.getRoleByName(name)
        await rejects(ada.client.patchRole(role.id, { permissions: [...role.permissions, permission] }), { status_code: 403 }, `${permission} ${name}`)
      }
    }
    deepEqual(server.complaints, [])
  })
})
