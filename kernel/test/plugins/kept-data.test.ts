import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { buffer } from 'node:stream/consumers'
import type { Post } from '@mattermost/types/posts'
import { readArchive } from '@rookery/sdk/package'
import { pluginsDeadLetters, pluginsEraseUserData, pluginsExport, pluginsGet, pluginsGetSettings, pluginsReplay, pluginsRestore, pluginsSetSettings, pluginsUninstall, pluginsUsage, type MigrationContribution } from '@rookery/sdk/protocol'
import { askPlugin, command, enablePlugin, eventually } from '../../../test/harness/plugin-actions.ts'
import { createPackage, installPackage, makerKeys, upgradePackage, type PackageParts } from '../../../test/harness/plugin-packages.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'
import { sql } from '../../src/storage/index.ts'

const pluginId = 'growing'
const reason = 'Keeps what it is given.'
const one: MigrationContribution = { id: 'one', up: 'create table votes (id bigint generated always as identity primary key, choice text not null)' }
const two: MigrationContribution = { id: 'two', up: `alter table votes add column weight int not null default 1; update votes set choice = upper(choice)` }
const hourMs = 3_600_000
/** Calls what it is asked to call, counts what it hears and what it was to be reminded of, and forgets nobody. */
const source = `
  const count = ({ invocation }, key) => rookery.call('calls', { invocation, calls: [{ name: 'kv.increment', input: { key }, asActor: false }] })
  rookery.on('job remind', (asked) => count(asked, 'reminded of ' + asked.input.key))
  rookery.on('observe listen', async (asked) => {
    for (const { payload: { post: { message } } } of asked.input) await count(asked, 'heard ' + message)
    if (asked.input.some(({ payload }) => payload.post.message === 'stumble')) throw new Error('it fell')
  })
  rookery.on('route POST /calls', ({ invocation, input }) => rookery.call('calls', { invocation, calls: JSON.parse(input.body) }).then((json) => ({ json })))`
const description = (number: string, migrations: readonly MigrationContribution[]): PackageParts => ({
  version: number, capabilities: { routes: { reason }, jobs: { reason }, 'posts:read': { reason }, db: { reason }, kv: { reason }, files: { reason }, secrets: { reason }, 'users:props': { reason } },
  settings: { system: { type: 'object', properties: { colour: { type: 'string', default: 'red' } } } },
  contributes: {
    jobs: [{ name: 'remind' }], observers: [{ name: 'listen', event: 'post.created', needs: ['post.message'], from: 'start', maximumAttempts: 1 }], lifecycle: ['eraseUser'],
    migrations: [...migrations], routes: [{ method: 'POST', path: '/calls', session: 'required' }],
  },
})
const version = (number: string, migrations: readonly MigrationContribution[], code = source): Promise<Buffer> => createPackage({ ...description(number, migrations), source: code })

describe('What a plugin keeps, through its life', () => {
  let world: World
  before(async () => {
    world = await createWorld({ settings: { plugins: { trustedSigners: [makerKeys.publicKey] } } })
    await installPackage(world, await version('1.0.0', [one]))
    await enablePlugin(world, pluginId)
    await call('db.query', { statement: { parts: [`insert into votes (choice) values ('tea'), ('coffee')`], values: [] } })
    await call('kv.set', { key: 'a', value: 'kept' })
    await call('secrets.set', { name: 'token', value: 'hunter2' })
    await call('ownFiles.put', { name: 'one.txt', body: 'first' })
    await command(world, pluginsSetSettings, { pluginId, scope: 'system', values: { colour: 'blue' } })
    await call('users.setProps', { userId: world.ada.user.id, props: { votes: 1 } })
    await call('jobs.put', { name: 'remind', key: 'the end', dueAt: Date.now() + hourMs, input: 'of all' })
  })
  after(() => world.close())

  const call = async (name: string, input: unknown): Promise<unknown> => {
    const [outcome] = await askPlugin<{ value?: unknown, error?: { code: string } }[]>(world, pluginId, '/calls', [{ name, input, asActor: false }])
    return outcome?.error ? outcome.error.code : outcome?.value
  }
  const content = async (): Promise<unknown> => ({
    rows: await call('db.query', { statement: { parts: ['select * from votes order by id'], values: [] } }), value: (await call('kv.get', { key: 'a' }) as { value: unknown }).value, secret: await call('secrets.get', { name: 'token' }),
    file: (await call('ownFiles.get', { name: 'one.txt' }) as { body: string }).body, colour: (await command(world, pluginsGetSettings, { pluginId, scope: 'system' })).values['colour'],
  })
  const first = { rows: [{ id: 1, choice: 'tea' }, { id: 2, choice: 'coffee' }], value: 'kept', secret: 'hunter2', file: 'first', colour: 'blue' }
  const second = { ...first, rows: [{ id: 1, choice: 'TEA', weight: 1 }, { id: 2, choice: 'COFFEE', weight: 1 }] }
  const versionNow = async (): Promise<string> => (await command(world, pluginsGet, { pluginId })).plugin.version
  const write = (message: string): Promise<Post> => world.ada.client.createPost({ channel_id: world.channel.id, message } as Post)
  /** How often it has heard or done something. */
  const times = async (key: string): Promise<number> => (await call('kv.get', { key }) as { value: number } | null)?.value ?? 0
  const letters = (): Promise<{ handler: string, state: string }[]> => world.server.kernel.db.any(sql`select handler, state from plugin_deliveries where plugin_id = ${pluginId} order by handler`)
  const remains = async (): Promise<unknown> => {
    const { db, settings } = world.server.kernel
    const tables = ['plugin_values', 'plugin_value_usage', 'plugin_leases', 'plugin_secrets', 'plugin_settings', 'plugin_files', 'plugin_observers', 'plugin_deliveries', 'plugins']
    let rows = 0
    for (const table of tables) rows += await db.value<number>(sql`select count(*) from ${sql.identifier([table])}`)
    rows += await db.value<number>(sql`select count(*) from due_work where starts_with(kind, 'plugins.')`)
    const stored = await readdir(path.join(settings.dataFolder, 'files'), { recursive: true, withFileTypes: true })
    return {
      rows, schemas: await db.value(sql`select count(*) from pg_namespace where nspname = 'plugin_growing'`), files: stored.filter((entry) => entry.isFile()).length,
      roles: await db.value(sql`select count(*) from pg_roles where rolname = 'plugin_' || (select oid from pg_database where datname = current_database()) || '_growing'`),
    }
  }

  it('is what it was on accounts too, whatever the next version did before it proved not to be well', async () => {
    const hasty = `${source}; rookery.on('lifecycle health', async ({ invocation }) => {
      await rookery.call('calls', { invocation, calls: [{ name: 'users.setProps', input: { userId: '${world.ada.user.id}', props: { votes: 99, more: true } }, asActor: false }] })
      return { isHealthy: false, detail: 'it was too hasty' } })`
    const bytes = await createPackage({ ...description('2.0.0', [one]), source: hasty, contributes: { ...description('2.0.0', [one]).contributes, lifecycle: ['health'] } })
    await rejects(upgradePackage(world, bytes), { code: 'plugin_upgrade_failed', details: { plugin: pluginId, version: '2.0.0', reason: 'it was too hasty' } })
    deepEqual(await world.server.kernel.db.value(sql`select plugin_props -> ${pluginId} from users where id = ${world.ada.user.id}`), { votes: 1 })
  })

  it('is what it was where an upgrade does not work out: in its migrations, or in its code', async () => {
    deepEqual(await content(), first)
    const { stored } = await command(world, pluginsUsage, { pluginId })
    deepEqual([stored.valueKeys, stored.valueBytes, stored.fileBytes, stored.databaseBytes > 0], [1, 7, 5, true])
    await rejects(upgradePackage(world, await version('2.0.0', [one, { id: 'two', up: 'alter table votes add column weight int; select 1/0' }])), { code: 'plugin_upgrade_failed' })
    deepEqual([await versionNow(), await content()], ['1.0.0', first])
    await rejects(upgradePackage(world, await version('2.0.0', [one, two], 'throw new Error("no")')), { code: 'plugin_upgrade_failed' })
    deepEqual([await versionNow(), await content()], ['1.0.0', first])
    equal(await call('db.query', { statement: { parts: [`insert into votes (choice) values ('milk') returning id`], values: [] } }).then((rows) => (rows as { id: number }[])[0]?.id), 3)
    await call('db.query', { statement: { parts: ['delete from votes where id = 3'], values: [] } })
  })

  it('goes along with an upgrade that does', async () => {
    await upgradePackage(world, await version('2.0.0', [one, two]))
    deepEqual([await versionNow(), await content()], ['2.0.0', second])
  })

  it('is given away without secrets', async () => {
    await write('stumble')
    await eventually(letters, (all) => all.length === 1)
    const { open } = await command(world, pluginsExport, { pluginId })
    const files = await readArchive(await buffer(await open()))
    const names = [...files.keys()].map((name) => name.replace(/^.*?(?=(?:tables|values|settings|files|data)[/.-])/, ''))
    ok(names.some((name) => name.includes('tables/votes-1.jsonl')) && ['values', 'jobs', 'letters'].every((part) => names.some((name) => name.includes(`${part}-1.jsonl`))) && names.some((name) => name.includes('settings-1.jsonl')) && names.some((name) => name.includes('files/1-1')), names.join())
    const all = Buffer.concat([...files.values()]).toString()
    ok(all.includes('COFFEE') && all.includes('kept') && all.includes('first') && all.includes('of all') && all.includes('stumble') && !all.includes('hunter'))
  })

  it('goes on when it comes back from the trash: what was put off, what was tried again, and where it had come to', async () => {
    await write('before')
    await eventually(() => times('heard before'), (count) => count === 1)
    await call('jobs.put', { name: 'remind', key: 'tea', dueAt: Date.now() + 500 })
    await command(world, pluginsUninstall, { pluginId, data: 'keep' })
    // Its time passes while it lies there, and it is not done.
    await eventually(letters, (all) => all.length === 2)
    await world.server.restart()
    await write('meanwhile')
    deepEqual(await letters(), [{ handler: 'job remind', state: 'retrying' }, { handler: 'observe listen', state: 'dead' }])
    await command(world, pluginsRestore, { pluginId })
    await enablePlugin(world, pluginId)
    await eventually(() => times('reminded of tea'), (count) => count === 1)
    await write('after')
    await eventually(() => times('heard after'), (count) => count === 1)
    deepEqual([await times('heard before'), await times('heard meanwhile'), await times('reminded of the end')], [1, 0, 0])
    equal(await world.server.kernel.db.value(sql`select count(*) from due_work where kind = 'plugins.job' and payload ->> 'key' = 'the end'`), 1)
    const [letter] = await command(world, pluginsDeadLetters, { pluginId })
    await command(world, pluginsReplay, { pluginId, ids: [letter?.id ?? ''] })
    await eventually(() => times('heard stumble'), (count) => count > 1)
  })

  it('waits in the trash, and leaves nothing when it is purged: no row, no file, no role, no schema', async () => {
    await command(world, pluginsUninstall, { pluginId, data: 'keep' })
    await command(world, pluginsRestore, { pluginId })
    await enablePlugin(world, pluginId)
    deepEqual(await content(), second)
    // It cannot, and would be asked again.
    await command(world, pluginsEraseUserData, { userId: world.bob.user.id })
    await eventually(letters, (all) => all.some(({ handler }) => handler === 'lifecycle eraseUser'))
    await command(world, pluginsUninstall, { pluginId, data: 'purge' })
    deepEqual(await remains(), { rows: 0, schemas: 0, files: 0, roles: 0 })
  })
})
