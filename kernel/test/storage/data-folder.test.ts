import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { linkToDatabase } from '../../../test/harness/database-link.ts'
import { eventually } from '../../../test/harness/plugin-actions.ts'
import { createTestDatabase, type TestDatabase } from '../../../test/harness/postgres.ts'
import { createDatabase, DatabaseInUseError, DatabaseUnusableError, DataFolderInUseError, holdDatabase, openDataFolder, parseConnectionString, sql } from '../../src/storage/index.ts'
import { createSilentLog } from '../../src/telemetry/index.ts'

describe('data folder', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rookery-folder-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('is held by one server at a time', async () => {
    const path = join(folder, 'data')
    const held = await openDataFolder(path)
    equal((await stat(path)).mode & 0o066, 0)
    await rejects(openDataFolder(path), (error: Error) => {
      equal(error instanceof DataFolderInUseError, true)
      equal(error.message, `The data folder ${path} is in use by another Rookery server (process ${process.pid}); stop that one or give this one a folder of its own.`)
      return true
    })
    await held.release()
    await (await openDataFolder(path)).release()
  })

  it('is free again when its holder was killed', async () => {
    const module = new URL('../../src/storage/index.ts', import.meta.url).href
    const program = `
      const { openDataFolder } = await import(${JSON.stringify(module)})
      await openDataFolder(${JSON.stringify(folder)})
      console.log('held')
      setInterval(() => {}, 1000)`
    const holder = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(holder.stdout, 'data')
    await rejects(openDataFolder(folder), DataFolderInUseError)
    holder.kill('SIGKILL')
    await once(holder, 'exit')
    await (await openDataFolder(folder)).release()
  })
})

describe('hold on a database', () => {
  const log = createSilentLog()
  let database: TestDatabase
  beforeEach(async () => {
    database = await createTestDatabase({ empty: true })
  })
  afterEach(() => database.drop())

  it('lets one single server in, and several that share', async () => {
    const { connection } = database
    const single = await holdDatabase({ connection, log, mode: 'single' })
    await rejects(holdDatabase({ connection, log, mode: 'single' }), DatabaseInUseError)
    await rejects(holdDatabase({ connection, log, mode: 'shared' }), /is in use by another Rookery server; stop that one/)
    await single.release()
    const shared = await Promise.all([holdDatabase({ connection, log, mode: 'shared' }), holdDatabase({ connection, log, mode: 'shared' })])
    await rejects(holdDatabase({ connection, log, mode: 'single' }), DatabaseInUseError)
    for (const each of shared) await each.release()
  })

  it('says where the database is and why it cannot be used', async () => {
    const { connection } = database
    const refused = (changed: Partial<typeof connection>) => rejects(holdDatabase({ connection: { ...connection, ...changed }, log, mode: 'single' }), (error) => {
      ok(error instanceof DatabaseUnusableError)
      match(error.message, /^The PostgreSQL at \S+ cannot be used: \S.*\S\.$/)
      reasons.push(error.message.replace(/^.*used: /, ''))
      return true
    })
    const reasons: string[] = []
    const silent = createServer(() => {})
    silent.listen(0, '127.0.0.1')
    await once(silent, 'listening')
    // A name with several addresses has an error for each.
    await refused({ host: 'localhost', port: 1 })
    await refused({ password: 'wrong' })
    await refused({ database: 'nowhere' })
    await refused({ host: '127.0.0.1', port: (silent.address() as AddressInfo).port })
    silent.close()
    const client = new pg.Client(connection as pg.ClientConfig)
    await client.connect()
    await client.query(`CREATE DATABASE rookery_latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'`)
    await refused({ database: 'rookery_latin' })
    await client.query('DROP DATABASE rookery_latin')
    await client.end()
    deepEqual(reasons.map((reason) => reason.replace(/connect ECONNREFUSED [^ ]+:1/, 'refused').replace(/user "\w+"/, 'user')), [
      'refused.', 'password authentication failed for user.', 'database "nowhere" does not exist.', 'it does not answer.',
      'the database has the encoding LATIN1 and must have UTF8.',
    ])
  })

  it('takes the database again after its connection was lost, or tells that another has it', async () => {
    const { connection } = database
    const lost = Promise.withResolvers<Error>()
    const first = await holdDatabase({ connection, log, mode: 'single', onLost: lost.resolve })
    const db = await createDatabase({ connection, log, maximumConnections: 1 })
    await db.query(sql`SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name like 'rookery hold%' AND datname = current_database()`)
    const second = await holdDatabase({ connection, log, mode: 'single' })
    equal((await lost.promise) instanceof DatabaseInUseError, true)
    await db.close()
    await second.release()
    await first.release()
  })

  it('is not taken for another by itself where Postgres does not know yet that its connection is gone', async () => {
    const { connection } = database
    const link = await linkToDatabase(database)
    const lost = Promise.withResolvers<Error>()
    const first = await holdDatabase({ connection: parseConnectionString(link.connectionString), log, mode: 'single', onLost: lost.resolve })
    const db = await createDatabase({ connection, log, maximumConnections: 1 })
    const holders = async (): Promise<number[]> => (await db.any<{ pid: number }>(sql`
      select a.pid from pg_stat_activity a join pg_locks l on l.pid = a.pid and l.locktype = 'advisory' and l.granted
      where a.application_name like 'rookery hold%' and a.datname = current_database()`)).map(({ pid }) => pid)
    const [before] = await holders()
    link.abandon()
    const after = await Promise.race([eventually(holders, (all) => all.length === 1 && all[0] !== before), lost.promise])
    equal(Array.isArray(after), true, String(after))
    await rejects(holdDatabase({ connection, log, mode: 'single' }), DatabaseInUseError)
    await db.close()
    await first.release()
    await link.close()
  })
})
