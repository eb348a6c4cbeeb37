import { deepEqual, equal, ok } from 'node:assert/strict'
import { createTestDatabase } from '../../../test/harness/postgres.ts'
import { createTestClock } from '../../src/clock.ts'
import { createLocalBus, createPartitions, createTail, createWriter, cursorOf, parseCursor } from '../../src/events/index.ts'
import { createDatabase, migrate, parseConnectionString, sql, type Database } from '../../src/storage/index.ts'
import { createLog } from '../../src/telemetry/index.ts'
import { userCreated } from '@rookery/sdk/protocol'

const dayMs = 86_400_000

describe('the days of the event log', () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>
  let db: Database
  const complaints: string[] = []
  const log = createLog({ format: 'human', level: 'warn', write: (line) => { complaints.push(line) } })
  const clock = createTestClock(Date.UTC(2030, 0, 1, 12))
  beforeEach(async () => {
    database = await createTestDatabase()
    const connection = parseConnectionString(database.connectionString)
    await migrate({ connection, log })
    db = await createDatabase({ connection, log })
  })
  afterEach(async () => {
    await db.close()
    await database.drop()
  })

  const days = async (): Promise<string[]> => (await db.any<{ name: string }>(sql`
    select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'events'::regclass order by 1`)).map(({ name }) => name)
  const rowsOf = async (): Promise<[string, number][]> => (await db.any<{ place: string, count: number }>(sql`
    select tableoid::regclass::text as place, count(*)::int as count from events group by 1 order by 1`)).map(({ place, count }) => [place, count])

  it('makes days ahead, moves there what came before them, and drops them after a week', async () => {
    const bus = createLocalBus({ log })
    const writer = createWriter({ db, bus, clock })
    const partitions = createPartitions({ db, clock, log })
    const write = (): Promise<void> => writer.write(async (_transaction, emit) => { emit(userCreated, { user: {} } as never, {}) })
    await write()
    deepEqual(await rowsOf(), [['events_other', 1]])
    await partitions.maintain()
    await partitions.maintain()
    await write()
    deepEqual(await days(), ['events_20300101', 'events_20300102', 'events_20300103', 'events_other'])
    deepEqual(await rowsOf(), [['events_20300101', 2]])

    clock.advance(2 * dayMs)
    await write()
    await partitions.maintain()
    deepEqual(await rowsOf(), [['events_20300101', 2], ['events_20300103', 1]])

    const tail = createTail({ db, bus, log })
    await tail.start()
    const [first, last] = await tail.read({ xid: '0', id: 0 }, tail.position(), 10)
    const before = parseCursor(first?.cursor ?? '') as NonNullable<ReturnType<typeof parseCursor>>
    ok(await tail.reaches(before))
    ok(last)
    clock.advance(5 * dayMs)
    await partitions.maintain()
    ok((await days()).includes('events_20300101'), 'seven whole days are kept')
    clock.advance(dayMs)
    await partitions.maintain()
    ok(!(await days()).includes('events_20300101'))
    deepEqual(await rowsOf(), [['events_20300103', 1]])
    // Who stood in what was dropped has to read anew; who stood behind it goes on.
    equal(await tail.reaches(before), false)
    ok(await tail.reaches(tail.position()))
    equal(await tail.reaches({ ...tail.position(), xid: '999999999999' }), false)
    equal(parseCursor(cursorOf(tail.position()))?.xid, tail.position().xid)
    await tail.stop()
  })

  it('takes events of days that nobody made, and forgets them in time as well', async () => {
    const writer = createWriter({ db, bus: createLocalBus({ log }), clock })
    const partitions = createPartitions({ db, clock, log })
    await partitions.maintain()
    clock.advance(-30 * dayMs)
    await writer.write(async (_transaction, emit) => { emit(userCreated, { user: {} } as never, {}) })
    deepEqual(await rowsOf(), [['events_other', 1]])
    clock.advance(30 * dayMs)
    await partitions.maintain()
    deepEqual(await rowsOf(), [])
  })

  it('names the transaction for which events wait', async () => {
    const bus = createLocalBus({ log })
    const writer = createWriter({ db, bus, clock })
    const tail = createTail({ db, bus, log, idleMs: 20, patienceMs: 30 })
    await tail.start()
    complaints.length = 0
    let end = (): void => {}
    const holding = new Promise<void>((resolve) => { end = resolve })
    let tellBegun = (): void => {}
    const begun = new Promise<void>((resolve) => { tellBegun = resolve })
    const holder = db.transact(async (transaction) => {
      await transaction.query(sql`select pg_current_xact_id() as holding_the_horizon`)
      tellBegun()
      await holding
    })
    await begun
    await writer.write(async (_transaction, emit) => { emit(userCreated, { user: {} } as never, {}) })
    while (complaints.length === 0) await new Promise((resolve) => { setTimeout(resolve, 10) })
    ok(complaints[0]?.includes('holding_the_horizon'))
    end()
    await holder
    await tail.settled()
    await tail.stop()
  })
})
