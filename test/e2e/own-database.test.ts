import { match, ok } from 'node:assert/strict'
import { existsSync } from 'node:fs'
import path from 'node:path'
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
})
