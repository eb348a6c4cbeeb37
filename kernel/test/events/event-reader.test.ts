import { deepEqual, equal, ok } from 'node:assert/strict'
import { settingsChanged, type RookeryEvent } from '@rookery/sdk/protocol'
import { createTestDatabase, type TestDatabase } from '../../../test/harness/postgres.ts'
import { systemClock } from '../../src/clock.ts'
import { createEventReader, createLocalBus, createTail, createWriter, type EventReader, type Tail, type Writer } from '../../src/events/index.ts'
import { createDatabase, sql, type Database, type Transaction } from '../../src/storage/index.ts'
import { createSilentLog } from '../../src/telemetry/index.ts'

const log = createSilentLog()
const wanted = (event: RookeryEvent): string => (event.payload as { names: string[] }).names[0] ?? ''

describe('a reader of the event log', () => {
  let place: TestDatabase
  let db: Database
  let tail: Tail
  let writer: Writer
  before(async () => {
    place = await createTestDatabase()
    db = await createDatabase({ connection: place.connection, log, maximumConnections: 6 })
    const bus = createLocalBus({ log })
    writer = createWriter({ db, bus, clock: systemClock })
    tail = createTail({ db, bus, log })
    await tail.start()
  })
  after(async () => {
    await tail.stop()
    await db.close()
    await place.drop()
  })

  const say = (...names: string[]): Promise<void> => writer.write(async (_transaction, emit) => { for (const name of names) emit(settingsChanged, { names: [name] }, {}) })
  const open = async (take: (names: string[], transaction: Transaction) => Promise<void>): Promise<EventReader> => {
    const reader = createEventReader({
      name: 'test', tail, db, clock: systemClock, log, wants: (event) => event.name === settingsChanged.name && wanted(event) !== 'unwanted',
      take: (transaction, events) => take(events.map(wanted), transaction),
    })
    await reader.start()
    return reader
  }

  it('takes each event once, in order, goes on after a failure, and after a restart where it was', async () => {
    await say('before')
    await tail.settled()
    const taken: string[] = []
    const first = await open(async (names) => { taken.push(...names) })
    await say('one', 'unwanted', 'two')
    await say('three')
    await first.settled()
    deepEqual(taken, ['one', 'two', 'three'])
    await first.stop()
    await say('four')
    await tail.settled()
    let failures = 0
    const again: string[] = []
    const second = await open(async (names, transaction) => {
      await transaction.query(sql`insert into settings (key, value, update_at) values (${names.join(' ')}, 'true', 0)`)
      failures += 1
      if (failures === 1) throw new Error('not yet')
      again.push(...names)
    })
    await second.settled()
    deepEqual(again, ['four'])
    // What a failed attempt wrote is not there: it would have stood in the way of the second.
    equal(failures, 2)
    await second.stop()
  })

  it('reads more than it keeps in memory from the log', async () => {
    const taken: string[] = []
    const reader = await open(async (names) => { taken.push(...names) })
    const names = Array.from({ length: 5000 }, (_, place) => `n${place}`)
    await say(...names)
    await reader.settled()
    while (taken.length < names.length) {
      await new Promise((resolve) => { setTimeout(resolve, 10) })
      await reader.settled()
    }
    deepEqual(taken, names)
    await reader.stop()
    ok(await db.value(sql`select cursor from event_readers where name = 'test'`))
  })
})
