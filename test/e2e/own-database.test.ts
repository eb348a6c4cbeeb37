import { deepEqual, match, ok } from 'node:assert/strict'
import { existsSync } from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import { startDebianPostgres, type DebianPostgres } from '../harness/debian-postgres.ts'
import { createServerProcess, type ServerProcess } from '../harness/server-process.ts'
import { playSession } from './scripted-session.ts'

describe('a PostgreSQL of one\'s own', () => {
  let postgres: DebianPostgres
  let server: ServerProcess
  before(async function () {
    this.timeout(60_000)
    postgres = await startDebianPostgres()
    server = await createServerProcess({ environment: { DATABASE_URL: postgres.url } })
  })
  after(async () => {
    await server.remove()
    await postgres.stop()
  })

  it('serves the same session by DATABASE_URL, and refuses a second server on the same database', async function () {
    this.timeout(120_000)
    await playSession({ server, messageCount: 100, say: () => {} })
    ok(!existsSync(path.join(server.dataFolder, 'postgres')))
    await server.start()
    const second = await createServerProcess({ environment: { DATABASE_URL: postgres.url } })
    const refusal: string = await second.start().then(() => 'it started', (error: Error) => error.message)
    match(refusal, /in use by another Rookery server/)
    await second.remove()
  })

  it('ends where another server has the database after its own hold was cut, and is served again when that one is gone', async function () {
    this.timeout(60_000)
    const other = new pg.Client(postgres.url)
    await other.connect()
    // As the other server does it: in the moment in which nobody holds it.
    await other.query("select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name like 'rookery hold%' and datname = current_database()")
    await other.query('select pg_advisory_lock(1380929355)')
    deepEqual([await server.ended(), /in use by another Rookery server/.test(server.output())], [1, true])
    await other.end()
    await server.start()
  })
})
