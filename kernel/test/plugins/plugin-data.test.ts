import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { readArchive } from '@rookery/sdk/package'
import { pluginsEnable, pluginsExport, pluginsRestore, pluginsUninstall, pluginsUsage } from '@rookery/sdk/protocol'
import { buffer } from 'node:stream/consumers'
import { command, enablePlugin } from '../../../test/harness/plugin-actions.ts'
import { createPackage, installPackage, makerKeys, upgradePackage } from '../../../test/harness/plugin-packages.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'
import { sql } from '../../src/storage/index.ts'

const pluginId = 'growing'
const first = { id: 'votes', up: 'create table votes (choice text primary key, number integer not null)' }
const second = { id: 'weights', up: 'alter table votes add column weight integer not null default 7' }

/** Keeps a value and rows; what it does when it is asked for its health is what goes wrong. */
const version = ({ number, migrations, health = 'return { isHealthy: true }' }: { number: string, migrations: readonly { id: string, up: string }[], health?: string }): Promise<Buffer> => createPackage({
  version: number,
  capabilities: { routes: { reason: 'Answers.' }, kv: { reason: 'Remembers.' }, db: { reason: 'Counts.' }, secrets: { reason: 'Whispers.' } },
  contributes: { routes: ['/put', '/get'].map((path) => ({ method: 'GET', path, session: 'required' })), lifecycle: ['health'], migrations: [...migrations] },
  source: `
    const call = async ({ invocation }, name, input) => {
      const [{ value, error }] = await rookery.call('calls', { invocation, calls: [{ name, input, asActor: false }] })
      if (error) throw Object.assign(new Error(error.message), error)
      return value
    }
    const query = (asked, text) => call(asked, 'db.query', { statement: { parts: [text], values: [] } })
    rookery.on('describe', () => ({}))
    rookery.on('route GET /put', async (asked) => {
      await call(asked, 'kv.set', { key: 'choice', value: 'tea' })
      await call(asked, 'secrets.set', { name: 'whisper', value: 'psst' })
      await query(asked, "insert into votes (choice, number) values ('tea', 3)")
      return { text: 'put' }
    })
    rookery.on('route GET /get', async (asked) => ({ json: { kept: await call(asked, 'kv.get', { key: 'choice' }), votes: await query(asked, 'select * from votes order by choice') } }))
    rookery.on('lifecycle health', async (asked) => { ${health} })`,
})

describe('What a plugin keeps, through its life', function () {
  this.timeout(60_000)
  let world: World
  before(async () => { world = await createWorld({ settings: { plugins: { trustedSigners: [makerKeys.publicKey] } } }) })
  after(() => world.close())

  const ask = (path: string): Promise<Response> => fetch(`${world.server.url}/plugins/${pluginId}${path}`, { headers: { Authorization: `Bearer ${world.ada.token}` } })
  const kept = async (): Promise<string> => (await ask('/get')).text()
  let atFirst = ''

  it('is as it was when a version goes back that had changed all of it', async () => {
    await installPackage(world, await version({ number: '1.0.0', migrations: [first] }))
    await enablePlugin(world, pluginId)
    equal((await ask('/put')).status, 200)
    atFirst = await kept()
    match(atFirst, /"tea".*3/)
    const { stored } = await command(world, pluginsUsage, { pluginId })
    deepEqual([stored.valueKeys, stored.valueBytes > 0, stored.fileBytes, stored.databaseBytes > 0], [1, true, 0, true])
    const spoiling = `
      await call(asked, 'kv.set', { key: 'choice', value: 'poison' })
      await call(asked, 'kv.set', { key: 'more', value: 1 })
      await query(asked, "delete from votes")
      return { isHealthy: false, detail: 'I spoiled it' }`
    await rejects(upgradePackage(world, await version({ number: '2.0.0', migrations: [first, second], health: spoiling })), /I spoiled it/)
    equal(await kept(), atFirst)
    await rejects(upgradePackage(world, await version({ number: '2.0.1', migrations: [first, { id: 'wrong', up: 'alter table nothing add column x integer' }] })), { code: 'plugin_upgrade_failed' })
    equal(await kept(), atFirst)
  })

  it('goes on with the next version, which brings its tables up to date', async () => {
    equal((await upgradePackage(world, await version({ number: '2.1.0', migrations: [first, second] }))).version, '2.1.0')
    match(await kept(), /"tea".*7/)
  })

  it('is exported without secrets, kept in the trash, and there when it comes back', async () => {
    const now = await kept()
    const download = await command(world, pluginsExport, { pluginId })
    const files = await readArchive(await buffer(await download.open()))
    const texts = [...files].filter(([name]) => name.startsWith('data/')).map(([, bytes]) => bytes.toString()).join('\n')
    ok(texts.includes('tea') && !texts.includes('psst'))
    await command(world, pluginsUninstall, { pluginId, data: 'keep' })
    await world.server.restart()
    await command(world, pluginsRestore, { pluginId })
    await command(world, pluginsEnable, { pluginId })
    equal(await kept(), now)
  })

  it('is in the archive alone when it was exported for good', async () => {
    await command(world, pluginsUninstall, { pluginId, data: 'export' })
    const files = await readArchive(await buffer(await (await command(world, pluginsExport, { pluginId })).open()))
    ok([...files].some(([name, bytes]) => name.startsWith('data/') && bytes.includes('tea')))
    await command(world, pluginsRestore, { pluginId })
    await command(world, pluginsEnable, { pluginId })
    deepEqual(JSON.parse(await kept()), { kept: null, votes: [] })
    equal((await ask('/put')).status, 200)
  })

  it('is gone when it is purged: no schema, no role, no row', async () => {
    const { db } = world.server.kernel
    const traces = async (): Promise<number[]> => Promise.all([
      sql`select nspname from pg_namespace where nspname like 'plugin%growing%'`, sql`select rolname from pg_roles where rolname like '%growing%'`,
      sql`select plugin_id from plugin_values union all select plugin_id from plugin_secrets union all select plugin_id from plugin_value_usage union all select plugin_id from plugin_leases`,
    ].map(async (query) => (await db.any(query)).length))
    ok((await traces()).every((count) => count > 0), JSON.stringify(await traces()))
    await command(world, pluginsUninstall, { pluginId, data: 'purge' })
    deepEqual(await traces(), [0, 0, 0])
  })
})
