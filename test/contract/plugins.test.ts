import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pluginsEnable, pluginsGet, pluginsInstallFromUrl, pluginsTrash } from '@rookery/sdk/protocol'
import { ask } from '../harness/ask.ts'
import { openSocket } from '../harness/mattermost-client.ts'
import { command, enablePlugin } from '../harness/plugin-actions.ts'
import { createPackage, makerKeys } from '../harness/plugin-packages.ts'
import { createWorld, type World } from '../harness/world.ts'

const pluginId = 'growing'
const routes = { capabilities: { routes: { reason: 'Answers.' } }, contributes: { routes: [{ method: 'GET' as const, path: '/', session: 'required' as const }] } }

/** Mattermost's system console on our plugins, with the published client. */
describe('plugins over API v4', () => {
  let world: World
  let packed: Buffer
  before(async () => {
    packed = await createPackage(routes)
    world = await createWorld({ settings: { plugins: { trustedSigners: [makerKeys.publicKey] } } })
  })
  after(() => world.close())

  const file = (bytes: Buffer): File => new File([new Uint8Array(bytes)], 'growing.zip')
  const refusal = { server_error_id: 'api.context.permissions.app_error', status_code: 403 }

  it('are uploaded, once, by who may', async () => {
    await rejects(world.ada.client.uploadPlugin(file(packed)), refusal)
    const manifest = await world.admin.client.uploadPlugin(file(packed)) as unknown as Record<string, unknown>
    deepEqual(manifest, { id: pluginId, name: 'Growing', description: '', version: '1.0.0', min_server_version: '' })
    await rejects(world.admin.client.uploadPlugin(file(packed)), { server_error_id: 'app.plugin.install_id.app_error' })
    await rejects(world.admin.client.uploadPlugin(file(Buffer.from('#!/bin/sh'))), { server_error_id: 'app.plugin.extract.app_error', status_code: 400 })
    await rejects(world.admin.client.uploadPlugin(file(await createPackage({ ...routes, keys: null }))), { server_error_id: 'api.plugin.verify_plugin.app_error', status_code: 400 })
    const form = new FormData()
    form.append('force', 'true')
    const missing = await ask(world.server.url, world.admin.token, 'POST', '/plugins', form)
    deepEqual([missing.status, (missing.body as { id: string }).id], [400, 'api.plugin.upload.no_file.app_error'])
    equal((await ask(world.server.url, world.admin.token, 'POST', '/plugins', { plugin: 'x' })).status, 415)
    equal((await ask(world.server.url, '', 'POST', '/plugins', form)).status, 401)
  })

  it('are enabled where somebody has consented to what they may do, listed, and disabled', async () => {
    await rejects(world.admin.client.enablePlugin(pluginId), { server_error_id: 'app.plugin.install.app_error', status_code: 409 })
    await enablePlugin(world, pluginId)
    const { id: _id, ...shown } = { id: pluginId, name: 'Growing', description: '', version: '1.0.0', min_server_version: '' }
    deepEqual(await world.admin.client.getPlugins(), { active: [{ id: pluginId, ...shown }], inactive: [] })
    const statuses = await world.admin.client.getPluginStatuses()
    deepEqual(statuses, [{ plugin_id: pluginId, cluster_id: '', plugin_path: '', state: 2, error: '', name: 'Growing', description: '', version: '1.0.0' }])
    deepEqual(await world.admin.client.disablePlugin(pluginId), { status: 'OK' })
    equal((await world.admin.client.getPlugins() as { inactive: { id: string }[] }).inactive[0]?.id, pluginId)
    equal((await world.admin.client.getPluginStatuses())[0]?.state, 0)
    // The consent is remembered.
    deepEqual(await world.admin.client.enablePlugin(pluginId), { status: 'OK' })
    for (const refused of [world.ada.client.getPlugins(), world.ada.client.getPluginStatuses(), world.ada.client.enablePlugin(pluginId), world.ada.client.disablePlugin(pluginId)]) await rejects(refused, refusal)
    for (const unknown of [world.admin.client.enablePlugin('nobody'), world.admin.client.disablePlugin('com.mattermost.Nobody_1'), world.admin.client.removePlugin('nobody')]) {
      await rejects(unknown, { server_error_id: 'app.plugin.not_installed.app_error', status_code: 404 })
    }
    equal((await ask(world.server.url, world.admin.token, 'POST', '/plugins/a%2Fb/enable')).status, 400)
  })

  it('are replaced with force, and wait where they ask for more', async () => {
    const next = await createPackage({ ...routes, version: '1.1.0' })
    equal((await world.admin.client.uploadPlugin(file(next), true)).version, '1.1.0')
    const more = await createPackage({ ...routes, version: '2.0.0', capabilities: { ...routes.capabilities, 'posts:read': { reason: 'Listens.' } } })
    await rejects(world.admin.client.uploadPlugin(file(more), true), { server_error_id: 'app.plugin.install.app_error', status_code: 409 })
    const { plugin } = await command(world, pluginsGet, { pluginId })
    deepEqual([plugin.version, plugin.state, plugin.upgrade?.version], ['1.1.0', 'enabled', '2.0.0'])
  })

  it('are told to clients: none has a page, and there is no market', async () => {
    deepEqual(await world.ada.client.getWebappPlugins(), [])
    equal((await world.ada.client.getClientConfig()).PluginsEnabled, 'true')
    deepEqual([await world.admin.client.getMarketplacePlugins('', true), await world.ada.client.getRemoteMarketplacePlugins('')], [[], []])
    await rejects(world.ada.client.getMarketplacePlugins('', true), refusal)
    deepEqual((await ask(world.server.url, world.admin.token, 'GET', '/plugins/marketplace/first_admin_visit')).body, { name: 'FirstAdminVisitMarketplace', value: 'true' })
    deepEqual((await ask(world.server.url, world.admin.token, 'POST', '/plugins/marketplace/first_admin_visit', {})).body, { status: 'OK' })
    await rejects(world.admin.client.installMarketplacePlugin('polls'), { server_error_id: 'app.plugin.marketplace_disabled.app_error', status_code: 501 })
    equal((await ask(world.server.url, '', 'GET', '/plugins/marketplace')).status, 401)
  })

  it('are fetched from an address, with limits, and never from within', async () => {
    let served = await createPackage({ ...routes, id: 'fetched' })
    const service = createServer((request, response) => {
      if (request.url === '/gone') response.writeHead(404).end()
      else if (request.url === '/endless') response.end(Buffer.alloc(16 * 1024 * 1024 + 1))
      else response.end(served)
    })
    await new Promise<void>((resolve) => { service.listen(0, 'localhost', resolve) })
    const base = `http://localhost:${(service.address() as AddressInfo).port}`
    const open = await createWorld({ settings: { plugins: { trustedSigners: [makerKeys.publicKey] }, egress: { allowedPrivateAddresses: ['127.0.0.1', '::1'] } } })
    try {
      const { admin: { client, token } } = open
      const lost = { server_error_id: 'api.plugin.install.download_failed.app_error', status_code: 400 }
      // Without leave to, no server asks its own network.
      await rejects(world.admin.client.installPluginFromUrl(`${base}/fetched.zip`), lost)
      await rejects(open.ada.client.installPluginFromUrl(`${base}/fetched.zip`), refusal)
      for (const address of [`${base}/gone`, `${base}/endless`, 'ftp://example.com/x', '', 'http://localhost:1/']) await rejects(client.installPluginFromUrl(address), lost, address)
      const socket = await openSocket(open.server.url, token)
      const curious = await openSocket(open.server.url, open.ada.token)
      equal((await client.installPluginFromUrl(`${base}/fetched.zip`)).id, 'fetched')
      await rejects(client.installPluginFromUrl(`${base}/fetched.zip`), { server_error_id: 'app.plugin.install_id.app_error' })
      served = await createPackage({ ...routes, id: 'fetched', version: '1.2.0' })
      equal((await client.installPluginFromUrl(`${base}/fetched.zip`, true)).version, '1.2.0')
      const url = `${base}/fetched.zip`
      const right = createHash('sha256').update(served).digest('hex')
      await rejects(command(open, pluginsInstallFromUrl, { url, replace: true, sha256: '0'.repeat(64) }), { code: 'package_altered' })
      const newest = served
      served = await createPackage({ ...routes, id: 'fetched', version: '1.1.0' })
      await rejects(client.installPluginFromUrl(url, true), { server_error_id: 'app.plugin.install_id.app_error', message: /older than 1\.2\.0/ })
      equal((await command(open, pluginsInstallFromUrl, { url, replace: true, allowOlder: true })).version, '1.1.0')
      served = newest
      equal((await command(open, pluginsInstallFromUrl, { url, replace: true, sha256: right })).version, '1.2.0')

      await enablePlugin(open, 'fetched')
      const { data } = await socket.event('plugin_statuses_changed', ({ data: told }) => (told as { plugin_statuses: { state: number }[] }).plugin_statuses[0]?.state === 2)
      deepEqual(data, { plugin_statuses: [{ plugin_id: 'fetched', cluster_id: '', plugin_path: '', state: 2, error: '', name: 'Growing', description: '', version: '1.2.0' }] })
      // What came before this one has been told to everybody who is to hear it.
      await open.admin.client.createPost({ channel_id: open.channel.id, message: 'done' } as Parameters<typeof open.admin.client.createPost>[0])
      await curious.event('posted')
      deepEqual(curious.events.filter(({ event }) => event === 'plugin_statuses_changed'), [])
      socket.close()
      curious.close()
    } finally {
      await open.close()
      service.close()
    }
  })

  it('are removed, with their data kept for their return', async () => {
    await rejects(world.ada.client.removePlugin(pluginId), refusal)
    deepEqual(await world.admin.client.removePlugin(pluginId), { status: 'OK' })
    deepEqual(await world.admin.client.getPlugins(), { active: [], inactive: [] })
    equal((await command(world, pluginsTrash, {}))[0]?.trash?.data, 'kept')
    await rejects(world.admin.client.removePlugin(pluginId), { status_code: 404 })
    ok((await world.admin.client.uploadPlugin(file(packed))).id)
    await rejects(command(world, pluginsEnable, { pluginId }), { code: 'consent_missing' })
  })

  it('are not there where the server runs none', async () => {
    const bare = await createWorld({ settings: { plugins: { enabled: false, inlineDeadlineMs: 50 } } })
    try {
      for (const refused of [bare.admin.client.getPlugins(), bare.admin.client.getPluginStatuses(), bare.admin.client.enablePlugin(pluginId), bare.admin.client.getMarketplacePlugins('', true)]) {
        await rejects(refused, { server_error_id: 'app.plugin.disabled.app_error', status_code: 501 })
      }
      match((await bare.admin.client.getClientConfig()).PluginsEnabled, /false/)
    } finally {
      await bare.close()
    }
  })
})
