import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import type { MigrationContribution } from '@rookery/sdk/protocol'
import { systemClock } from '../../src/clock.ts'
import { createPluginDatabase, type DatabaseCaller, type PluginDatabase } from '../../src/plugin-database/index.ts'
import { createHomes } from '../../src/plugin-database/homes.ts'
import { createOwners } from '../../src/plugin-database/owner.ts'
import { createSnapshots, type ExportedFile, type StoringPlugin } from '../../src/plugin-storage/index.ts'
import { createDatabase, createDiskFileStore, sql, type Database, type FileStore, type PgConnectionOptions } from '../../src/storage/index.ts'
import { createSilentLog } from '../../src/telemetry/index.ts'
import { eventually } from '../../../test/harness/plugin-actions.ts'
import { createTestDatabase, type TestDatabase } from '../../../test/harness/postgres.ts'

const log = createSilentLog()
const first: MigrationContribution[] = [
  {
    id: 'one',
    up: `create type mood as enum ('happy', 'sad');
      create table people (id bigint generated always as identity primary key, name text not null, friend bigint, mood mood, house bigint, double bigint generated always as (house * 2) stored);
      create table houses (id bigint primary key, owner bigint references people (id), "Odd näme" text);
      alter table people add foreign key (friend) references people (id), add foreign key (house) references houses (id);
      create sequence tickets`,
  },
  { id: 'two', up: `insert into people (name) values ('seed')` },
]
const pluginOf = (migrations: readonly MigrationContribution[], id = 'org.example.homes'): StoringPlugin =>
  ({ id, granted: { db: {} }, manifest: { id, capabilities: { db: { reason: 'x' } }, contributes: { migrations } } }) as unknown as StoringPlugin

describe('Tables of a plugin as a whole', () => {
  let test: TestDatabase
  let db: Database
  let folder: string
  let files: FileStore
  let database: PluginDatabase
  beforeEach(async () => {
    test = await createTestDatabase()
    db = await createDatabase({ connection: test.connection, log })
    folder = await mkdtemp(path.join(tmpdir(), 'rookery-tables-'))
    files = await createDiskFileStore({ folder })
    database = open(db)
  })
  afterEach(async () => {
    await database.stop()
    await db.close()
    await test.drop()
    await rm(folder, { recursive: true, force: true })
  })

  const open = (on: Database): PluginDatabase => createPluginDatabase({ db: on, snapshots: createSnapshots({ files }), send: async () => {}, clock: systemClock, log })
  const callerOf = ({ id }: StoringPlugin): DatabaseCaller => ({ pluginId: id, invocationId: '1', maximumMegabytes: 100, readable: async () => [] })
  const run = (plugin: StoringPlugin, text: string): Promise<readonly Record<string, unknown>[]> => database.query(callerOf(plugin), { parts: [text], values: [] })
  const content = async (plugin: StoringPlugin): Promise<unknown> => [await run(plugin, 'select id, name, friend, mood, house, double from people order by id'), await run(plugin, 'select * from houses order by id')]
  const remains = async (like: string): Promise<unknown> => [
    await db.value(sql`select count(*) from pg_namespace where nspname like ${like}`), await db.value(sql`select count(*) from pg_roles where rolname like 'plugin_' || (select oid from pg_database where datname = current_database()) || '_%'`),
    await db.value(sql`select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace where nspname like ${like}`),
  ]

  it('go back to what they were, and on from there', async () => {
    const plugin = pluginOf(first)
    await database.tables.prepare(plugin)
    await run(plugin, `insert into houses (id, "Odd näme") values (1, E'tab\\t line\\n back\\\\ ü')`)
    await run(plugin, `insert into people (name, friend, mood, house) values ('ann', 3, 'happy', 1), ('ben', 2, 'sad', null)`)
    await run(plugin, 'update houses set owner = 2')
    await run(plugin, `select nextval('tickets'), nextval('tickets')`)
    await run(plugin, `delete from people where name = 'seed'`)
    const before = await content(plugin)
    await database.tables.snapshot(plugin, 'upgrade')
    const next = pluginOf([...first, { id: 'three', up: 'alter table people drop column mood; drop type mood; create table more (a int)' }])
    await database.tables.prepare(next)
    await run(next, `update people set name = 'changed'`)
    await database.tables.restore(plugin, 'upgrade')
    deepEqual(await content(plugin), before)
    deepEqual([await run(plugin, `select nextval('tickets') as ticket`), await run(plugin, `insert into people (name) values ('new') returning id`)], [[{ ticket: 3 }], [{ id: 4 }]])
    await rejects(run(plugin, `insert into people (name, house) values ('new', 99)`), { code: 'statement_conflict' })
    await rejects(run(plugin, 'select * from more'), { code: 'statement_failed' })
    // The same snapshot again, and then none.
    await database.tables.restore(plugin, 'upgrade')
    deepEqual(await content(plugin), before)
    await database.tables.forgetSnapshot(plugin.id, 'upgrade')
    await run(plugin, `update people set name = 'kept' where id = 2`)
    await database.tables.restore(plugin, 'upgrade')
    deepEqual(await run(plugin, 'select name from people where id = 2'), [{ name: 'kept' }])
    equal(await files.exists(`plugin-snapshots/${plugin.id}/upgrade/tables/part-0`), false)
  })

  it('are gone where there were none when the snapshot was taken', async () => {
    const plugin = pluginOf([])
    await database.tables.snapshot(plugin, 'upgrade')
    await database.tables.prepare(pluginOf(first))
    await database.tables.restore(plugin, 'upgrade')
    equal(await db.value(sql`select count(*) from pg_namespace where nspname = 'plugin_org.example.homes'`), 0)
  })

  it('are given away as lines of JSON', async () => {
    const plugin = pluginOf([...first, { id: 'three', up: 'create table "Odd Table" (a text)' }])
    await database.tables.prepare(plugin)
    await run(plugin, `insert into "Odd Table" values (E'tab\\t "quoted" back\\\\slash\\n ü')`)
    await database.query(callerOf(plugin), { parts: ['insert into people (name) select ', '::text from generate_series(1, 300)'], values: [{ value: 'ü'.repeat(15_000) }] })
    const exported: ExportedFile[] = []
    for await (const file of database.tables.exportData(plugin)) exported.push(file)
    const lines = (prefix: string): unknown[] => exported.filter((file) => file.path.startsWith(prefix)).flatMap(({ bytes }) => bytes.toString().trimEnd().split('\n').map((line) => JSON.parse(line) as unknown))
    deepEqual([lines('tables/table-0-'), lines('tables/people-').length, exported.filter((file) => file.path.startsWith('tables/people-')).length > 1], [[{ a: 'tab\t "quoted" back\\slash\n ü' }], 301, true])
    ok(exported.every((file) => /^[A-Za-z0-9._/-]+$/.test(file.path)))
    const none: ExportedFile[] = []
    for await (const file of database.tables.exportData(pluginOf([], 'stranger'))) none.push(file)
    deepEqual(none, [])
  })

  it('leave nothing when they are purged, also while they are used', async () => {
    const plugin = pluginOf(first)
    await database.tables.prepare(plugin)
    const transaction = await database.begin(callerOf(plugin))
    await database.query(callerOf(plugin), { parts: [`insert into people (name) values ('open')`], values: [] }, transaction)
    deepEqual(await remains('plugin_org.example.homes'), [1, 1, await db.value(sql`select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace where nspname = 'plugin_org.example.homes'`)])
    await database.tables.purge(plugin.id)
    deepEqual(await remains('plugin_org.example.homes'), [0, 0, 0])
    await database.tables.purge(plugin.id)
    await rejects(database.commit(callerOf(plugin), transaction))
    await database.tables.prepare(plugin)
    deepEqual(await run(plugin, 'select name from people'), [{ name: 'seed' }])
    await database.tables.purge(plugin.id)
  })

  it('belong to their plugin again after they were brought from another database', async () => {
    const plugin = pluginOf([...first, { id: 'three', up: 'create view v as select * from people; create table parts (a int) partition by range (a)' }])
    await database.tables.prepare(plugin)
    await database.stop()
    // As a dump without owners leaves it, where the role is not known.
    const { role, me } = await db.one<{ role: string, me: string }>(sql`select r.rolname::text as role, current_user::text as me from pg_namespace n join pg_roles r on r.oid = n.nspowner where nspname = 'plugin_org.example.homes'`)
    const admin = new pg.Client(test.connection as pg.ClientConfig)
    await admin.connect()
    await admin.query(`reassign owned by "${role}" to "${me}"; drop owned by "${role}"; drop role "${role}"`)
    await admin.end()
    database = open(db)
    deepEqual(await run(plugin, `insert into people (name, mood) values ('again', 'sad') returning id`), [{ id: 2 }])
    await database.tables.prepare(pluginOf([...plugin.manifest.contributes.migrations, { id: 'four', up: 'drop view v; alter table people drop column mood; drop type mood; drop sequence tickets; drop table parts' }]))
    await database.tables.purge(plugin.id)
    deepEqual(await remains('plugin_org.example.homes'), [0, 0, 0])
  })

  it('share what connections there are', async function () {
    this.timeout(150_000)
    const owners = createOwners({ db })
    const homes = createHomes({ db, owners, maximum: 3 })
    const ids = ['one', 'two', 'three', 'four', 'five']
    const connections = (): Promise<number> => db.value(sql`select count(*) from pg_stat_activity where application_name = 'rookery plugin' and datname = current_database()`)
    const others = await connections()
    try {
      for (let round = 0; round < 3; round += 1) {
        await Promise.all(ids.flatMap((id) => [id, id, id]).map((id) => homes.use(id, (session) => session.run('select 1'))))
        // What is being closed is still counted for a moment, and what several opened in one moment goes when it has been idle.
        await eventually(connections, (count) => count <= others + 6, 40_000)
      }
      const held = await Promise.all(['one', 'two', 'three'].map((id) => homes.open(id)))
      const waits = homes.use('four', (session) => session.run('select 1 as one'))
      held.pop()?.release()
      deepEqual((await waits).rows, [{ one: 1 }])
      for (const session of held) session.release()
    } finally {
      for (const id of ids) {
        await homes.close(id)
        await owners.drop(id)
      }
    }
  })

  it('are made as a whole or not at all, and never otherwise than they were', async () => {
    const prepare = (migrations: readonly MigrationContribution[]): Promise<string> => database.tables.prepare(pluginOf(migrations)).then(() => 'made', ({ code, message }: { code: string, message: string }) => `${code}: ${message}`)
    match(await prepare([{ id: 'bad', up: 'create table one (a int); create table two (a nowhere)' }]), /^plugin_migration_failed: The migration bad of the plugin org\.example\.homes failed: type "nowhere" does not exist/)
    match(await prepare([{ id: 'bad', up: 'create table one (a int); grant all on one to public' }]), /^plugin_migration_failed: .*grant is not among those that may be run/)
    match(await prepare([{ id: 'good', up: 'create table one (a int)' }, { id: 'bad', up: 'create table two (a int); select 1/0' }]), /^plugin_migration_failed: The migration bad .*division by zero/)
    equal(await prepare([{ id: 'good', up: 'create table one (a int)' }, { id: 'bad', up: 'create table two (a int)' }]), 'made')
    match(await prepare([{ id: 'good', up: 'create table one (a bigint)' }, { id: 'bad', up: 'create table two (a int)' }]), /it was changed after it had run/)
    match(await prepare([{ id: 'good', up: 'create table one (a int)' }]), /The migration bad .* failed: it was made by another version/)
    await database.tables.prepare({ ...pluginOf([{ id: 'unused', up: 'not sql' }], 'ungranted'), granted: {} })
  })

  it('end a transaction that lasts too long, and one of which a statement failed', async () => {
    const plugin = pluginOf(first)
    await database.tables.prepare(plugin)
    const caller = callerOf(plugin)
    const broken = await database.begin(caller)
    await rejects(database.query(caller, { parts: ['select 1/0'], values: [] }, broken), { code: 'statement_failed' })
    await rejects(database.commit(caller, broken), { code: 'transaction_over', details: { reason: 'one of its statements failed' } })
    const mine = await database.begin(caller)
    await rejects(database.query({ ...caller, invocationId: '2' }, { parts: ['select 1'], values: [] }, mine), { code: 'transaction_over' })
    await rejects(database.query({ ...caller, pluginId: 'other' }, { parts: ['select 1'], values: [] }, mine), { code: 'transaction_over' })
    database.endOfInvocation('1')
    await rejects(database.commit(caller, mine), { code: 'transaction_over' })
    await rejects(database.query(caller, { parts: ['select ', ''], values: [] }), { code: 'invalid_input' })
  })

  it('take an administrator, where this server may make no roles, and then work', async () => {
    const user = `limited_${randomBytes(4).toString('hex')}`
    const admin = new pg.Client(test.connection as pg.ClientConfig)
    await admin.connect()
    const connection: PgConnectionOptions = { ...test.connection, user, password: 'limited' }
    try {
      await admin.query(`create role ${user} login password 'limited'; grant all on all tables in schema public to ${user}; grant all on all sequences in schema public to ${user}`)
      const limited = await createDatabase({ connection, log })
      const tables = open(limited)
      const plugin = pluginOf(first)
      try {
        const refused = await tables.query(callerOf(plugin), { parts: ['select 1'], values: [] }).then(() => undefined, (error: { code: string, details: { sql: string, reason: string } }) => error)
        deepEqual([refused?.code, refused?.details.reason], ['plugin_database_unavailable', 'this server may make no roles or schemas'])
        await rejects(tables.tables.prepare(plugin), { code: 'plugin_database_unavailable' })
        equal(await db.value(sql`select has_database_privilege('public', current_database(), 'TEMP')`), true)
        await admin.query(refused?.details.sql ?? '')
        await tables.tables.prepare(plugin)
        deepEqual(await tables.query(callerOf(plugin), { parts: ['select name from people'], values: [] }), [{ name: 'seed' }])
        await tables.tables.snapshot(plugin, 'a')
        await tables.tables.restore(plugin, 'a')
        deepEqual(await tables.query(callerOf(plugin), { parts: ['select name from people'], values: [] }), [{ name: 'seed' }])
        await tables.tables.purge(plugin.id)
        deepEqual(await remains('plugin_org.example.homes'), [0, 0, 0])
      } finally {
        await tables.stop()
        await limited.close()
      }
    } finally {
      await admin.query(`reassign owned by ${user} to current_user; drop owned by ${user}; drop role ${user}`)
      await admin.end()
    }
  })
})
