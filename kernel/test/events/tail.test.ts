import { deepEqual, equal, ok } from 'node:assert/strict'
import type { RookeryEvent } from '@rookery/sdk/protocol'
import { createTestDatabase } from '../../../test/harness/postgres.ts'
import { createLocalBus, createTail, cursorOf, type Position } from '../../src/events/index.ts'
import { createDatabase, migrate, parseConnectionString, sql } from '../../src/storage/index.ts'
import { createSilentLog } from '../../src/telemetry/index.ts'

/** A log of its own, with the moments at which its tail was read; nothing wakes it but the bus. */
async function openLog() {
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
  return {
    db, bus, tail, readings,
    async close() {
      await tail.stop()
      await db.close()
      await database.drop()
    },
  }
}

describe('the tail of the event log', () => {
  it('reads in the order of transactions as numbers, then of rows', async () => {
    const { db, tail, close } = await openLog()
    for (const [xid, name] of [['100', 'fourth'], ['9', 'first'], ['99', 'third'], ['10', 'second'], ['100', 'fifth']] as const) {
      await db.query(sql`insert into events (xid, at, name, payload, audience) values (${xid}::text::xid8, 0, ${name}, '{}', '{}')`)
    }
    const events = await tail.read({ xid: '0', id: 0 }, { xid: '1000', id: 0 }, 10)
    deepEqual(events.map(({ name }) => name), ['first', 'second', 'third', 'fourth', 'fifth'])
    const rest = await tail.read({ xid: '99', id: 0 }, { xid: '100', id: 1 }, 10)
    deepEqual(rest.map(({ name }) => name), ['third', 'fourth'])
    await close()
  })

  it('tells all events in their order, and reads no more often than its pace allows', async () => {
    const { db, bus, tail, readings, close } = await openLog()
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
      await close()
    }
  })

  it('tells what it is given without reading it where nothing lies between, and reads the log where something may', async () => {
    const { db, bus, tail, readings, close } = await openLog()
    const told: string[] = []
    tail.onEvents((events) => { told.push(...events.map(({ name, cursor }) => `${name} ${cursor}`)) })
    const write = (name: string): Promise<Position> => db.one<{ xid: string, id: number }>(sql`
      insert into events (at, name, payload, audience) values (0, ${name}, '{}', '{}') returning xid::text as xid, id`)
    const give = (name: string, previous: Position, last: Position): void => {
      bus.wake({ events: [{ name, at: 0, payload: {}, audience: {}, cursor: cursorOf(last) } as RookeryEvent], previous, last })
    }
    const toldAll = async (count: number): Promise<void> => { while (told.length < count) await new Promise((resolve) => { setTimeout(resolve, 5) }) }
    await tail.start()
    try {
      const zeroth = await write('zeroth')
      bus.wake()
      await toldAll(1)
      const before = readings.length
      const first = await write('first')
      give('first', zeroth, first)
      await toldAll(2)
      deepEqual([readings.length - before, tail.position()], [0, first])
      // Nobody said a word of the second.
      const second = await write('second')
      const third = await write('third')
      give('third', second, third)
      await toldAll(4)
      equal(readings.length - before, 1)
      // What is given twice is told once, and of several it is not known what lies between them.
      give('third', second, third)
      const fourth = await write('fourth')
      give('fourth', third, fourth)
      const fifth = await write('fifth')
      give('fifth', fourth, fifth)
      await toldAll(6)
      await tail.settled()
      deepEqual(told, [['zeroth', zeroth], ['first', first], ['second', second], ['third', third], ['fourth', fourth], ['fifth', fifth]].map(([name, position]) => `${name as string} ${cursorOf(position as Position)}`))
    } finally {
      await close()
    }
  })
})
