import { deepEqual, ok } from 'node:assert/strict'
import { createTestDatabase } from '../../../test/harness/postgres.ts'
import { createLocalBus, createTail } from '../../src/events/index.ts'
import { createDatabase, migrate, parseConnectionString, sql } from '../../src/storage/index.ts'
import { createSilentLog } from '../../src/telemetry/index.ts'

describe('the tail of the event log', () => {
  it('reads in the order of transactions as numbers, then of rows', async () => {
    const database = await createTestDatabase()
    const connection = parseConnectionString(database.connectionString)
    const log = createSilentLog()
    await migrate({ connection, log })
    const db = await createDatabase({ connection, log })
    for (const [xid, name] of [['100', 'fourth'], ['9', 'first'], ['99', 'third'], ['10', 'second'], ['100', 'fifth']] as const) {
      await db.query(sql`insert into events (xid, at, name, payload, audience) values (${xid}::text::xid8, 0, ${name}, '{}', '{}')`)
    }
    const tail = createTail({ db, bus: createLocalBus({ log }), log })
    const events = await tail.read({ xid: '0', id: 0 }, { xid: '1000', id: 0 }, 10)
    deepEqual(events.map(({ name }) => name), ['first', 'second', 'third', 'fourth', 'fifth'])
    const rest = await tail.read({ xid: '99', id: 0 }, { xid: '100', id: 1 }, 10)
    deepEqual(rest.map(({ name }) => name), ['third', 'fourth'])
    await db.close()
    await database.drop()
  })

  it('tells all events in their order, and reads no more often than its pace allows', async () => {
    const database = await createTestDatabase()
    const connection = parseConnectionString(database.connectionString)
    const log = createSilentLog()
    await migrate({ connection, log })
    const db = await createDatabase({ connection, log })
    const bus = createLocalBus({ log })
    const readings: number[] = []
    const hot: typeof db.hot = (statement) => {
      if (statement.name === 'events_after') readings.push(performance.now())
      return db.hot(statement)
    }
    const tail = createTail({ db: { ...db, hot }, bus, log, idleMs: 60_000 })
    const told: string[] = []
    tail.onEvents((events) => { told.push(...events.map(({ name }) => name)) })
    await tail.start()
    try {
      const names = Array.from({ length: 60 }, (_each, number) => `event-${number}`)
      for (const name of names) {
        await db.query(sql`insert into events (at, name, payload, audience) values (0, ${name}, '{}', '{}')`)
        bus.wake()
      }
      while (told.length < names.length) await new Promise((resolve) => { setTimeout(resolve, 5) })
      deepEqual(told, names)
      // After one event 8 ms, after several more; a timer may be a millisecond early.
      for (const [index, at] of readings.entries()) ok(index === 0 || at - (readings[index - 1] ?? 0) >= 6.5, `reading ${index} began ${at - (readings[index - 1] ?? 0)} ms after the one before`)
    } finally {
      await tail.stop()
      await db.close()
      await database.drop()
    }
  })
})
