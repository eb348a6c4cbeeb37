import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { RookeryError, pluginsDisable, pluginsGet, pluginsSetGrants, rolesGetByName, rolesPatch, type ErrorAnswer, type Permission } from '@rookery/sdk/protocol'
import type { Person } from '../../../test/harness/mattermost-client.ts'
import { askNative, askPlugin, command, enablePlugin } from '../../../test/harness/plugin-actions.ts'
import { createPackage, installPackage, upgradePackage } from '../../../test/harness/plugin-packages.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'

const pluginId = 'com.example.counter'

describe('Operations that plugins bring along', () => {
  let world: World
  before(async () => {
    world = await createWorld({ plugins: ['counter', 'client'] })
    for (const id of [pluginId, 'client']) await enablePlugin(world, id)
  })
  after(() => world.close())

  const ask = async (name: string, input: object = {}, person: Person | undefined = world.ada): Promise<unknown> => {
    const response = await fetch(`${world.server.url}/api/v1/plugin_${pluginId}.${name}`, {
      method: 'POST', headers: { ...(person && { Authorization: `Bearer ${person.token}` }), 'Content-Type': 'application/json' }, body: JSON.stringify(input),
    })
    const answer = await response.json() as ErrorAnswer
    if (!response.ok) throw new RookeryError(answer.error.code, answer.error.details)
    return answer
  }
  const openApi = async (): Promise<{ paths: Record<string, { get?: unknown, post?: { summary: string, requestBody: unknown } }> }> => await (await fetch(`${world.server.url}/api/v1/openapi.json`)).json() as never
  const callOther = (operation: string, input: object = {}, more: object = {}): Promise<{ code?: string, count?: number, by?: string }> => askPlugin(world, 'client', '/call', { pluginId, operation, input, ...more })

  it('answer at the native door like those of the server, as whom they are asked', async () => {
    deepEqual(await ask('add', { by: 2 }), { count: 2, by: world.ada.user.id })
    deepEqual(await ask('add', {}, world.bob), { count: 3, by: world.bob.user.id })
    const read = await fetch(`${world.server.url}/api/v1/plugin_${pluginId}.read?words=warp,weft&isLong=true`, { headers: { Authorization: `Bearer ${world.ada.token}` } })
    deepEqual(await read.json(), { count: 3, input: { words: ['warp', 'weft'], isLong: true } })
    equal((await fetch(`${world.server.url}/api/v1/plugin_${pluginId}.add`, { headers: { Authorization: `Bearer ${world.ada.token}` } })).status, 405)
    await rejects(ask('add', {}, { token: 'none' } as Person), { code: 'not_signed_in' })
    await rejects(ask('nothing'), { code: 'unknown_operation' })
  })

  it('are judged by what they say of themselves, before and after', async () => {
    for (const [input, reason] of [[{ by: 11 }, 'by: it must be from 1 to 10'], [{ by: '1' }, 'by: it must be of type integer'], [{ colour: 'red' }, 'colour is not known here'], [[], 'it must be of type object']] as const) {
      await rejects(ask('add', input), { code: 'invalid_input', details: { field: 'input', reason } })
    }
    for (const how of ['wrong', 'sign out', 'strange', 'throw']) await rejects(ask('fail', { how }), { code: 'plugin_failed' })
    for (let times = 0; times < 9; times += 1) await ask('add', { by: 10 })
    await rejects(ask('add', { by: 10 }), { code: 'quota_reached', details: { maximum: 100, things: 'counts' } })
    await rejects(ask('reset'), { code: 'permission_missing', details: { permission: `plugin_${pluginId}.reset` } })
    const role = await askNative(world, world.admin, rolesGetByName, { name: 'system_user' })
    await askNative(world, world.admin, rolesPatch, { roleId: role.id, permissions: [...role.permissions, `plugin_${pluginId}.reset`] as Permission[] })
    equal(await ask('reset'), null)
  })

  it('stand in the description of the door while the plugin is enabled', async () => {
    const path = `/api/v1/plugin_${pluginId}.add`
    const { paths } = await openApi()
    deepEqual([paths[path]?.post?.summary, paths[path]?.get, paths[`/api/v1/plugin_${pluginId}.read`]?.get !== undefined], ['Adds to the count.', undefined, true])
    ok(JSON.stringify(paths[path]?.post?.requestBody).includes('"additionalProperties":false'))
    await command(world, pluginsDisable, { pluginId })
    equal((await openApi()).paths[path], undefined)
    await rejects(ask('add'), { code: 'unknown_operation' })
    await enablePlugin(world, pluginId)
    deepEqual((await command(world, pluginsGet, { pluginId })).contributes.operations?.map(({ name }) => name), ['add', 'read', 'reset', 'fail'])
  })

  it('are asked for by other plugins that name this one: as themselves, or for who asks', async () => {
    const { botUserId } = (await command(world, pluginsGet, { pluginId: 'client' })).plugin
    deepEqual(await callOther('add'), { count: 1, by: botUserId })
    deepEqual(await callOther('add', {}, { asActor: true }), { count: 2, by: world.ada.user.id })
    equal((await callOther('add', { by: 0 })).code, 'invalid_input')
    equal((await callOther('nothing')).code, 'unknown_operation')
    equal((await callOther('vote', {}, { pluginId: 'com.example.other' })).code, 'unknown_operation')
    // It has what the admin left it of what it asked for.
    const grant = (plugins: string[] | undefined): Promise<unknown> => command(world, pluginsSetGrants, { pluginId: 'client', granted: { 'routes': {}, 'act-as-user': {}, ...(plugins && { 'plugins:call': { plugins } }) } })
    // Another plugin whose id this one begins with is another one.
    await grant(['com.example'])
    equal((await callOther('add')).code, 'capability_denied')
    await grant(undefined)
    equal((await callOther('add')).code, 'capability_denied')
    await rejects(grant(['everybody']), { code: 'capability_not_requested' })
    await grant([pluginId])
    equal((await callOther('add')).count, 3)
    await command(world, pluginsDisable, { pluginId })
    equal((await callOther('add')).code, 'unknown_operation')
    await enablePlugin(world, pluginId)
  })

  it('wait for consent where an upgrade asks for other plugins', async () => {
    const description = (version: string, plugins: string[]) => createPackage({ version, capabilities: { 'plugins:call': { reason: 'Counts.', plugins } } })
    await installPackage(world, await description('1.0.0', ['one']), { accept: 'signed' })
    await enablePlugin(world, 'growing')
    const waiting = await upgradePackage(world, await description('2.0.0', ['one', 'two']), { accept: 'signed' })
    deepEqual([waiting.version, waiting.upgrade?.difference.hosts], ['1.0.0', { 'plugins:call': ['two'] }])
    const upgraded = await upgradePackage(world, await description('2.0.0', ['two']), { accept: 'signed', consent: ['plugins:call'] })
    deepEqual([upgraded.version, upgraded.granted['plugins:call']], ['2.0.0', { plugins: ['two'] }])
    const install = async (contributes: object, capabilities = {}): Promise<unknown> => installPackage(world, await createPackage({ id: 'odd', contributes, capabilities }), { accept: 'signed' })
    const refused = (reason: string): object => ({ code: 'package_invalid', details: { reason } })
    await rejects(install({}, { 'plugins:call': { reason: 'Counts.' } }), refused('it asks for plugins:call and names no plugins'))
    await rejects(install({ operations: [{ name: 'a', summary: 'a', input: { type: 'string' } }] }), refused('its operation a is not described well: it must be {"type": "object", "properties": {…}}'))
    await rejects(install({ operations: [{ name: 'a', summary: 'a', input: { type: 'object', properties: {} }, output: { type: 'null' } }] }), refused('its operation a is not described well: its type must be string, integer, number, boolean, array or object'))
  })
})
