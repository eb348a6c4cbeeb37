import { createHash, randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import pg from 'pg'
import { startDebianPostgres } from './debian-postgres.ts'
import { makePassingFolder } from './passing-folder.ts'
import {
  formatConnectionString,
  migrate,
  parseConnectionString,
  readMigrations,
  startEmbeddedPostgres,
  type PgConnectionOptions,
} from '../../kernel/src/storage/index.ts'
import { createSilentLog } from '../../kernel/src/telemetry/index.ts'

export interface TestDatabase {
  readonly connection: PgConnectionOptions
  readonly connectionString: string
  drop(): Promise<void>
}

export interface TestDatabaseOptions {
  /** A database without our tables. */
  empty?: boolean
  /** Other migrations than those of the repository. */
  migrationsFolder?: string
}

/** Spells TEST: several test processes may share one server. */
const templateLockKey = 0x54455354

const createHarness = () => {
  let server: Promise<PgConnectionOptions> | undefined
  const templates = new Map<string, Promise<string>>()
  const connect = async () => administer(await (server ??= startServer()))

  const prepareTemplate = async (folder: string | undefined): Promise<string> => {
    const digest = createHash('sha256')
    for (const { name, sha256 } of await readMigrations(folder)) digest.update(`${name} ${sha256}\n`)
    const template = `rookery_template_${digest.digest('hex').slice(0, 16)}`
    const admin = await connect()
    try {
      await admin.client.query('SELECT pg_advisory_lock($1)', [templateLockKey])
      const { rowCount } = await admin.client.query('SELECT 1 FROM pg_database WHERE datname = $1', [template])
      if (rowCount) return template
      // Renamed when complete: a test process that is killed in between leaves no half template.
      const draft = `${template}_draft`
      await admin.client.query(`DROP DATABASE IF EXISTS ${draft} WITH (FORCE)`)
      await admin.client.query(`CREATE DATABASE ${draft} TEMPLATE template0 ENCODING 'UTF8'`)
      await migrate({ connection: { ...admin.connection, database: draft }, log: createSilentLog(), ...(folder && { folder }) })
      await admin.client.query(`ALTER DATABASE ${draft} RENAME TO ${template}`)
      return template
    } finally {
      await admin.client.end()
    }
  }

  return async ({ empty = false, migrationsFolder }: TestDatabaseOptions = {}): Promise<TestDatabase> => {
    const key = migrationsFolder ?? ''
    const prepared = empty ? 'template0' : (templates.get(key) ?? prepareTemplate(migrationsFolder))
    if (prepared instanceof Promise) templates.set(key, prepared)
    const template = await prepared
    const database = `rookery_test_${randomBytes(8).toString('hex')}`
    const admin = await connect()
    const strategy = empty ? '' : 'STRATEGY file_copy'
    await admin.client.query(`CREATE DATABASE ${database} TEMPLATE ${template} ${strategy}`)
    await admin.client.end()
    const connection = { ...admin.connection, database }
    return {
      connection,
      connectionString: formatConnectionString(connection),
      async drop() {
        const { client } = await connect()
        await client.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`)
        await client.end()
      },
    }
  }
}

const administer = async (connection: PgConnectionOptions) => {
  const client = new pg.Client(connection as pg.ClientConfig)
  client.on('error', () => {})
  await client.connect()
  return { client, connection }
}

const startServer = async (): Promise<PgConnectionOptions> => {
  const url = process.env['TEST_DATABASE_URL']
  if (url) return parseConnectionString(url)
  if (process.env['ROOKERY_TEST_POSTGRES'] === 'debian') {
    const { url: address, folder, processId } = await startDebianPostgres()
    endWithProcess(folder, () => processId)
    return parseConnectionString(address)
  }
  const dataFolder = makePassingFolder('rookery-test-')
  const server = await startEmbeddedPostgres({
    dataFolder,
    log: createSilentLog(),
    durable: false,
    supervise: false,
    settings: { max_connections: '200' },
  })
  endWithProcess(dataFolder, () => server.processId)
  return server.connection
}

const endWithProcess = (folder: string, processId: () => number | undefined): void => {
  process.once('exit', () => {
    const id = processId()
    // Nothing in there is needed any more: no clean shutdown, and children end when their parent is gone.
    if (id) process.kill(id, 'SIGKILL')
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 10 })
  })
}

/**
 * A fresh database with our migrations, on one server per test process: the embedded one, with
 * ROOKERY_TEST_POSTGRES=debian the one of the system, or what TEST_DATABASE_URL names.
 */
export const createTestDatabase = createHarness()
