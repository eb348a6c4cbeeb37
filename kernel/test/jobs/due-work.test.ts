import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { createTestDatabase, type TestDatabase } from '../../../test/harness/postgres.ts'
import { createAlarmClock, createDueWork, type AlarmClock, type DueWork, type DueWorkItem, type DueWorkOptions } from '../../src/jobs/index.ts'
import { createDatabase, sql, type Database } from '../../src/storage/index.ts'
import { createSilentLog } from '../../src/telemetry/index.ts'

const log = createSilentLog()

describe('due work', () => {
  let place: TestDatabase
  let db: Database
  let nodes: { alarm: AlarmClock; work: DueWork }[]

  const createNode = (options: Partial<DueWorkOptions> = {}) => {
    const alarm = createAlarmClock({ connection: place.connection, log })
    const work = createDueWork({ db, alarm, log, backOffMs: () => 20, ...options })
    const node = { alarm, work }
    nodes.push(node)
    return node
  }
  const start = async ({ alarm, work }: (typeof nodes)[number]) => {
    await alarm.start()
    await work.start()
  }
  const put = (work: DueWork, key: string, dueAt = Date.now(), payload: unknown = {}) =>
    db.transact((tx) => work.put(tx, { kind: 'reminder', key, dueAt, payload }))
  const left = () => db.value<number>(sql`SELECT count(*) FROM due_work`)

  beforeEach(async () => {
    place = await createTestDatabase()
    db = await createDatabase({ connection: place.connection, log, maximumConnections: 6 })
    nodes = []
  })
  afterEach(async () => {
    for (const { alarm, work } of nodes) {
      await work.stop()
      await alarm.stop()
    }
    await db.close()
    await place.drop()
  })

  it('is done once it is due, with what was put, and removed', async () => {
    const node = createNode()
    const done = collect(node.work, 1)
    await start(node)
    const dueAt = Date.now() + 80
    await put(node.work, 'one', dueAt, { text: 'hello' })
    deepEqual(await done, [{ kind: 'reminder', key: 'one', dueAt, payload: { text: 'hello' }, attempt: 1 }])
    ok(Date.now() >= dueAt - 100)
    await node.alarm.stop()
    equal(await left(), 0)
  })

  it('is not done when its transaction was rolled back or it was removed', async () => {
    const node = createNode()
    const done = collect(node.work, 1)
    await start(node)
    await rejects(db.transact(async (tx) => {
      await node.work.put(tx, { kind: 'reminder', key: 'rolled back', dueAt: Date.now(), payload: null })
      throw new Error('no')
    }))
    await put(node.work, 'removed', Date.now() + 200)
    await db.transact((tx) => node.work.remove(tx, 'reminder', 'removed'))
    await put(node.work, 'kept', Date.now() + 250)
    deepEqual((await done).map(({ key }) => key), ['kept'])
  })

  it('is tried again after a failure, and by the next server after a restart', async () => {
    const node = createNode()
    const attempts: number[] = []
    const done = Promise.withResolvers<void>()
    node.work.on('reminder', async ({ attempt }) => {
      attempts.push(attempt)
      if (attempt < 3) throw new Error('not yet')
      done.resolve()
    })
    await start(node)
    await put(node.work, 'stubborn')
    await done.promise
    deepEqual(attempts, [1, 2, 3])

    await node.work.stop()
    await node.alarm.stop()
    await put(node.work, 'while down')
    const next = createNode()
    const found = collect(next.work, 1)
    await start(next)
    deepEqual((await found).map(({ key }) => key), ['while down'])
  })

  it('is begun again when its server died in the middle', async () => {
    const node = createNode({ leaseMs: 50, sweepIntervalMs: 100 })
    await db.query(sql`INSERT INTO due_work (kind, key, due_at, payload, attempts) VALUES ('reminder', 'half', ${Date.now() + 50}, '{}', 1)`)
    const found = collect(node.work, 1)
    await start(node)
    deepEqual((await found).map(({ key, attempt }) => [key, attempt]), [['half', 2]])
  })

  it('keeps what its own handler put again', async () => {
    const node = createNode()
    let rings = 0
    const done = Promise.withResolvers<void>()
    node.work.on('reminder', async ({ key }) => {
      rings += 1
      if (rings < 3) await put(node.work, key, Date.now() + 5)
      else done.resolve()
    })
    await start(node)
    await put(node.work, 'again')
    await done.promise
    await node.alarm.stop()
    equal(await left(), 0)
  })

  it('is put for several at once, and where it waits already stays as it is', async () => {
    const node = createNode()
    const later = Date.now() + 3_600_000
    const putAll = (entries: readonly [string, number][], keepsPresent = false) => db.transact((transaction) =>
      node.work.putAll(transaction, entries.map(([key, dueAt]) => ({ kind: 'reminder', key, dueAt, payload: { dueAt } })), { keepsPresent }))
    const rows = () => db.any<{ key: string, due: number, said: number }>(sql`SELECT key, due_at AS due, (payload ->> 'dueAt')::bigint AS said FROM due_work ORDER BY key`)
    await putAll([])
    await putAll([['a', later], ['b', later], ['b', later + 1]])
    await putAll([['a', later + 2], ['c', later + 2]], true)
    deepEqual(await rows(), [{ key: 'a', due: later, said: later }, { key: 'b', due: later + 1, said: later + 1 }, { key: 'c', due: later + 2, said: later + 2 }])
    // What is being done at this moment does not know of it.
    await db.query(sql`UPDATE due_work SET attempts = 1`)
    await putAll([['a', later + 3]], true)
    equal((await rows())[0]?.due, later + 3)
    await db.query(sql`DELETE FROM due_work`)
  })

  it('is begun for so many of a kind at a time, and stands in nobody else\'s way', async () => {
    const node = createNode()
    const gates = new Map<string, () => void>()
    const begun: string[] = []
    node.work.on('slow', async ({ key }) => {
      begun.push(key)
      await new Promise<void>((resolve) => { gates.set(key, resolve) })
    }, { isDetached: true, atOnce: 2, leaseMs: 60_000 })
    const found = collect(node.work, 1)
    await start(node)
    await db.transact((transaction) => node.work.putAll(transaction, Array.from({ length: 12 }, (_, place) => ({ kind: 'slow', key: `slow-${place}`, dueAt: Date.now(), payload: {} }))))
    await put(node.work, 'quick')
    deepEqual((await found).map(({ key }) => key), ['quick'])
    while (begun.length < 12) {
      ok(gates.size <= 2)
      for (const [key, open] of [...gates]) { gates.delete(key); open() }
      await new Promise((resolve) => { setTimeout(resolve, 5) })
    }
    for (const open of gates.values()) open()
    await node.work.idle()
    deepEqual([new Set(begun).size, await left()], [12, 0])
  })

  it('of one plugin, however much, leaves room for that of others', async () => {
    const node = createNode()
    await db.query(sql`
      INSERT INTO due_work (kind, key, due_at, payload)
      SELECT 'reminder', 'many ' || n, n, '{"pluginId": "greedy"}'::jsonb FROM generate_series(1, 1000) n UNION ALL SELECT 'reminder', 'one', 2000, '{"pluginId": "modest"}'`)
    const done: string[] = []
    const modest = Promise.withResolvers<void>()
    node.work.on('reminder', async ({ key }) => {
      done.push(key)
      if (key === 'one') modest.resolve()
    })
    // Found by the first look already, though a thousand come before it.
    await start(node)
    await modest.promise
    ok(done.includes('one'))
  })

  it('is shared by two nodes without being done twice', async () => {
    const [first, second] = [createNode(), createNode()]
    const seen: string[] = []
    const all = Promise.withResolvers<void>()
    for (const { work } of [first, second]) {
      work.on('reminder', async ({ key }) => {
        if (seen.push(key) === 20) all.resolve()
      })
    }
    await Promise.all([start(first), start(second)])
    const keys = Array.from({ length: 20 }, (_each, index) => `key-${index}`)
    await Promise.all(keys.map((key) => put(first.work, key)))
    await all.promise
    deepEqual(seen.toSorted(), keys.toSorted())
  })
})

const collect = (work: DueWork, count: number): Promise<DueWorkItem[]> => {
  const items: DueWorkItem[] = []
  const done = Promise.withResolvers<DueWorkItem[]>()
  work.on('reminder', async (item) => {
    if (items.push(item) === count) done.resolve(items)
  })
  return done.promise
}
