import { deepEqual, equal, match, ok } from 'node:assert/strict'
import type { Channel } from '@mattermost/types/channels'
import type { PostList } from '@mattermost/types/posts'
import { pluginsDeadLetters, pluginsDisable, pluginsEnable, pluginsSetBinding } from '@rookery/sdk/protocol'
import { sql } from '../../src/storage/index.ts'
import type { Person } from '../../../test/harness/mattermost-client.ts'
import { askPlugin, command, enablePlugin, eventually, grantPlugin } from '../../../test/harness/plugin-actions.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'

interface Told { readonly rows?: readonly Record<string, unknown>[], readonly code?: string, readonly message?: string }
type Value = string | number | boolean | null | readonly unknown[] | object

const pluginId = 'ledger'

describe('Tables of a plugin', () => {
  let world: World
  let aheadMs = 0
  before(async () => {
    world = await createWorld({ plugins: [pluginId], clock: { now: () => Date.now() + aheadMs } })
    await enablePlugin(world, pluginId)
  })
  after(() => world.close())
  beforeEach(() => run`delete from entries`)

  const wish = (parts: TemplateStringsArray | readonly string[], values: readonly Value[]) => ({ parts: [...parts], values })
  const runAll = (wishes: readonly ReturnType<typeof wish>[]): Promise<Told[]> => askPlugin<Told[]>(world, pluginId, '/query', wishes)
  const run = async (parts: TemplateStringsArray, ...values: readonly Value[]): Promise<Told> => (await runAll([wish(parts, values)]))[0] as Told
  const add = (entry: object): Promise<Told> => askPlugin<Told>(world, pluginId, '/add', { channelId: world.channel.id, ...entry })
  const messages = async (about = /./): Promise<string[]> => {
    const { posts, order } = await world.ada.client.getPosts(world.channel.id) as PostList
    return order.map((id) => posts[id]?.message ?? '').reverse().filter((message) => about.test(message))
  }

  it('are made by its migrations, once each', async () => {
    const { rows } = await world.server.kernel.db.query<{ name: string }>(sql`select table_name::text as name from information_schema.tables where table_schema = 'plugin_ledger' order by 1`)
    deepEqual(rows.map(({ name }) => name), ['entries', 'lines', 'rookery_migrations', 'rookery_outbox'])
    await run`insert into entries (name) values ('before')`
    await command(world, pluginsDisable, { pluginId })
    await command(world, pluginsEnable, { pluginId })
    await world.server.restart()
    deepEqual((await run`select name from entries`).rows, [{ name: 'before' }])
  })

  it('take and give what JSON can say', async () => {
    const hostile = `'); drop table entries; -- "ü \ud83d\ude00`
    deepEqual((await run`insert into entries (name, amount, mood, data) values (${hostile}, ${5}, ${'happy'}, ${{ a: [1, null, { b: hostile }] }}) returning name, amount, mood, data, double`).rows,
      [{ name: hostile, amount: 5, mood: 'happy', data: { a: [1, null, { b: hostile }] }, double: 10 }])
    const { rows: [row] = [] } = await run`
      select ${null}::text as nothing, ${true}::bool as truth, ${1.5}::float8 as half, ${[1, 2]}::bigint[] as list, ${['a', null, '{"']}::text[] as words, ${[{ a: 1 }]}::jsonb as objects, 9007199254740993::bigint as large,
        12345678901234567890.5::numeric as exact, 0.1::numeric as tenth, '2026-01-02 03:04:05.678+02'::timestamptz as at, '2026-01-02'::date as day, 'infinity'::timestamptz as never, '\\x00ff'::bytea as bytes, array[true, null] as truths, 'NaN'::float8 as none`
    deepEqual(row, {
      nothing: null, truth: true, half: 1.5, list: [1, 2], words: ['a', null, '{"'], objects: [{ a: 1 }], large: '9007199254740993', exact: '12345678901234567890.5', tenth: 0.1, at: '2026-01-02T01:04:05.678Z', day: '2026-01-02', never: 'infinity',
      bytes: '\\x00ff', truths: [true, null], none: 'NaN',
    })
    deepEqual((await run`select count(*) as count from entries where name = any(${[hostile, 'other']})`).rows, [{ count: 1 }])
  })

  it('say what is wrong, with codes of their own for what a plugin can expect', async () => {
    await run`insert into entries (name) values ('taken')`
    const told = await runAll([
      wish(["insert into entries (name) values ('taken')"], []), wish(["insert into entries (name, amount) values ('x', -1)"], []), wish(['insert into lines values (999999, 1)'], []), wish(['select nothing from entries'], []), wish(['select * from nowhere'], []), wish(['selec 1'], []),
      wish(['select ', '::int'], ['many']), wish(['select 1/0'], []), wish(['select ', '::text'], ['a\0b']), wish(['select $5'], []), wish(['select ', ''], []), wish(['drop table entries'], []), wish(['select * from public.users'], []), wish([`select '${'x'.repeat(19_995)}'`], []),
      wish(['with recursive n as (select 1 as i union all select i + 1 from n) select count(*) from n'], []), wish(['select string_agg(i::text || ', "::text, '') from generate_series(1, 100000) i"], ['x'.repeat(100)]), wish(["select '", "'"], ['x']),
    ])
    deepEqual(told.map(({ code }) => code), [
      'statement_conflict', 'statement_conflict', 'statement_conflict', 'statement_failed', 'statement_failed', 'statement_refused', 'statement_failed', 'statement_failed', 'statement_failed', 'statement_failed', 'invalid_input', 'statement_refused', 'statement_refused', 'invalid_input',
      'statement_timed_out', 'statement_failed', 'statement_failed',
    ])
    equal(told[0]?.message, 'The statement breaks entries_name_key.')
    match(told[4]?.message ?? '', /relation "nowhere" does not exist \(42P01\)/)
    match(told.at(-2)?.message ?? '', /its answer has more than 2097152 bytes/)
    ok((await run`select 1`).rows)
  })

  it('are all that its role can reach, whatever it is asked', async () => {
    // As if the reader of statements let everything pass.
    const { role } = await world.server.kernel.db.one<{ role: string }>(sql`select rolname::text as role from pg_roles where rolname like '%\_ledger'`)
    const may = (text: string): Promise<boolean> => world.server.kernel.db.transact(async (transaction) => {
      await transaction.query({ ...sql`select`, sql: `set local role "${role}"`, values: [] })
      await transaction.query({ ...sql`select`, sql: text, values: [] })
      return true
    }).catch(() => false)
    const inside = ['select * from plugin_ledger.entries', 'create table plugin_ledger.more (a int)', 'drop table plugin_ledger.more']
    const outside = [
      'select * from public.users', 'select * from public.plugin_secrets', 'insert into public.posts (id) values (\'x\')', 'create table public.mine (a int)', 'create temporary table mine (a int)', 'create schema mine', 'create role mine', 'create database mine', 'select * from pg_authid', 'alter role current_user superuser',
      'select pg_read_file(\'/etc/hostname\')', 'copy plugin_ledger.entries to \'/tmp/x\'', 'copy plugin_ledger.entries to program \'true\'', 'create extension dblink', 'set session authorization default; set role none', 'select lo_import(\'/etc/hostname\')', 'alter system set work_mem = 1', 'select * from bullmq.job',
    ]
    deepEqual([await Promise.all(inside.map(may)).then((all) => all.filter(Boolean).length), (await Promise.all(outside.map(async (text) => (await may(text) ? text : '')))).filter(Boolean)], [3, []])
    const { limit, superuser, inherit } = await world.server.kernel.db.one<{ limit: number, superuser: boolean, inherit: boolean }>(sql`select rolconnlimit as limit, rolsuper as superuser, rolinherit as inherit from pg_roles where rolname = ${role}`)
    deepEqual([limit, superuser, inherit], [2, false, false])
    // It has signed in as that role, with a password of its own: there is nobody else behind it to go back to.
    deepEqual((await run`select session_user::text as name`).rows, [{ name: role }])
  })

  it('change all at once in a batch or transaction, or not at all', async () => {
    const batch = (...texts: string[]): Promise<Told> => askPlugin(world, pluginId, '/batch', texts.map((text) => wish([text], [])))
    deepEqual((await batch("insert into entries (name) values ('a') returning name", "insert into entries (name) values ('b')", 'select count(*) as count from entries')).rows, [[{ name: 'a' }], [], [{ count: 2 }]] as unknown)
    equal((await batch("insert into entries (name) values ('c')", "insert into entries (name) values ('a')")).code, 'statement_conflict')
    equal((await batch("insert into entries (name) values ('c')", 'drop table entries')).code, 'statement_refused')
    deepEqual((await run`select name from entries order by name`).rows, [{ name: 'a' }, { name: 'b' }])
    await Promise.all(Array.from({ length: 6 }, (_, index) => add({ name: 'sum', amount: 1, key: `sum ${index}` })))
    equal((await add({ name: 'undone', amount: 1, isUndone: true })).code, 'undone')
    equal((await add({ name: 'sum', amount: -100 })).code, 'statement_conflict')
    deepEqual((await run`select name, amount from entries where name in ('sum', 'undone')`).rows, [{ name: 'sum', amount: 6 }])
    const rushes = (await Promise.all(Array.from({ length: 3 }, () => askPlugin<Told[]>(world, pluginId, '/rush', 10)))).flat()
    deepEqual(rushes.map(({ rows }) => rows?.[0]?.['amount']).sort((one, other) => Number(one) - Number(other)), Array.from({ length: 30 }, (_, index) => index + 1))
    await askPlugin(world, pluginId, '/leave', {})
    deepEqual((await run`select count(*) as count from entries where name = 'left open'`).rows, [{ count: 0 }])
    equal((await askPlugin<Told>(world, pluginId, '/crowd', {})).code, 'plugin_over_quota')
    ok((await run`insert into entries (name) values ('left open')`).rows)
  })

  it('have operations done once a transaction is committed, and only then', async () => {
    const told = (): Promise<string[]> => messages(/^(?:told|last):/)
    deepEqual((await add({ name: 'told', amount: 2 })).rows, [{ amount: 2 }])
    equal((await add({ name: 'told', amount: 3, isUndone: true, key: 'never' })).code, 'undone')
    await eventually(told, (all) => all.length > 0)
    // The same key is the same post.
    await add({ name: 'told', amount: 4 })
    await add({ name: 'last', amount: 1 })
    deepEqual(await eventually(told, (all) => all.at(-1) === 'last: 1'), ['told: 2', 'last: 1'])
    deepEqual([(await add({ name: 'x', amount: 1, operation: 'plugins.enable' })).code, (await add({ name: 'x', amount: 1, operation: 'channels.create' })).code], ['unknown_operation', 'capability_denied'])
    equal((await run`select * from rookery_outbox`).code, 'statement_refused')
  })

  it('have operations done after a crash too, and keep those that cannot be done', async () => {
    const { db } = world.server.kernel
    await command(world, pluginsDisable, { pluginId })
    // What was committed when the server died.
    await db.query(sql`insert into plugin_ledger.rookery_outbox (key, operation, input, cause_depth) values ('late', 'posts.create', ${JSON.stringify({ channelId: world.channel.id, message: 'better late' })}, 0),
      ('wrong', 'posts.create', ${JSON.stringify({ channelId: 'nowhere', message: 'lost' })}, 0), ('deep', 'posts.create', ${JSON.stringify({ channelId: world.channel.id, message: 'too deep' })}, 4)`)
    await command(world, pluginsEnable, { pluginId })
    await eventually(messages, (all) => all.at(-1) === 'better late')
    await eventually(() => world.server.kernel.db.value<number>(sql`select count(*) from plugin_ledger.rookery_outbox`), (count) => count === 0)
    const kept = await eventually(() => world.server.kernel.db.any<{ handler: string, key: string }>(sql`select handler, key from plugin_deliveries where plugin_id = ${pluginId} order by key`), (rows) => rows.length === 2)
    deepEqual(kept, [{ handler: 'outbox posts.create', key: 'deep' }, { handler: 'outbox posts.create', key: 'wrong' }])
    await db.query(sql`update plugin_deliveries set attempts = 7 where plugin_id = ${pluginId}`)
    await command(world, pluginsDisable, { pluginId })
    await command(world, pluginsEnable, { pluginId })
    const dead = await eventually(() => command(world, pluginsDeadLetters, { pluginId }), (letters) => letters.length === 2)
    match(dead.map(({ lastError }) => lastError).join(), /channelId/)
  })

  it('show only what whoever asks may read, where they are asked so', async () => {
    const hidden = await world.ada.client.createChannel({ team_id: world.team.id, name: 'hidden', display_name: 'Hidden', type: 'P' } as Channel)
    const open = await world.ada.client.createChannel({ team_id: world.team.id, name: 'open', display_name: 'Open', type: 'O' } as Channel)
    const direct = await world.ada.client.createDirectChannel([world.ada.user.id, world.bob.user.id])
    for (const [name, channelId] of Object.entries({ hidden: hidden.id, open: open.id, direct: direct.id, elsewhere: 'x'.repeat(26) })) await run`insert into entries (name, channel_id) values (${name}, ${channelId})`
    const seen = (person: Person): Promise<string[]> => askPlugin(world, pluginId, '/readable', {}, person)
    deepEqual([await seen(world.ada), await seen(world.bob), await seen(world.stranger), await seen(world.admin)], [['hidden', 'open'], ['open'], [], ['hidden', 'open']])
    await command(world, pluginsSetBinding, { pluginId, binding: { scope: 'channels', ids: [open.id] } })
    deepEqual([await seen(world.ada), await seen(world.admin)], [['open'], ['open']])
    await command(world, pluginsSetBinding, { pluginId, binding: { scope: 'server' } })
  })

  it('have a size that they cannot outgrow, and shrink again', async () => {
    const { db } = world.server.kernel
    const grow = (): Promise<Told> => run`insert into entries (name, data) select gen_random_uuid(), to_jsonb((select string_agg(md5(i::text || j::text), '') from generate_series(1, 30) i)) from generate_series(1, 600) j`
    let told: Told = {}
    for (let round = 0; round < 10 && !told.code; round += 1) told = await grow()
    deepEqual([told.code, told.message], ['plugin_storage_full', 'This plugin has used up its 2 MB of tables.'])
    equal((await run`update entries set amount = 1`).code, 'plugin_storage_full')
    ok((await run`select count(*) from entries`).rows)
    equal((await add({ name: 'x', amount: 1 })).code, 'plugin_storage_full')
    ok((await run`delete from entries`).rows)
    // Tables are packed at most once a minute.
    aheadMs += 60_000
    deepEqual(await run`insert into entries (name) values ('room')`, { rows: [] })
    const bytes = await db.value<number>(sql`select sum(pg_total_relation_size(c.oid))::int8 from pg_class c join pg_namespace n on n.oid = c.relnamespace where nspname = 'plugin_ledger' and relkind = 'r'`)
    ok(bytes < 500_000, String(bytes))
  })

  it('are out of reach from the moment on at which the grant is taken away', async () => {
    await run`insert into entries (name, amount) values ('seed', 0)`
    const watching = askPlugin<{ code: string, count: number }>(world, pluginId, '/watch', {})
    await eventually(() => world.server.kernel.db.value<number>(sql`select amount from plugin_ledger.entries where name = 'seed'`), (amount) => amount > 0)
    await grantPlugin(world, pluginId, ['routes'])
    equal((await watching).code, 'capability_denied')
    deepEqual([(await run`select 1`).code, (await add({ name: 'x', amount: 1 })).code], ['capability_denied', 'capability_denied'])
    await grantPlugin(world, pluginId, ['routes', 'db', 'posts:write'])
    ok((await run`select 1`).rows)
  })
})
