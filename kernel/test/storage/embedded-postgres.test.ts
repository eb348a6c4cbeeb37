import { deepEqual, doesNotMatch, equal, ok, rejects } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { startEmbeddedPostgres, type EmbeddedPostgres, type PgConnectionOptions } from '../../src/storage/index.ts'
import { createSilentLog } from '../../src/telemetry/index.ts'

const log = createSilentLog()

describe('embedded PostgreSQL', () => {
  let folder: string
  let running: EmbeddedPostgres[]

  const start = async (dataFolder: string, supervise = false) => {
    const postgres = await startEmbeddedPostgres({ dataFolder, log, supervise })
    running.push(postgres)
    return postgres
  }

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rookery-embedded-'))
    running = []
  })

  afterEach(async () => {
    for (const postgres of running) await postgres.stop()
    await rm(folder, { recursive: true, force: true })
  })

  it('makes a cluster once, keeps what was written and starts again', async () => {
    const first = await start(folder)
    await query(first.connection, 'CREATE TABLE kept AS SELECT 7 AS number')
    await first.stop()
    deepEqual(await first.exited, { code: 0, signal: null })

    const second = await start(folder)
    deepEqual(await query(second.connection, 'SELECT number FROM kept'), [{ number: 7 }])
  })

  it('listens on a unix socket only, with a password that nobody else can read', async () => {
    const { connection } = await start(folder)
    deepEqual(
      await query(connection, "SELECT current_setting('listen_addresses') AS listen, current_setting('fsync') AS fsync, current_setting('server_encoding') AS encoding"),
      [{ listen: '', fsync: 'on', encoding: 'UTF8' }],
    )
    equal((await stat(join(folder, 'postgres', 'password'))).mode & 0o777, 0o600)
    equal((await stat(join(folder, 'postgres', 'cluster'))).mode & 0o777, 0o700)
    equal((await stat(connection.host)).mode & 0o777, 0o700)
    await rejects(query({ ...connection, password: 'guess' }, 'SELECT 1'), /password authentication failed/)
  })

  it('finds a short place for the socket when the path of the data folder is long', async () => {
    const deep = join(folder, 'a'.repeat(60), 'b'.repeat(60))
    await mkdir(deep, { recursive: true })
    const postgres = await start(deep)
    ok(postgres.connection.host.length < 80)
    deepEqual(await query(postgres.connection, 'SELECT 1 AS one'), [{ one: 1 }])
    await postgres.stop()
    await rejects(stat(postgres.connection.host), { code: 'ENOENT' })
  })

  it('runs in a folder that the user nobody cannot reach', async () => {
    // mkdtemp makes 0700 folders; the data folder is below one that stays closed.
    const postgres = await start(join(folder, 'data'))
    deepEqual(await query(postgres.connection, 'SELECT 1 AS one'), [{ one: 1 }])
    equal((await stat(folder)).mode & 0o777, 0o700)
  })

  it('stops a Postgres that an earlier server left behind', async () => {
    const orphan = await start(folder)
    await query(orphan.connection, 'CREATE TABLE kept AS SELECT 7 AS number')
    const next = await start(folder)
    deepEqual(await orphan.exited, { code: 0, signal: null })
    deepEqual(await query(next.connection, 'SELECT number FROM kept'), [{ number: 7 }])
  })

  it('is not led astray by a pid file that names a stranger', async () => {
    await (await start(folder)).stop()
    const stranger = spawn('sleep', ['100'])
    await once(stranger, 'spawn')
    try {
      await writeFile(join(folder, 'postgres', 'cluster', 'postmaster.pid'), `${stranger.pid}\n`)
      await start(folder)
      equal(stranger.exitCode, null)
    } finally {
      stranger.kill()
    }
  })

  it('ends with its server, also when that is killed', async () => {
    const module = new URL('../../src/storage/index.ts', import.meta.url).href
    const program = `
      const { startEmbeddedPostgres } = await import(${JSON.stringify(module)})
      const silent = () => {}
      const { processId } = await startEmbeddedPostgres({ dataFolder: ${JSON.stringify(folder)}, log: { info: silent, warn: silent, error: silent } })
      console.log(processId)
      setInterval(silent, 1000)`
    const server = spawn(process.execPath, ['--input-type=module', '-e', program], { cwd: '/', stdio: ['ignore', 'pipe', 'inherit'] })
    await once(server.stdout, 'data')
    server.kill('SIGKILL')
    await once(server, 'exit')
    const next = await start(folder)
    deepEqual(await query(next.connection, 'SELECT 1 AS one'), [{ one: 1 }])
    doesNotMatch(await readFile(join(folder, 'postgres', 'postgres.log'), 'utf8'), /was interrupted|not properly shut down/)
  })

  it('starts when server and Postgres were both killed, and nothing is lost', async () => {
    const first = await start(folder)
    await query(first.connection, 'CREATE TABLE kept AS SELECT 7 AS number')
    process.kill(first.processId as number, 'SIGKILL')
    const next = await start(folder)
    deepEqual(await query(next.connection, 'SELECT number FROM kept'), [{ number: 7 }])
  })

  it('is started again when it dies by itself', async () => {
    const postgres = await start(folder, true)
    const before = postgres.processId as number
    await query(postgres.connection, 'CREATE TABLE kept AS SELECT 7 AS number')
    const started = new Promise<void>((resolve) => postgres.onStart(resolve))
    process.kill(before, 'SIGKILL')
    await started
    ok(postgres.processId !== before)
    deepEqual(await query(postgres.connection, 'SELECT number FROM kept'), [{ number: 7 }])
  })

  it('refuses a cluster of another major version with one sentence', async () => {
    await (await start(folder)).stop()
    await writeFile(join(folder, 'postgres', 'cluster', 'PG_VERSION'), '15\n')
    await rejects(start(folder), /was written by PostgreSQL 15 and this release brings PostgreSQL 18/)
  })
})

const query = async (connection: PgConnectionOptions, text: string): Promise<unknown[]> => {
  const client = new pg.Client(connection as pg.ClientConfig)
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}
