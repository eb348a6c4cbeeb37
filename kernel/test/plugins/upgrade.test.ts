import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import type { Post } from '@mattermost/types/posts'
import type { Channel } from '@mattermost/types/channels'
import { createSigningKeys } from '@rookery/sdk/package'
import { pluginsAcceptUpgrade, pluginsDisable, pluginsDropUpgrade, pluginsEnable, pluginsGet, pluginsUninstall, type Plugin } from '@rookery/sdk/protocol'
import { ask } from '../../../test/harness/ask.ts'
import { command, enablePlugin, eventually } from '../../../test/harness/plugin-actions.ts'
import { createPackage, installPackage, makerKeys, upgradePackage, type PackageParts } from '../../../test/harness/plugin-packages.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'
import { json, sql } from '../../src/storage/index.ts'

const pluginId = 'growing'
const wellness = { well: '({ isHealthy: true })', ill: '({ isHealthy: false, detail: "the moon is wrong" })', silent: 'new Promise(() => {})', slow: 'untilHeader("go").then(() => ({ isHealthy: true }))' }

/** A version that says which one it is; its health is what the test wants to see. */
const version = ({ number, health = 'well', channelId = '', module = '', ...parts }: PackageParts & { number: string, health?: keyof typeof wellness, channelId?: string, module?: string }): Promise<Buffer> => createPackage({
  version: number,
  capabilities: {
    'posts:guard': { reason: 'Guards.' }, 'posts:read': { reason: 'Listens.' }, 'posts:write': { reason: 'Answers.' }, 'channels:read': { reason: 'Looks at headers.' }, 'routes': { reason: 'Says its version.' },
    ...parts.capabilities,
  },
  source: `${module}
    const call = async ({ invocation }, name, input) => (await rookery.call('calls', { invocation, calls: [{ name, input, asActor: false }] }))[0].value
    let envelope
    // There are no timers, and two hundred calls a second at most.
    const rest = () => { for (const end = Date.now() + 10; Date.now() < end;); }
    const untilHeader = async (header) => { while ((await call(envelope, 'channels.get', { channelId: '${channelId}' }))?.header !== header) rest() }
    rookery.on('describe', () => ({}))
    rookery.on('guard posts.create', () => ({ isAllowed: true }))
    rookery.on('route GET /version', () => ({ text: '${number}' }))
    rookery.on('lifecycle health', (asked) => { envelope = asked; return ${wellness[health]} })
    rookery.on('observe post.created', async (asked) => {
      for (const { key, payload: { post } } of asked.input) await call(asked, 'posts.create', { channelId: post.channelId, message: '${number} heard ' + post.message, pendingPostId: key })
    })`,
  ...(parts.keys !== undefined && { keys: parts.keys }), ...(parts.limits && { limits: parts.limits }),
  contributes: {
    guards: [{ operation: 'posts.create', needs: ['message'], onFailure: 'closed', filter: { contains: ['guarded'] } }],
    observers: [{ name: 'post.created', event: 'post.created', needs: ['post.message', 'post.channelId'], filter: { matches: '^tell' } }],
    routes: [{ method: 'GET', path: '/version', session: 'required' }], lifecycle: ['health'], ...parts.contributes,
  },
})

describe('Upgrading plugins', () => {
  let world: World
  before(async () => { world = await createWorld({ settings: { plugins: { trustedSigners: [makerKeys.publicKey] } } }) })
  after(() => world.close())

  const get = async (): Promise<Plugin> => (await command(world, pluginsGet, { pluginId })).plugin
  const runs = async (): Promise<string> => (await fetch(`${world.server.url}/plugins/${pluginId}/version`, { headers: { Authorization: `Bearer ${world.ada.token}` } })).text()
  const post = (message: string): Promise<Post> => world.ada.client.createPost({ channel_id: world.channel.id, message } as Post)
  const heard = (message: string): Promise<unknown> => eventually(async () => {
    const { posts } = await world.ada.client.getPosts(world.channel.id) as { posts: Record<string, Post> }
    return Object.values(posts).map((each) => each.message)
  }, (messages) => messages.includes(message))
  const packages = async (): Promise<number> => (await readdir(path.join(world.server.kernel.settings.dataFolder, 'files', 'plugins', pluginId))).length

  it('takes over at once where it asks for nothing more, and nothing is lost meanwhile', async () => {
    await installPackage(world, await version({ number: '1.0.0' }))
    await enablePlugin(world, pluginId)
    await post('tell me')
    await heard('1.0.0 heard tell me')
    const upgrade = upgradePackage(world, await version({ number: '1.1.0', health: 'slow', channelId: world.channel.id }))
    await eventually(get, ({ state }) => state === 'upgrading')
    // Who guards is not there: nobody gets past.
    const refused = await ask(world.server.url, world.ada.token, 'POST', '/posts', { channel_id: world.channel.id, message: 'guarded' })
    deepEqual([refused.status, refused.headers.get('retry-after')], [503, '1'])
    const route = await fetch(`${world.server.url}/plugins/${pluginId}/version`, { headers: { Authorization: `Bearer ${world.ada.token}` } })
    equal(route.status, 503)
    await post('tell me more')
    await world.ada.client.patchChannel(world.channel.id, { header: 'go' } as Channel)
    const done = await upgrade
    deepEqual([done.version, done.state, done.upgrade, await runs()], ['1.1.0', 'enabled', null, '1.1.0'])
    await heard('1.1.0 heard tell me more')
    equal((await post('guarded')).message, 'guarded')
    equal(await packages(), 1)
  })

  it('waits where it asks for more, shows what, and the present version runs on', async () => {
    const next = await version({ number: '2.0.0', capabilities: { 'users:read': { reason: 'Greets.' }, 'emoji:read': { reason: 'Smiles.', optional: true }, 'http': { reason: 'Asks.', hosts: ['one.example.com'] } }, limits: { heapMegabytes: 128 } })
    const waiting = await upgradePackage(world, next, { consent: ['users:read', 'http'] })
    deepEqual([waiting.version, waiting.state, waiting.upgrade?.version, await runs()], ['1.1.0', 'enabled', '2.0.0', '1.1.0'])
    deepEqual(waiting.upgrade?.difference, {
      capabilities: { 'users:read': { reason: 'Greets.' }, 'emoji:read': { reason: 'Smiles.', optional: true }, 'http': { reason: 'Asks.', hosts: ['one.example.com'] } },
      dropped: [], hosts: {}, commands: [], limits: { heapMegabytes: 128 }, signer: null, needsConsent: true,
    })
    await world.server.restart()
    equal(await runs(), '1.1.0')
    await rejects(command(world, pluginsAcceptUpgrade, { pluginId, packageHash: 'a'.repeat(64) }), { code: 'plugin_upgrade_not_found' })
    const packageHash = (await get()).upgrade?.packageHash ?? ''
    await rejects(command(world, pluginsAcceptUpgrade, { pluginId, packageHash, consent: ['users:write'] }), { code: 'capability_not_requested' })
    const accepted = await command(world, pluginsAcceptUpgrade, { pluginId, packageHash })
    deepEqual([accepted.version, await runs(), accepted.granted['users:read'], accepted.granted['http'], accepted.granted['emoji:read']], ['2.0.0', '2.0.0', {}, { hosts: ['one.example.com'] }, undefined])
    equal(await packages(), 1)
  })

  it('waits for other hosts and for another signer, and is forgotten when nobody wants it', async () => {
    const capabilities = { 'users:read': { reason: 'Greets.' }, 'http': { reason: 'Asks.', hosts: ['one.example.com', 'two.example.com'] } }
    const limits = { heapMegabytes: 128 }
    const hosts = await upgradePackage(world, await version({ number: '2.1.0', capabilities, limits }))
    deepEqual(hosts.upgrade?.difference, { capabilities: {}, dropped: ['emoji:read'], hosts: { http: ['two.example.com'] }, commands: [], limits: {}, signer: null, needsConsent: true })
    const stranger = createSigningKeys()
    const other = await upgradePackage(world, await version({ number: '2.2.0', keys: stranger, capabilities, limits }), { accept: 'signed', consent: ['http'] })
    deepEqual([other.upgrade?.version, other.upgrade?.difference.signer], ['2.2.0', { before: makerKeys.publicKey, after: stranger.publicKey }])
    // The one that waited before has made room.
    equal(await packages(), 2)
    equal((await command(world, pluginsDropUpgrade, { pluginId })).upgrade, null)
    await rejects(command(world, pluginsDropUpgrade, { pluginId }), { code: 'plugin_upgrade_not_found' })
    equal(await packages(), 1)
    // Named with the package itself, it is consent as well.
    const consented = await upgradePackage(world, await version({ number: '2.1.0', capabilities, limits }), { consent: ['http'] })
    deepEqual([consented.version, consented.granted['http']], ['2.1.0', { hosts: ['one.example.com', 'two.example.com'] }])
    // What it does not ask for any more is taken from it.
    const less = await upgradePackage(world, await version({ number: '2.2.0' }))
    deepEqual([less.version, Object.keys(less.granted).sort()], ['2.2.0', ['channels:read', 'posts:guard', 'posts:read', 'posts:write', 'routes']])
  })

  it('goes back by itself where the next version is not well, does not start, or says nothing', async function () {
    this.timeout(60_000)
    const fails = async (bytes: Buffer, reason: RegExp): Promise<void> => {
      const error = await upgradePackage(world, bytes).then(() => undefined, (thrown: unknown) => thrown)
      deepEqual([(error as { code: string }).code, (error as { status: number }).status], ['plugin_upgrade_failed', 409])
      match((error as Error).message, reason)
      const present = await get()
      deepEqual([present.version, present.state, await runs(), await packages()], ['2.2.0', 'enabled', '2.2.0', 1])
      match(present.reason, /did not work/)
    }
    await fails(await version({ number: '3.0.0', health: 'ill' }), /everything is as it was before: the moon is wrong\.$/)
    await fails(await version({ number: '3.0.1', module: 'throw new Error("not today")' }), /not today/)
    await fails(await version({ number: '3.0.2', module: 'for (;;);' }), /./)
    await fails(await version({ number: '3.0.3', health: 'silent' }), /did not answer in time/)
    await post('tell it')
    await heard('2.2.0 heard tell it')
  })

  it('goes back where the server dies meanwhile', async () => {
    const { db } = world.server.kernel
    const before = await db.one<{ version: string, manifest: { name: string }, packageHash: string, sourceHash: string, signer: string, granted: object }>(sql`
      select version, manifest, package_hash as "packageHash", source_hash as "sourceHash", signer, granted from plugins where id = ${pluginId}`)
    // As the row is while another version is on trial.
    await db.query(sql`
      update plugins set state = 'upgrading', version = '9.0.0', package_hash = ${'b'.repeat(64)}, previous = ${json({ ...before, snapshotId: 'none' })} where id = ${pluginId}`)
    await world.server.restart()
    const present = await get()
    deepEqual([present.version, present.state, await runs()], ['2.2.0', 'enabled', '2.2.0'])
    match(present.reason, /9\.0\.0 was broken off/)
    await post('tell it again')
    await heard('2.2.0 heard tell it again')
  })

  it('brings its limits with it, higher and lower ones', async () => {
    const many = (number: string, limits?: NonNullable<PackageParts['limits']>): Promise<Buffer> => createPackage({
      id: 'eager', version: number, capabilities: { routes: { reason: 'Is asked.' } }, ...(limits && { limits }), contributes: { routes: [{ method: 'POST', path: '/ask', session: 'required' }] },
      source: `rookery.on('route POST /ask', async ({ invocation, input }) => {
        const told = await rookery.call('calls', { invocation, calls: Array.from({ length: 30 }, () => ({ name: 'random.id', input: {}, asActor: false })) })
        return { json: told.filter(({ value }) => value).length }
      })`,
    })
    let now = Date.now()
    const own = await createWorld({ settings: { plugins: { trustedSigners: [makerKeys.publicKey] } }, clock: { now: () => now } })
    try {
      /** The clock stands: of thirty at once those are answered for which there is room. */
      const answered = async (): Promise<unknown> => {
        now += 60_000
        return (await fetch(`${own.server.url}/plugins/eager/ask`, { method: 'POST', headers: { Authorization: `Bearer ${own.ada.token}` } })).json()
      }
      const upgrade = (bytes: Buffer): Promise<Plugin> => upgradePackage(own, bytes, { pluginId: 'eager' })
      await installPackage(own, await many('1.0.0', { callsPerSecond: 10 }))
      await command(own, pluginsEnable, { pluginId: 'eager', consent: ['routes'] })
      equal(await answered(), 10)
      const wished = await upgrade(await many('2.0.0', { callsPerSecond: 20 }))
      deepEqual([wished.upgrade?.difference.limits, await answered()], [{ callsPerSecond: 20 }, 10])
      await command(own, pluginsAcceptUpgrade, { pluginId: 'eager', packageHash: wished.upgrade?.packageHash ?? '' })
      equal(await answered(), 20)
      deepEqual([(await upgrade(await many('3.0.0', { callsPerSecond: 5 }))).version, await answered()], ['3.0.0', 5])
    } finally {
      await own.close()
    }
  })

  it('is refused where it is older than what is there, unless that is said', async () => {
    const older = await version({ number: '2.1.9' })
    await rejects(upgradePackage(world, older), { code: 'plugin_version_older', details: { plugin: pluginId, version: '2.1.9', present: '2.2.0' } })
    const send = (more: string): Promise<Response> => fetch(`${world.server.url}/api/v1/plugins.upgrade?pluginId=${pluginId}${more}`, { method: 'POST', body: older as BodyInit, headers: { Authorization: `Bearer ${world.admin.token}` } })
    deepEqual([(await send('')).status, await runs(), await packages()], [409, '2.2.0', 1])
    deepEqual([(await send('&allowOlder=true')).status, await runs(), await packages()], [200, '2.1.9', 1])
    // The same version again is none that is older: so files that were changed are put right.
    equal((await upgradePackage(world, older)).version, '2.1.9')
  })

  it('is refused where it is another plugin, or takes back what was done to the database', async () => {
    await rejects(upgradePackage(world, await createPackage({ id: 'other' })), { code: 'package_invalid' })
    await rejects(upgradePackage(world, await createPackage(), { pluginId: 'nobody' }), { code: 'plugin_not_found' })
    const migrations = [{ id: 'votes', up: 'create table votes (id text primary key)' }]
    const capabilities = { db: { reason: 'Keeps votes.' } }
    await command(world, pluginsDisable, { pluginId })
    // What does not run is replaced, and asks when it is enabled.
    const replaced = await upgradePackage(world, await version({ number: '4.0.0', capabilities, contributes: { migrations } }), { consent: ['db'] })
    deepEqual([replaced.version, replaced.state], ['4.0.0', 'disabled'])
    for (const changed of [[], [{ id: 'votes', up: 'create table votes (id bigint)' }], [{ id: 'ballots', up: 'select 1' }, ...migrations]]) {
      await rejects(upgradePackage(world, await version({ number: '5.0.0', capabilities, contributes: { migrations: changed } })), /lacks or changes the migration votes/)
    }
    await command(world, pluginsUninstall, { pluginId, data: 'purge' })
    ok((await readdir(path.join(world.server.kernel.settings.dataFolder, 'files', 'plugins', pluginId))).length === 0)
    await rejects(command(world, pluginsEnable, { pluginId }), { code: 'plugin_not_found' })
  })
})
