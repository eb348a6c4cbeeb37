import { deepEqual, equal, ok, rejects, throws } from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { createTestDatabase, type TestDatabase } from '../../../test/harness/postgres.ts'
import {
  createDatabase,
  DatabaseUnavailableError,
  json,
  RowCountError,
  rows,
  sql,
  startEmbeddedPostgres,
  textArray,
  UniqueViolationError,
  type Database,
} from '../../src/storage/index.ts'
import { createSilentLog } from '../../src/telemetry/index.ts'

const log = createSilentLog()

describe('database', () => {
  let place: TestDatabase
  let db: Database

  beforeEach(async () => {
    place = await createTestDatabase({ empty: true })
    db = await createDatabase({ connectionString: place.connectionString, log, maximumConnections: 4 })
    await db.query(sql`CREATE TABLE birds (name text CONSTRAINT ux_birds_name PRIMARY KEY, seen_at int8, props jsonb)`)
  })
  afterEach(async () => {
    await db.close()
    await place.drop()
  })

  it('reads and writes our kinds of values', async () => {
    await db.query(sql`INSERT INTO birds VALUES (${'rook'}, ${1_800_000_000_000}, ${json({ legs: 2, tail: undefined })})`)
    deepEqual(await db.one(sql`SELECT *, 1.5::numeric AS half, ARRAY[7]::int8[] AS list FROM birds`), {
      name: 'rook',
      seen_at: 1_800_000_000_000,
      props: { legs: 2 },
      half: 1.5,
      list: [7],
    })
    equal(await db.value<number>(sql`SELECT count(*) FROM birds WHERE name = ANY(${textArray(['rook', 'crow'])})`), 1)
    deepEqual(await db.any(sql`SELECT ${json(null)} AS nothing, ${json('text')} AS word`), [
      { nothing: null, word: 'text' },
    ])
    await rejects(db.value(sql`SELECT ${'9007199254740993'}::int8`), /beyond the safe integers/)
  })

  it('answers hot reads while a hot write waits for a lock, and goes on after a connection was lost', async () => {
    const few = await createDatabase({ connectionString: place.connectionString, log, maximumHotConnections: 2 })
    try {
      await few.query(sql`INSERT INTO birds VALUES ('rook', 1, '{}')`)
      const read = { name: 'read_bird', text: 'select seen_at from birds where name = $1', values: ['rook'] }
      const write = { name: 'see_bird', text: 'update birds set seen_at = seen_at + 1 where name = $1 returning seen_at', values: ['rook'], writes: true } as const
      const reads = (count: number): Promise<unknown[]> => Promise.all(Array.from({ length: count }, () => few.hot(read)))
      let isWritten = false
      let writing: Promise<unknown> = Promise.resolve()
      await few.transact(async (transaction) => {
        await transaction.query(sql`SELECT 1 FROM birds WHERE name = 'rook' FOR UPDATE`)
        writing = few.hot(write).then((found) => { isWritten = true; return found })
        // More than there are connections: one behind the write would never come back, for this transaction waits for it.
        deepEqual(await reads(20), Array.from({ length: 20 }, () => [{ seen_at: 1 }]))
        equal(isWritten, false);
      })
     ; deepEqual(await writing, [{ seen_at: 2 }])
      await rejects(few.hot({ name: 'wrong', text: 'select 1 / $1::int', values: [0] }), /division by zero/)
     ; const lost = Promise.allSettled(Array.from({ length: 4 }, () => few.hot({ name: 'sleep', text: 'select pg_sleep($1)', values: [20] })))
      for (let ended = 0; ended < 2;) ended += (await db.any(sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'select pg_sleep%' AND state = 'active'`)).length
     ; for (const { status, reason } of (await lost) as PromiseRejectedResult[]) ok(status === 'rejected' && reason instanceof DatabaseUnavailableError)
      equal((await reads(20)).length, 20);
    } finally {
      await few.close()
    }
  })

  it('takes many rows in one statement', async () => {
    const list = [{ name: 'rook', seenAt: 1, props: { a: [1] } }, { name: 'crow', seenAt: null, props: {} }]
    const { rowCount } = await db.query(sql`
      INSERT INTO birds SELECT * FROM ${rows(list, { name: 'text', seenAt: 'int8', props: 'jsonb' })}`)
    equal(rowCount, 2)
    deepEqual(await db.any(sql`SELECT * FROM birds ORDER BY name`), [
      { name: 'crow', seen_at: null, props: {} },
      { name: 'rook', seen_at: 1, props: { a: [1] } },
    ])
  })

  it('refuses undefined before it reaches the database', () => {
    const missing = undefined as unknown as string
    throws(() => sql`SELECT * FROM birds WHERE name = ${missing}`, /given undefined after "birds WHERE name ="/)
    throws(() => json(undefined), /use null/)
    throws(() => textArray([missing]), /Element 0/)
    throws(() => rows([{ name: missing }], { name: 'text' }), /Element 0/)
  })

  it('says how many rows there were when that is not as expected', async () => {
    equal(await db.maybeOne(sql`SELECT 1 WHERE false`), undefined)
    await rejects(db.one(sql`SELECT 1 WHERE false`), new RowCountError('exactly one', 0))
    await rejects(db.maybeOne(sql`SELECT * FROM generate_series(1, 2)`), RowCountError)
  })

  it('names the constraint of a duplicate, in and out of a transaction, ordinary and hot', async () => {
    const insert = { name: 'insert_bird', text: 'INSERT INTO birds (name) VALUES ($1)', values: ['rook'] }
    await db.hot(insert)
    const isDuplicate = (error: unknown) => error instanceof UniqueViolationError && error.constraint === 'ux_birds_name'
    await rejects(db.hot(insert), isDuplicate)
    await rejects(db.query(sql`INSERT INTO birds (name) VALUES ('rook')`), isDuplicate)
    await rejects(db.transact((tx) => tx.query(sql`INSERT INTO birds (name) VALUES ('rook')`)), isDuplicate)
    await rejects(db.transact((tx) => tx.hot(insert)), isDuplicate)
  })

  it('takes no statement that is refused for a connection that is lost', async () => {
    const lines: string[] = []
    const other = await createDatabase({ connectionString: place.connectionString, log: { ...log, warn: (line) => { lines.push(line) } }, maximumConnections: 1 })
    const insert = sql`INSERT INTO birds VALUES ('jay')`
    await other.query(insert)
    await rejects(other.query(insert), UniqueViolationError)
    await rejects(other.transact((transaction) => transaction.query(insert)), UniqueViolationError)
    deepEqual(lines, [])
    await db.query(sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`)
    await rejects(other.transact((transaction) => transaction.query(sql`SELECT pg_terminate_backend(pg_backend_pid())`)))
    deepEqual([...new Set(lines)], ['A database connection was lost.'])
    await other.close()
  })

  it('commits or rolls back as a whole, and tells afterwards', async () => {
    const told: string[] = []
    await rejects(
      db.transact(async (tx) => {
        tx.onCommit(() => told.push('never'))
        await tx.query(sql`INSERT INTO birds (name) VALUES ('rook')`)
        throw new Error('no')
      }),
      /^Error: no$/,
    )
    equal(await db.value(sql`SELECT count(*) FROM birds`), 0)
    const result = await db.transact(async (tx) => {
      tx.onCommit(() => told.push('committed'))
      deepEqual(await tx.hot({ name: 'select_two', text: 'SELECT $1::int8 + 1 AS two, $2::text[] AS list', values: [1, ['a']] }), [{ two: 2, list: ['a'] }])
      deepEqual(told, [])
      return 'done'
    })
    deepEqual([result, told], ['done', ['committed']])
  })

  it('tries a transaction again after a deadlock', async () => {
    await db.query(sql`INSERT INTO birds (name) VALUES ('rook'), ('crow')`)
    const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const
    let attempts = 0
    const visit = (own: 0 | 1, first: string, second: string) =>
      db.transact(async (tx) => {
        attempts += 1
        await tx.query(sql`UPDATE birds SET seen_at = 1 WHERE name = ${first}`)
        gates[own].resolve()
        await gates[1 - own]?.promise
        await tx.query(sql`UPDATE birds SET seen_at = 2 WHERE name = ${second}`)
      })
    await Promise.all([visit(0, 'rook', 'crow'), visit(1, 'crow', 'rook')])
    // The one that gives way may be back before the other goes on, and meet it again.
    ok(attempts >= 3, String(attempts))
  })

  it('counts statements', async () => {
    const before = db.statistics().statements
    await db.any(sql`SELECT 1`)
    await db.hot({ name: 'select_one', text: 'SELECT 1', values: [] })
    await db.transact((tx) => tx.any(sql`SELECT 1`))
    equal(db.statistics().statements - before, 3)
  })

  it('recovers when all its connections are ended', async () => {
    const admin = await createDatabase({ connection: place.connection, log, maximumConnections: 1 })
    const hot = { name: 'select_one', text: 'SELECT 1::int8 AS one', values: [] }
    await Promise.all([db.any(sql`SELECT 1`), db.any(sql`SELECT 1`), db.hot(hot), db.hot(hot)])
    const waiting = db.any(sql`SELECT pg_sleep(60)`)
    const refused = rejects(waiting, DatabaseUnavailableError)
    await until(async () => (await admin.value<number>(sql`SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()`)) === 1)
    await admin.query(sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`)
    await refused
    await until(() => db.hot(hot).then(() => true, assertUnavailable))
    await until(() => db.any(sql`SELECT 1`).then(() => true, assertUnavailable))
    await admin.close()
  })
})

describe('database on a Postgres that comes and goes', () => {
  it('answers "not available" while it is away, and works again', async () => {
    const dataFolder = await mkdtemp(join(tmpdir(), 'rookery-away-'))
    let postgres = await startEmbeddedPostgres({ dataFolder, log, supervise: false })
    const db = await createDatabase({ connection: postgres.connection, log })
    const hot = { name: 'select_one', text: 'SELECT 1::int8 AS one', values: [] }
    try {
      await Promise.all([db.any(sql`SELECT 1`), db.hot(hot)])
      await postgres.stop()
      await rejects(db.any(sql`SELECT 1`), DatabaseUnavailableError)
      await rejects(db.hot(hot), DatabaseUnavailableError)
      await rejects(db.transact((tx) => tx.any(sql`SELECT 1`)), DatabaseUnavailableError)
      await rejects(createDatabase({ connection: postgres.connection, log }), DatabaseUnavailableError)
      postgres = await startEmbeddedPostgres({ dataFolder, log, supervise: false })
      await until(() => db.any(sql`SELECT 1`).then(() => true, assertUnavailable))
      await until(() => db.hot(hot).then(() => true, assertUnavailable))
      await db.transact((tx) => tx.any(sql`SELECT 1`))
    } finally {
      await db.close()
      await postgres.stop()
      await rm(dataFolder, { recursive: true, force: true })
    }
  })
})

const assertUnavailable = (error: unknown): false => {
  if (error instanceof DatabaseUnavailableError) return false
  throw error
}

// What another process's sessions do has no event.
const until = async (check: () => Promise<boolean>): Promise<void> => {
  while (!(await check())) await wait(5)
}
