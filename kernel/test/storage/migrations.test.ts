import { deepEqual, ok, rejects } from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTestDatabase, type TestDatabase } from '../../../test/harness/postgres.ts'
import { createDatabase, MigrationError, migrate, sql } from '../../src/storage/index.ts'
import { createSilentLog } from '../../src/telemetry/index.ts'

const log = createSilentLog()

describe('migrations', () => {
  let folder: string
  let database: TestDatabase
  const write = (name: string, text: string) => writeFile(join(folder, name), text)
  const run = () => migrate({ connection: database.connection, log, folder })

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rookery-migrations-'))
    database = await createTestDatabase({ empty: true })
    await write('0001_birds.sql', 'CREATE TABLE birds (name text); CREATE TABLE nests (place text);')
  })
  afterEach(async () => {
    await database.drop()
    await rm(folder, { recursive: true, force: true })
  })

  it('applies each file once, in order, however many servers start', async () => {
    await write('0002_rooks.sql', "INSERT INTO birds VALUES ('rook');")
    const applied = await Promise.all([run(), run(), run()])
    deepEqual(applied.flat(), ['0001_birds.sql', '0002_rooks.sql'])
    deepEqual(await run(), [])
  })

  it('applies a file wholly or not at all', async () => {
    await write('0002_broken.sql', "INSERT INTO birds VALUES ('crow'); SELECT nonsense;")
    await rejects(run(), /The migration 0002_broken.sql failed and was rolled back: column "nonsense" does not exist/)
    await write('0002_broken.sql', "INSERT INTO birds VALUES ('rook');")
    deepEqual(await run(), ['0002_broken.sql'])
    const db = await createDatabase({ connection: database.connection, log })
    deepEqual(await db.any(sql`SELECT name FROM birds`), [{ name: 'rook' }])
    await db.close()
  })

  it('refuses a changed file, a newer database and a wrong name', async () => {
    await run()
    await write('0001_birds.sql', 'CREATE TABLE birds (name text);')
    await rejects(run(), new MigrationError('The migration 0001_birds.sql was changed after it had been applied; restore the file and add a new migration instead.'))
    await rm(join(folder, '0001_birds.sql'))
    await rejects(run(), /made by a newer release \(it has 0001_birds.sql\)/)
    await write('2_Birds.sql', '')
    await rejects(run(), /is not named NNNN_noun.sql/)
  })

  it('brings an empty database to this release', async () => {
    const applied = await migrate({ connection: database.connection, log })
    ok(applied.includes('0002_due_work.sql'))
  })
})
