import { deepEqual, equal, match, rejects } from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Post } from '@mattermost/types/posts'
import {
  pluginsAllowVersion, pluginsCallAction, pluginsDisable, pluginsEnable, pluginsGet, pluginsHooks, pluginsRevokeVersion, pluginsSetBinding, pluginsSetHook, type ErrorAnswer, type Plugin,
} from '@rookery/sdk/protocol'
import { ask } from '../../../test/harness/ask.ts'
import { askNative, command, enablePlugin, eventually } from '../../../test/harness/plugin-actions.ts'
import { createPackage, installPackage, makerKeys, upgradePackage } from '../../../test/harness/plugin-packages.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'
import { sql } from '../../src/storage/index.ts'

const pluginId = 'growing'
const asked = ['posts:transform', 'posts:guard', 'routes', 'realtime', 'commands']
const source = `
  rookery.on('describe', () => ({}))
  rookery.on('transform posts.create', ({ input: { message } }) => ({ message: message + '!' }))
  rookery.on('guard posts.create', ({ input: { message } }) => {
    if (message.includes('loop')) for (;;);
    return message.includes('forbidden') ? { isAllowed: false, reason: 'It is forbidden.' } : { isAllowed: true }
  })
  rookery.on('guard posts.delete', () => ({ isAllowed: false, reason: 'Nothing is deleted here.' }))
  for (const name of ['route GET /say', 'action say', 'command say', 'operation say']) rookery.on(name, () => ({ text: 'said' }))`

const createVersion = (version: string): Promise<Buffer> => createPackage({
  version, source, capabilities: Object.fromEntries(asked.map((name) => [name, { reason: 'Is tested.' }])),
  contributes: {
    transforms: [{ operation: 'posts.create', needs: ['message'], filter: { contains: ['loud'] } }],
    guards: [{ operation: 'posts.create', needs: ['message'], onFailure: 'closed', filter: { contains: ['guarded'] } }, { operation: 'posts.delete', needs: [], onFailure: 'open' }],
    routes: [{ method: 'GET', path: '/say', session: 'required' }], actions: [{ name: 'say' }], commands: [{ trigger: 'say', description: 'Says.' }],
    operations: [{ name: 'say', summary: 'Says.', input: { type: 'object', properties: {} } }],
  },
})

describe('A guard whose plugin cannot run', () => {
  let world: World
  before(async () => {
    world = await createWorld({ releasePlugins: ['slash-commands'], settings: { plugins: { trustedSigners: [makerKeys.publicKey] } }, pluginHosts: { pauseBreaches: 1, quarantineBreaches: 1 } })
    await installPackage(world, await createVersion('1.0.0'))
    await enablePlugin(world, pluginId)
  })
  after(() => world.close())

  const post = (message: string): Promise<Post> => world.ada.client.createPost({ channel_id: world.channel.id, message } as Post)
  const get = async (): Promise<Plugin> => (await command(world, pluginsGet, { pluginId })).plugin
  const route = async (): Promise<number> => (await fetch(`${world.server.url}/plugins/${pluginId}/say`, { headers: { Authorization: `Bearer ${world.ada.token}` } })).status
  const hooks = async (): Promise<string[]> => (await command(world, pluginsHooks, {})).map(({ kind, operation }) => `${kind} ${operation}`)
  const assertKeptFromPosting = async (): Promise<void> => {
    const { status, body, headers } = await ask(world.server.url, world.ada.token, 'POST', '/posts', { channel_id: world.channel.id, message: 'guarded' })
    deepEqual([status, (body as { id: string }).id, headers.get('retry-after')], [503, 'model.plugin_command_crash.error.app_error', '1'])
  }
  const quarantine = async (): Promise<void> => {
    await rejects(post('guarded loop'), { status_code: 503 })
    const { reason } = await eventually(get, ({ state }) => state === 'quarantined')
    equal(reason, 'it used more than it may too often')
  }
  const setHook = (onFailure: 'open' | null): Promise<unknown> => command(world, pluginsSetHook, { pluginId, kind: 'guard', operation: 'posts.create', onFailure })

  it('stands in the way in quarantine, and nobody is rid of it by making it fail', async () => {
    await rejects(post('guarded and forbidden'), { message: 'It is forbidden.' })
    equal((await post('loud and guarded')).message, 'loud and guarded!')
    await quarantine()
    await assertKeptFromPosting()
    // Its transforms and what it leaves open are as if they were not there.
    const { id, message } = await post('loud')
    equal(message, 'loud')
    equal((await ask(world.server.url, world.ada.token, 'DELETE', `/posts/${id}`)).status, 200)
    deepEqual(await hooks(), ['guard posts.create'])
    await world.server.restart()
    await assertKeptFromPosting()
  })

  it('is unavailable like all else of its plugin, where that is at work', async () => {
    equal(await route(), 503)
    await rejects(askNative(world, world.ada, pluginsCallAction, { pluginId, name: 'say' }), { code: 'plugin_unavailable' })
    const operation = await fetch(`${world.server.url}/api/v1/plugin_${pluginId}.say`, { method: 'POST', headers: { 'Authorization': `Bearer ${world.ada.token}`, 'Content-Type': 'application/json' }, body: '{}' })
    deepEqual([operation.status, (await operation.json() as ErrorAnswer).error.code], [503, 'plugin_unavailable'])
    await rejects(world.ada.client.executeCommand('/say', { channel_id: world.channel.id, team_id: world.team.id }), ({ message }: Error) => {
      match(message, /The plugin growing is not available right now/)
      return true
    })
    await command(world, pluginsSetBinding, { pluginId, binding: { scope: 'teams', ids: [] } })
    equal((await post('guarded')).message, 'guarded')
    await command(world, pluginsSetBinding, { pluginId, binding: { scope: 'server' } })
    await assertKeptFromPosting()
  })

  it('lets people post when an admin opens it, turns its plugin off, or lets that out', async () => {
    await setHook('open')
    equal((await post('guarded')).message, 'guarded')
    deepEqual(await hooks(), [])
    await setHook(null)
    await assertKeptFromPosting()
    await command(world, pluginsDisable, { pluginId })
    deepEqual([(await post('guarded')).message, await route()], ['guarded', 404])
    await command(world, pluginsEnable, { pluginId })
    deepEqual([(await post('guarded')).message, await route()], ['guarded', 200])
    await rejects(post('guarded and forbidden'), { message: 'It is forbidden.' })
    await quarantine()
    equal((await command(world, pluginsEnable, { pluginId })).state, 'enabled')
    equal((await post('guarded')).message, 'guarded')
  })

  it('is gone with its version when that is revoked', async () => {
    await quarantine()
    await command(world, pluginsRevokeVersion, { pluginId, version: '1.0.0', reason: 'it loops' })
    deepEqual([(await get()).state, (await post('guarded')).message], ['disabled', 'guarded'])
    await command(world, pluginsAllowVersion, { pluginId, version: '1.0.0' })
    await command(world, pluginsEnable, { pluginId })
    await rejects(post('guarded and forbidden'), { message: 'It is forbidden.' })
  })

  it('stands in the way where its files are not those that were installed, until it is turned off', async () => {
    const { packageHash } = await world.server.kernel.db.one<{ packageHash: string }>(sql`select package_hash as "packageHash" from plugins where id = ${pluginId}`)
    await writeFile(path.join(world.server.kernel.settings.dataFolder, 'files', 'plugins', pluginId, `${packageHash}.zip`), 'gone')
    await world.server.restart()
    equal((await get()).state, 'modified')
    await assertKeptFromPosting()
    await rejects(command(world, pluginsEnable, { pluginId }), { code: 'plugin_modified' })
    await assertKeptFromPosting()
    await command(world, pluginsDisable, { pluginId })
    equal((await post('guarded')).message, 'guarded')
    // What is off stays off, whatever becomes of its files.
    await world.server.restart()
    deepEqual([(await get()).state, (await post('guarded')).message], ['disabled', 'guarded'])
  })
  it('stands in the way with another version too, until that is enabled', async () => {
    deepEqual((await upgradePackage(world, await createVersion('1.0.1'))).state, 'disabled')
    await command(world, pluginsEnable, { pluginId })
    await quarantine()
    const { state, version, reason } = await upgradePackage(world, await createVersion('1.0.2'))
    deepEqual([state, version, reason], ['quarantined', '1.0.2', 'another version of it waits to be enabled'])
    await assertKeptFromPosting()
    await world.server.restart()
    await assertKeptFromPosting()
    equal((await command(world, pluginsEnable, { pluginId })).state, 'enabled')
    equal((await post('guarded')).message, 'guarded')
    await rejects(post('guarded and forbidden'), { message: 'It is forbidden.' })
  })
})
