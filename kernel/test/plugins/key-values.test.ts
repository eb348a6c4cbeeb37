import { deepEqual, equal, ok } from 'node:assert/strict'
import { sql } from '../../src/storage/index.ts'
import { askPlugin, enablePlugin, eventually, grantPlugin } from '../../../test/harness/plugin-actions.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'

interface Told { readonly value?: unknown, readonly code?: string, readonly message?: string }
type Wish = readonly [verb: string, ...words: unknown[]]

describe('Values that a plugin keeps', () => {
  let world: World
  let now = Date.now()
  before(async () => {
    world = await createWorld({ plugins: ['keeper'], clock: { now: () => now } })
    await enablePlugin(world, 'keeper')
  })
  after(() => world.close())
  beforeEach(async () => {
    // The clock stands: a second later all quotas are full again.
    now += 1000
    await world.server.kernel.db.query(sql`delete from plugin_values`)
    await world.server.kernel.db.query(sql`delete from plugin_value_usage`)
  })

  const callAll = (...wishes: readonly Wish[]): Promise<Told[]> => askPlugin<Told[]>(world, 'keeper', '/call', wishes.map(([verb, ...words]) => ({ verb, words })))
  const call = async (...wish: Wish): Promise<Told> => (await callAll(wish))[0] as Told
  const usage = (): Promise<{ keys: number, bytes: number }> => world.server.kernel.db.one(sql`select keys, bytes from plugin_value_usage where plugin_id = 'keeper'`)
  const stored = (): Promise<{ keys: number, bytes: number }> =>
    world.server.kernel.db.one(sql`select count(*) as keys, coalesce(sum(octet_length(key) + octet_length(value)), 0) as bytes from plugin_values where plugin_id = 'keeper'`)

  it('are what was set, each with a revision that grows', async () => {
    const values = [null, true, 0, 'ü \u0000 \ud83d\ude00', { b: 1, a: [1, { c: null }] }, []]
    const told = await callAll(...values.flatMap((value): Wish[] => [['set', 'one', value], ['get', 'one']]))
    const revisions: number[] = []
    values.forEach((value, index) => {
      const { isSet, revision } = told[index * 2]?.value as { isSet: boolean, revision: number }
      ok(isSet && revision > (revisions.at(-1) ?? 0))
      revisions.push(revision)
      deepEqual(told[index * 2 + 1], { value: { value, revision } })
    })
    deepEqual(await callAll(['get', 'two'], ['delete', 'one'], ['get', 'one'], ['delete', 'one']), [{ value: null }, { value: true }, { value: null }, { value: false }])
  })

  it('are set where the revision is as expected, and else not', async () => {
    const [first, absent, stale] = await callAll(['set', 'a', 1, { ifRevision: 'absent' }], ['set', 'a', 2, { ifRevision: 'absent' }], ['set', 'a', 3, { ifRevision: 1 }])
    const { revision } = first?.value as { revision: number }
    deepEqual([first?.value, absent?.value, stale?.value], [{ isSet: true, revision }, { isSet: false, revision }, { isSet: false, revision }])
    const [second, wrong, right, gone] = await callAll(['set', 'a', 4, { ifRevision: revision }], ['delete', 'a', { ifRevision: revision }], ['delete', 'a', { ifRevision: revision + 1 }], ['set', 'a', 5, { ifRevision: revision }])
    deepEqual([(second?.value as { isSet: boolean }).isSet, wrong?.value, right?.value, gone?.value], [true, false, true, { isSet: false, revision: 0 }])
  })

  it('count exactly, whoever counts at the same time', async () => {
    await Promise.all(Array.from({ length: 8 }, () => callAll(...Array.from({ length: 10 }, (): Wish => ['increment', 'votes']))))
    deepEqual(await callAll(['increment', 'votes', { by: -30 }], ['set', 'text', 'x'], ['increment', 'text'], ['set', 'big', Number.MAX_SAFE_INTEGER], ['increment', 'big']).then((told) => told.map(({ value, code = typeof value }) => code)), ['number', 'object', 'invalid_input', 'object', 'invalid_input'])
    equal(((await call('get', 'votes')).value as { value: number }).value, 50)
    const races = await Promise.all(Array.from({ length: 8 }, () => call('set', 'once', 1, { ifRevision: 'absent' })))
    equal(races.filter(({ value }) => (value as { isSet: boolean }).isSet).length, 1)
    deepEqual(await usage(), await stored())
  })

  it('are forgotten when their time has come, and swept', async () => {
    await callAll(['set', 'short', 1, { ttlMs: 1000 }], ['increment', 'visits', { ttlMs: 5000 }], ['set', 'long', 1])
    now += 2000
    deepEqual(await callAll(['get', 'short'], ['increment', 'visits'], ['set', 'short', 2, { ifRevision: 'absent', ttlMs: 1000 }]).then((told) => told.map(({ value }) => value === null || typeof value === 'number' ? value : (value as { isSet: boolean }).isSet)), [null, 2, true])
    now += 4000
    const [visits, list] = await callAll(['get', 'visits'], ['list', { prefix: '' }])
    deepEqual([visits?.value, (list?.value as { entries: { key: string }[] }).entries.map(({ key }) => key)], [null, ['long']])
    equal((await stored()).keys, 3)
    equal(await world.server.kernel.db.value(sql`select sweep_plugin_values(${now}, 1)`), 1)
    equal(await world.server.kernel.db.value(sql`select sweep_plugin_values(${now}, 100)`), 1)
    deepEqual([await usage(), (await stored()).keys], [await stored(), 1])
  })

  it('are listed by prefix, page by page', async () => {
    await callAll(...['poll/1', 'poll/2', 'poll/3', 'polls', 'pol', 'poll/ü', 'poll/%_', '日本'].map((key): Wish => ['set', key, 1]))
    const pages: unknown[] = []
    for (let after: string | null = ''; after !== null;) {
      const { entries, next } = (await call('list', { prefix: 'poll/', limit: 2, after })).value as { entries: { key: string }[], next: string | null }
      pages.push(entries.map(({ key }) => key))
      after = next
    }
    deepEqual(pages, [['poll/%_', 'poll/1'], ['poll/2', 'poll/3'], ['poll/ü']])
    const { entries } = (await call('list', { prefix: '日' })).value as { entries: { key: string }[] }
    deepEqual(entries.map(({ key }) => key), ['日本'])
  })

  it('are read together, in as few calls as their bytes take', async () => {
    await callAll(['set', 'b', 2], ['set', 'a', { one: 1 }], ['set', 'short', 1, { ttlMs: 1000 }])
    now += 2000
    const { statements } = world.server.kernel.db.statistics()
    const [both, none] = await callAll(['getAll', ['b', 'missing', 'a', 'short', 'b']], ['getAll', []])
    const told = both?.value as ({ value: unknown } | null)[]
    deepEqual([told.map((each) => each && each.value), none?.value], [[2, null, { one: 1 }, null, 2], []])
    const few = world.server.kernel.db.statistics().statements - statements
    const keys = Array.from({ length: 5 }, (_, index) => `large ${index}`)
    for (const key of [...keys, 'ü', '\u{1f600}']) await call('set', key, key.startsWith('large') ? 'x'.repeat(200_000) : key)
    now += 1000
    const many = Array.from({ length: 993 }, (_, index) => `missing ${index}`)
    const large = (await call('getAll', ['\u{1f600}', ...keys, 'ü', ...many])).value as ({ value: string } | null)[]
    deepEqual(large.map((each) => each?.value.length ?? 0), [2, ...keys.map(() => 200_000), 1, ...many.map(() => 0)])
    const before = world.server.kernel.db.statistics().statements
    await call('getAll', many)
    ok(world.server.kernel.db.statistics().statements - before <= few, 'however many they are')
    deepEqual((await callAll(['getAll', [...many, ...keys, 'a', 'b', 'c']], ['getAll', ['']], ['getAll', ['ü'.repeat(129)]])).map(({ code }) => code), ['invalid_input', 'invalid_input', 'invalid_input'])
    // What was read counts like what is read one by one: somebody who read a lot waits.
    equal((await callAll(...Array.from({ length: 6 }, (): Wish => ['getAll', keys]))).at(-1)?.code, 'plugin_over_quota')
  })

  it('have bounds: of a key, of a value, of all together', async () => {
    const huge = 'x'.repeat(256 * 1024)
    deepEqual((await callAll(['set', '', 1], ['set', 'a\nb', 1], ['set', 'ü'.repeat(129), 1], ['set', '\ud800', 1], ['set', 'a', huge], ['set', 'a', 1, { ttlMs: 0 }], ['list', { prefix: 'a', limit: 5000 }])).map(({ code }) => code),
      ['invalid_input', 'invalid_input', 'invalid_input', 'invalid_input', 'body_too_large', 'invalid_input', 'invalid_input'])
    const many = await callAll(...Array.from({ length: 60 }, (_, index): Wish => ['set', `key ${index}`, index]))
    equal(many.filter(({ value }) => value).length, 50)
    equal(many.at(-1)?.code, 'plugin_storage_full')
    ok((await call('set', 'key 1', 'another')).value)
    await callAll(...Array.from({ length: 50 }, (_, index): Wish => ['delete', `key ${index}`]))
    now += 1000
    const large: Told[] = []
    for (let index = 0; index < 6; index += 1) large.push(await call('set', `large ${index}`, 'x'.repeat(250_000)))
    deepEqual(large.map(({ code = 'set' }) => code), ['set', 'set', 'set', 'set', 'plugin_storage_full', 'plugin_storage_full'])
    ok((await call('set', 'large 0', 'small')).value)
    ok((await call('set', 'large 4', 'x'.repeat(200_000))).value)
    deepEqual(await usage(), await stored())
  })

  it('can be leased to one holder at a time', async () => {
    const first = await askPlugin<{ fence: number }>(world, 'keeper', '/exclusive', 5000)
    deepEqual(first, { isHeld: true, fence: first.fence, isRenewed: true, isShared: false, isReleased: true, isReleasedTwice: false })
    const held = await Promise.all(Array.from({ length: 8 }, () => askPlugin<{ fence: number }>(world, 'keeper', '/hold', 5000)))
    equal(held.filter(({ fence }) => fence > first.fence).length, 1)
    equal(held.filter(({ fence }) => fence === 0).length, 7)
    now += 6000
    const later = await askPlugin<{ fence: number }>(world, 'keeper', '/hold', 1000)
    ok(later.fence > Math.max(...held.map(({ fence }) => fence)))
    deepEqual(await call('list', { prefix: '' }), { value: { entries: [], next: null } })
  })

  it('are out of reach from the moment on at which the grant is taken away', async () => {
    const counting = askPlugin<{ code: string, count: number }>(world, 'keeper', '/count', {})
    await eventually(() => world.server.kernel.db.maybeOne(sql`select 1 as one from plugin_values where key = 'count'`), (row) => row !== undefined)
    await grantPlugin(world, 'keeper', ['routes'])
    equal((await counting).code, 'capability_denied')
    now += 1000
    deepEqual((await callAll(['get', 'count'], ['set', 'count', 1], ['increment', 'count'], ['delete', 'count'], ['list', { prefix: '' }], ['lease', 'a', { ttlMs: 1000 }])).map(({ code }) => code), Array.from({ length: 6 }, () => 'capability_denied'))
    await grantPlugin(world, 'keeper', ['routes', 'kv'])
    ok((await call('get', 'count')).value)
  })
})
