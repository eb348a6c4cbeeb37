import { deepEqual, equal, rejects } from 'node:assert/strict'
import type { Post } from '@mattermost/types/posts'
import { pluginsCallAction, pluginsUninstall, rolesGetByName, rolesListPermissions, rolesPatch, type Permission } from '@rookery/sdk/protocol'
import { askNative, askPlugin, command, enablePlugin } from '../../../test/harness/plugin-actions.ts'
import type { Person } from '../../../test/harness/mattermost-client.ts'
import { createPackage, installPackage } from '../../../test/harness/plugin-packages.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'

const pluginId = 'com.example.gate'
const manage: Permission = `plugin_${pluginId}.manage`
const pass: Permission = `plugin_${pluginId}.pass`

describe('Permissions that plugins bring along', () => {
  let world: World
  before(async () => {
    world = await createWorld({ plugins: ['gate'], releasePlugins: ['slash-commands'] })
    await enablePlugin(world, pluginId)
  })
  after(() => world.close())

  const permissionsOf = async (role: string): Promise<readonly string[]> => (await askNative(world, world.admin, rolesGetByName, { name: role })).permissions
  const setPermissions = async (role: string, permissions: readonly string[]): Promise<unknown> => {
    const { id } = await askNative(world, world.admin, rolesGetByName, { name: role })
    return askNative(world, world.admin, rolesPatch, { roleId: id, permissions: [...permissions] as Permission[] })
  }
  const give = async (role: string, permission: string): Promise<unknown> => setPermissions(role, [...await permissionsOf(role), permission])
  const take = async (role: string, permission: string): Promise<unknown> => setPermissions(role, (await permissionsOf(role)).filter((held) => held !== permission))
  const asked = async (person: Person): Promise<number> => (await fetch(`${world.server.url}/plugins/${pluginId}/manage`, { headers: { Authorization: `Bearer ${person.token}` } })).status
  const holds = (person: Person, name: string, query = ''): Promise<boolean> => askPlugin(world, pluginId, `/holds/${name}${query}`, undefined, person)
  const run = (person: Person): Promise<unknown> => person.client.executeCommand('/gate', { channel_id: world.channel.id, team_id: world.team.id } as never)
  const post = (person: Person): Promise<Post> => person.client.createPost({ channel_id: world.channel.id, message: 'Open, gate!' } as Post)

  it('are listed with those of the server, and put into roles by admins', async () => {
    const list = await askNative(world, world.admin, rolesListPermissions, {})
    deepEqual(list.filter((permission) => permission.pluginId === pluginId), [
      { id: manage, scope: 'system', pluginId, title: 'Manage the gate', description: '' }, { id: pass, scope: 'channel', pluginId, title: 'Pass the gate', description: 'May write where the gate is.' },
    ])
    equal(list.find(({ id }) => id === 'create_post')?.scope, 'channel')
    await rejects(askNative(world, world.ada, rolesListPermissions, {}), { code: 'permission_missing' })
    await rejects(give('system_user', `plugin_${pluginId}.fly`), { code: 'permission_unknown', details: { permission: `plugin_${pluginId}.fly` } })
    await rejects(give('system_user', 'plugin_nobody.manage'), { code: 'permission_unknown' })
    await rejects(give('system_user', 'plugin_nobody'), { code: 'invalid_input' })
    const { id } = await askNative(world, world.admin, rolesGetByName, { name: 'channel_user' })
    // As the admin page of Mattermost does it; nobody but admins.
    const { client } = world.ada
    await rejects(client.patchRole(id, { permissions: [pass] }), { status_code: 403 })
    equal((await world.admin.client.patchRole(id, { permissions: [...await permissionsOf('channel_user'), pass] })).permissions.includes(pass), true)
    await take('channel_user', pass)
  })

  it('are asked for by addresses, actions and commands: denied, held, and denied again when they are taken away', async () => {
    const act = (): Promise<unknown> => askNative(world, world.ada, pluginsCallAction, { pluginId, name: 'manage' }).then(({ answer }) => answer, ({ code }: { code: string }) => code)
    deepEqual([await asked(world.ada), await asked(world.admin)], [403, 200])
    await rejects(run(world.bob), /permission/)
    const denied = await act()
    await give('system_user', manage)
    await give('channel_user', pass)
    deepEqual([await asked(world.ada), denied, await act()], [200, 'permission_missing', 'managed'])
    await run(world.bob)
    await take('system_user', manage)
    await take('channel_user', pass)
    deepEqual([await asked(world.ada), await act()], [403, 'permission_missing'])
    await rejects(run(world.bob), /permission/)
  })

  it('are asked for by the plugin itself, in a channel, a team or everywhere', async () => {
    const inChannel = `?channelId=${world.channel.id}`
    deepEqual([await holds(world.ada, 'manage'), await holds(world.ada, 'pass', inChannel), await holds(world.admin, 'manage'), await holds(world.admin, 'pass', inChannel)], [false, false, true, true])
    await rejects(post(world.ada), /The gate is closed/)
    await give('channel_admin', pass)
    // Ada made the channel; bob only belongs to it.
    deepEqual([await holds(world.ada, 'pass', inChannel), await holds(world.bob, 'pass', inChannel), await holds(world.ada, 'pass')], [true, false, false])
    equal((await post(world.ada)).message, 'Open, gate!')
    await rejects(post(world.bob), /The gate is closed/)
    await give('team_user', pass)
    deepEqual([await holds(world.bob, 'pass', inChannel), await holds(world.bob, 'pass', `?teamId=${world.team.id}`), await holds(world.stranger, 'pass', `?teamId=${world.team.id}`)], [true, true, false])
    const refused = await fetch(`${world.server.url}/plugins/${pluginId}/holds/fly`, { headers: { Authorization: `Bearer ${world.ada.token}` } })
    equal(refused.status, 500)
    for (const role of ['channel_admin', 'team_user']) await take(role, pass)
  })

  it('leave every role with the plugin when it is purged, and nobody else\'s do', async () => {
    const contributes = { permissions: [{ name: 'manage', scope: 'system' as const }] }
    for (const id of ['com.example', 'com.example.other']) await installPackage(world, await createPackage({ id, contributes }), { accept: 'signed' })
    for (const id of ['com.example', 'com.example.other', pluginId]) await give('system_user', `plugin_${id}.manage`)
    const before = await permissionsOf('system_user')
    await command(world, pluginsUninstall, { pluginId: 'com.example', data: 'purge' })
    deepEqual(await permissionsOf('system_user'), before.filter((permission) => permission !== 'plugin_com.example.manage'))
    equal(await asked(world.ada), 200)
    // Kept data is kept with what was given; exported data is gone with it.
    await command(world, pluginsUninstall, { pluginId: 'com.example.other', data: 'keep' })
    equal((await permissionsOf('system_user')).includes('plugin_com.example.other.manage'), true)
    await rejects(give('team_user', 'plugin_com.example.other.manage'), { code: 'permission_unknown' })
  })

  it('are told by the description, or nothing asks for them', async () => {
    const install = async (contributes: object): Promise<unknown> => installPackage(world, await createPackage({ id: 'odd', capabilities: { routes: { reason: 'Is asked.' } }, contributes }), { accept: 'signed' })
    const route = { method: 'GET', path: '/', session: 'required', permission: 'pass' }
    const refused = (reason: string): object => ({ code: 'package_invalid', details: { reason } })
    await rejects(install({ routes: [route] }), refused('it asks for its permission pass, which it does not have'))
    await rejects(install({ routes: [route], permissions: [{ name: 'pass', scope: 'channel' }] }), refused('addresses, actions and operations have no place in which pass could be held'))
    await rejects(install({ permissions: [{ name: 'pass', scope: 'channel' }, { name: 'pass', scope: 'team' }] }), refused('it has two permissions pass'))
  })
})
