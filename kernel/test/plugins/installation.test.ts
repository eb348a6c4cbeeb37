import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import type { Post } from '@mattermost/types/posts'
import { packPlugin } from '@rookery/sdk/bundle'
import { createSigningKeys, readArchive, signPackage } from '@rookery/sdk/package'
import {
  pluginsDisable, pluginsEmptyTrash, pluginsEnable, pluginsExport, pluginsGet, pluginsInstall, pluginsList, pluginsRestore, pluginsTrash, pluginsUninstall, usersGet, type Plugin,
} from '@rookery/sdk/protocol'
import { systemContext } from '@rookery/kernel'
import { command, enablePlugin, eventually } from '../../../test/harness/plugin-actions.ts'
import { createPackage, installPackage, makerKeys, upgradePackage } from '../../../test/harness/plugin-packages.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'
import { sql } from '../../src/storage/index.ts'

const busy = 'com.example.busy'

describe('Installing plugins', () => {
  let world: World
  let packed: Buffer
  before(async () => {
    const { bytes } = await packPlugin(path.join(import.meta.dirname, '../../../test/fixtures/plugins/busy'))
    packed = await signPackage(bytes, makerKeys.privateKey)
    world = await createWorld({ settings: { plugins: { trustedSigners: [makerKeys.publicKey] } } })
  })
  after(() => world.close())

  const states = async (): Promise<string[]> => (await command(world, pluginsList, {})).map(({ id, state }) => `${id} ${state}`)
  const request = (address: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${world.server.url}/plugins/${busy}${address}`, { ...init, headers: { Authorization: `Bearer ${world.ada.token}` } })
  const files = async (folder: string): Promise<string[]> => {
    const found = await readdir(path.join(world.server.kernel.settings.dataFolder, 'files', folder), { recursive: true }).catch(() => [])
    return found.filter((name) => name.endsWith('.zip'))
  }

  it('takes in a package over the wire, that does nothing until somebody consents', async () => {
    const send = (token: string, accept = ''): Promise<Response> => fetch(`${world.server.url}/api/v1/plugins.install${accept}`, { method: 'POST', body: packed as BodyInit, headers: { Authorization: `Bearer ${token}` } })
    equal((await send(world.ada.token)).status, 403)
    const answer = await send(world.admin.token)
    const plugin = await answer.json() as Plugin
    deepEqual([answer.status, plugin.id, plugin.state, plugin.signer, plugin.granted, plugin.botUserId], [200, busy, 'disabled', makerKeys.publicKey, {}, ''])
    deepEqual([(await send(world.admin.token)).status, (await request('/polls/1')).status], [409, 404])
    await rejects(command(world, pluginsEnable, { pluginId: busy }), { code: 'consent_missing' })
    await enablePlugin(world, busy)
    equal((await request('/polls/1')).status, 200)
  })

  it('is there after a restart, from the file store', async () => {
    await world.server.restart()
    deepEqual(await states(), [`${busy} enabled`])
    equal((await request('/polls/1')).status, 200)
    const { url } = world.server
    match(await (await fetch(`${url}/plugins/${busy}/hook`, { method: 'POST', body: 'hello' })).text(), /hello/)
  })

  it('takes packages of strangers only where an admin says so, and never with a wrong signature', async () => {
    const stranger = createSigningKeys()
    const unsigned = await createPackage({ keys: null })
    const strange = await createPackage({ keys: stranger })
    await rejects(installPackage(world, unsigned), { code: 'package_unsigned' })
    await rejects(installPackage(world, strange), { code: 'package_signer_unknown', details: { signer: stranger.publicKey, plugin: 'growing', version: '1.0.0' } })
    await rejects(installPackage(world, unsigned, { accept: 'signed' }), { code: 'package_unsigned' })
    equal((await installPackage(world, strange, { accept: 'signed' })).signer, stranger.publicKey)
    await command(world, pluginsUninstall, { pluginId: 'growing', data: 'purge' })
    equal((await installPackage(world, unsigned, { accept: 'unsigned' })).signer, '')
    await command(world, pluginsUninstall, { pluginId: 'growing', data: 'purge' })
    await rejects(world.server.kernel.operations.dispatch(pluginsInstall, systemContext, {}), { code: 'package_unreadable' })
  })

  it('says so to who sends too much, and takes in one of two that come at once', async () => {
    const send = (body: Buffer): Promise<Response> => fetch(`${world.server.url}/api/v1/plugins.install`, { method: 'POST', body: body as BodyInit, headers: { Authorization: `Bearer ${world.admin.token}` } })
    const large = await send(Buffer.alloc(40 * 1024 * 1024))
    deepEqual([large.status, (await large.json() as { error: { code: string } }).error.code], [413, 'package_too_large'])
    const bytes = await createPackage()
    deepEqual((await Promise.all([send(bytes), send(bytes), send(bytes)])).map(({ status }) => status).sort(), [200, 409, 409])
    const gone = await Promise.allSettled([1, 2].map(() => command(world, pluginsUninstall, { pluginId: 'growing', data: 'purge' })))
    deepEqual(gone.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
    deepEqual(await states(), [`${busy} enabled`])
  })

  it('is kept in the trash with its grants, and its account cannot act', async () => {
    const { botUserId } = (await command(world, pluginsGet, { pluginId: busy })).plugin
    const left = await command(world, pluginsUninstall, { pluginId: busy, data: 'keep' })
    deepEqual([left?.state, left?.trash?.data, (left?.trash?.expiresAt ?? 0) - (left?.trash?.at ?? 0)], ['trashed', 'kept', 30 * 24 * 3_600_000])
    deepEqual(await states(), [])
    deepEqual((await command(world, pluginsTrash, {})).map(({ id }) => id), [busy])
    equal((await request('/polls/1')).status, 404)
    ok((await command(world, usersGet, { userId: botUserId })).deleteAt > 0)
    await rejects(command(world, pluginsGet, { pluginId: busy }), { code: 'plugin_not_found' })
    await world.server.restart()
    deepEqual(await states(), [])
    const restored = await command(world, pluginsRestore, { pluginId: busy })
    deepEqual([restored.state, restored.botUserId, restored.trash], ['disabled', botUserId, null])
    // What was consented to is remembered.
    equal((await command(world, pluginsEnable, { pluginId: busy })).state, 'enabled')
    equal((await command(world, usersGet, { userId: botUserId })).deleteAt, 0)
    equal((await request('/polls/1')).status, 200)
    await rejects(command(world, pluginsRestore, { pluginId: busy }), { code: 'plugin_not_found' })
  })

  it('comes back by its package too, where the same maker signed it, and asks for consent again', async () => {
    await command(world, pluginsUninstall, { pluginId: busy, data: 'keep' })
    const { bytes } = await packPlugin(path.join(import.meta.dirname, '../../../test/fixtures/plugins/busy'))
    await rejects(installPackage(world, await signPackage(bytes, createSigningKeys().privateKey), { accept: 'signed' }), { code: 'plugin_in_trash' })
    equal((await files(`plugins/${busy}`)).length, 1)
    const back = await installPackage(world, packed)
    deepEqual([back.state, back.granted, back.trash], ['disabled', {}, null])
    deepEqual(await command(world, pluginsTrash, {}), [])
    await enablePlugin(world, busy)
  })

  it('is exported as an archive that anybody can read', async () => {
    const fetchExport = async (): Promise<Map<string, Buffer>> => {
      const answer = await fetch(`${world.server.url}/api/v1/plugins.export`, { method: 'POST', body: JSON.stringify({ pluginId: busy }), headers: { 'Authorization': `Bearer ${world.admin.token}`, 'Content-Type': 'application/json' } })
      deepEqual([answer.status, answer.headers.get('content-type'), answer.headers.get('content-disposition')?.startsWith('attachment')], [200, 'application/zip', true])
      return readArchive(Buffer.from(await answer.arrayBuffer()))
    }
    const living = await fetchExport()
    equal((JSON.parse(living.get('plugin.json')?.toString() ?? '') as { id: string }).id, busy)
    const left = await command(world, pluginsUninstall, { pluginId: busy, data: 'export' })
    equal(left?.trash?.data, 'exported')
    const installation = JSON.parse((await fetchExport()).get('installation.json')?.toString() ?? '') as { granted: object }
    ok('routes' in installation.granted)
    equal((await command(world, pluginsRestore, { pluginId: busy })).state, 'disabled')
    equal((await command(world, pluginsEnable, { pluginId: busy })).state, 'enabled')
    const download = await world.server.kernel.operations.dispatch(pluginsExport, systemContext, { pluginId: busy })
    equal((await text(await download.open())).length > 0, true)
    await rejects(command(world, pluginsExport, { pluginId: 'nobody' }), { code: 'plugin_not_found' })
  })

  it('leaves nothing when it is purged: no row, no file, no job, no delivery, no account that can act', async () => {
    const { botUserId } = (await command(world, pluginsGet, { pluginId: busy })).plugin
    const vote = (choice: string): Promise<Response> => request('/vote', { method: 'POST', body: JSON.stringify({ channelId: world.channel.id, choice }) })
    equal((await vote('patience')).status, 201)
    equal((await vote('nothing')).status, 201)
    await world.server.kernel.tail.settled()
    equal(await command(world, pluginsUninstall, { pluginId: busy, data: 'purge' }), null)
    ok((await command(world, usersGet, { userId: botUserId })).deleteAt > 0)
    const { db } = world.server.kernel
    // The log keeps for a week that there was one, its posts and account stay; in no other row is its name.
    const tables = await db.any<{ name: string }>(sql`
      select distinct table_name as name from information_schema.columns where table_schema = 'public' and table_name !~ '^(events|posts|users)'`)
    const traces: string[] = []
    for (const { name } of tables) {
      const found = await db.any(sql`select 1 as one from ${sql.identifier([name])} as row where to_jsonb(row)::text like ${`%${busy}%`} limit 1`)
      if (found.length > 0) traces.push(name)
    }
    deepEqual(traces, [])
    deepEqual([await files(`plugins/${busy}`), await states(), await command(world, pluginsTrash, {})], [[], [], []])
    equal((await request('/polls/1')).status, 404)
    // Whoever comes later by that name begins anew.
    const again = await installPackage(world, packed)
    deepEqual([again.botUserId, again.granted], ['', {}])
    await command(world, pluginsUninstall, { pluginId: busy, data: 'keep' })
    await command(world, pluginsEmptyTrash, { pluginId: busy })
    deepEqual(await command(world, pluginsTrash, {}), [])
    await rejects(command(world, pluginsEmptyTrash, { pluginId: busy }), { code: 'plugin_not_found' })
    // Whoever kept it first may still want nothing to be left.
    await installPackage(world, packed)
    await command(world, pluginsUninstall, { pluginId: busy, data: 'keep' })
    await rejects(command(world, pluginsUninstall, { pluginId: busy, data: 'export' }), { code: 'plugin_not_found' })
    equal(await command(world, pluginsUninstall, { pluginId: busy, data: 'purge' }), null)
    deepEqual([await command(world, pluginsTrash, {}), await files(`plugins/${busy}`)], [[], []])
    await rejects(command(world, pluginsUninstall, { pluginId: busy, data: 'purge' }), { code: 'plugin_not_found' })
  })

  it('is gone from the trash when its time is over', async () => {
    await installPackage(world, await createPackage())
    await command(world, pluginsUninstall, { pluginId: 'growing', data: 'keep' })
    const { db } = world.server.kernel
    await db.query(sql`update plugins set trash = trash || '{"expiresAt": 1}' where id = 'growing'`)
    await db.query(sql`update due_work set due_at = 1 where kind = 'plugins.emptyTrash'`)
    await world.server.restart()
    await eventually(() => command(world, pluginsTrash, {}), (trash) => trash.length === 0)
    deepEqual([await world.server.kernel.db.any(sql`select id from plugins`), await files('plugins')], [[], []])
  })

  it('does not run when its bytes in the file store are not those that were installed', async () => {
    const source = 'rookery.on("describe", () => ({})); rookery.on("route GET /", () => ({ text: "well" }))'
    const parts = { capabilities: { routes: { reason: 'Answers.' } }, contributes: { routes: [{ method: 'GET' as const, path: '/', session: 'required' as const }] } }
    const honest = await createPackage({ ...parts, source })
    const { packageHash } = await installed(honest)
    await enablePlugin(world, 'growing')
    const ask = async (): Promise<string> => (await fetch(`${world.server.url}/plugins/growing/`, { headers: { Authorization: `Bearer ${world.ada.token}` } })).text()
    equal(await ask(), 'well')
    const place = path.join(world.server.kernel.settings.dataFolder, 'files', 'plugins', 'growing', `${packageHash}.zip`)
    // Signed by the same maker, and still not what was installed.
    await writeFile(place, await createPackage({ ...parts, source: source.replace('well', 'evil') }))
    await world.server.restart()
    deepEqual(await states(), ['growing modified'])
    match(world.server.complaints.join(''), /not those that were installed/)
    await rejects(command(world, pluginsEnable, { pluginId: 'growing' }), { code: 'plugin_modified' })
    // The package that it was makes it what it was, as soon as somebody enables that.
    equal((await upgradePackage(world, honest)).state, 'quarantined')
    match(await ask(), /not available right now/)
    equal((await command(world, pluginsEnable, { pluginId: 'growing' })).state, 'enabled')
    equal(await ask(), 'well')
    // The same while it runs: whoever enables it next hears of it.
    await command(world, pluginsDisable, { pluginId: 'growing' })
    await writeFile(place, 'gone')
    await rejects(command(world, pluginsEnable, { pluginId: 'growing' }), { code: 'plugin_modified' })
    deepEqual([await states(), (await command(world, pluginsGet, { pluginId: 'growing' })).plugin.reason], [['growing disabled'], 'its files are not those that were installed'])
    await command(world, pluginsUninstall, { pluginId: 'growing', data: 'purge' })
  })

  async function installed(bytes: Buffer): Promise<{ packageHash: string }> {
    await installPackage(world, bytes)
    return world.server.kernel.db.one<{ packageHash: string }>(sql`select package_hash as "packageHash" from plugins where id = 'growing'`)
  }

  it('keeps nobody from writing meanwhile', async () => {
    equal((await world.ada.client.createPost({ channel_id: world.channel.id, message: 'hello' } as Post)).message, 'hello')
  })
})
