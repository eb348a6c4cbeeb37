import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import type { Log } from '../telemetry/index.ts'
import type { PgConnectionOptions } from './connection.ts'
import { mapDatabaseError } from './error-mapping.ts'
import { MigrationError } from './errors.ts'

export interface Migration {
  readonly name: string
  readonly sha256: string
  readonly text: string
}

export interface MigrateOptions {
  readonly connection: PgConnectionOptions
  readonly log: Log
  /** Default: the folder that belongs to this code. */
  readonly folder?: string
}

/** Spells MIGR: two servers that start together on a fresh database must not both make it. */
const lockKey = 0x4d494752
const fileName = /^\d{4}_[a-z0-9_]+\.sql$/

/** Beside the kernel in a packed release, at the root of the repository in a checkout. */
export const findMigrationsFolder = (): string => {
  const kernel = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
  const folder = [join(kernel, 'migrations'), join(dirname(kernel), 'migrations')].find((each) => existsSync(each))
  if (!folder) throw new MigrationError('The folder of migrations is missing; the installation is not complete.')
  return folder
}

export const readMigrations = async (folder: string = findMigrationsFolder()): Promise<readonly Migration[]> => {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
  const migrations = await Promise.all(
    names.map(async (name) => {
      if (!fileName.test(name)) throw new MigrationError(`The migration ${name} is not named NNNN_noun.sql.`)
      const text = await readFile(join(folder, name), 'utf8')
      return { name, text, sha256: createHash('sha256').update(text).digest('hex') }
    }),
  )
  const twin = migrations.find((each, index) => index > 0 && each.name.slice(0, 4) === migrations[index - 1]?.name.slice(0, 4))
  if (twin) throw new MigrationError(`Two migrations have the number ${twin.name.slice(0, 4)}.`)
  return migrations
}

/** Brings the schema up to this release and returns the names of what was applied. One query when there is nothing to do. */
export const migrate = async ({ connection, log, folder }: MigrateOptions): Promise<readonly string[]> => {
  const migrations = await readMigrations(folder)
  const client = new pg.Client(connection as pg.ClientConfig)
  client.on('error', () => {})
  try {
    await client.connect()
    if (selectPending(migrations, await selectApplied(client)).length === 0) return []
    await client.query('SELECT pg_advisory_lock($1)', [lockKey])
    // Somebody else may have done it while we waited; closing the connection frees the lock.
    const pending = selectPending(migrations, await selectApplied(client))
    for (const migration of pending) {
      await apply(client, migration)
      log.info('Applied a migration.', { migration: migration.name })
    }
    return pending.map(({ name }) => name)
  } catch (error) {
    throw mapDatabaseError(error)
  } finally {
    await client.end()
  }
}

const selectApplied = async (client: pg.Client): Promise<ReadonlyMap<string, string>> => {
  const { rows } = await client
    .query<{ name: string; sha256: string }>('SELECT name, sha256 FROM schema_migrations ORDER BY name')
    .catch((error: { code?: string }) => {
      if (error.code !== undefinedTable) throw error
      return { rows: [] }
    })
  return new Map(rows.map(({ name, sha256 }) => [name, sha256]))
}

const undefinedTable = '42P01'

const selectPending = (migrations: readonly Migration[], applied: ReadonlyMap<string, string>): readonly Migration[] => {
  const known = new Set(migrations.map(({ name }) => name))
  const unknown = [...applied.keys()].find((name) => !known.has(name))
  if (unknown) {
    throw new MigrationError(`The database was made by a newer release (it has ${unknown}); install that release or restore a backup.`)
  }
  const changed = migrations.find(({ name, sha256 }) => applied.has(name) && applied.get(name) !== sha256)
  if (changed) {
    throw new MigrationError(`The migration ${changed.name} was changed after it had been applied; restore the file and add a new migration instead.`)
  }
  return migrations.filter(({ name }) => !applied.has(name))
}

const apply = async (client: pg.Client, { name, sha256, text }: Migration): Promise<void> => {
  await client.query('BEGIN')
  try {
    await client.query(createLedger)
    await client.query(text)
    await client.query('INSERT INTO schema_migrations (name, sha256) VALUES ($1, $2)', [name, sha256])
    await client.query('COMMIT')
  } catch (cause) {
    await client.query('ROLLBACK').catch(() => {})
    if (mapDatabaseError(cause) !== cause) throw cause
    throw new MigrationError(`The migration ${name} failed and was rolled back: ${(cause as Error).message}`, { cause })
  }
}

const createLedger = `CREATE TABLE IF NOT EXISTS schema_migrations (
  name text PRIMARY KEY,
  sha256 text NOT NULL,
  applied_at bigint NOT NULL DEFAULT (extract(epoch FROM clock_timestamp()) * 1000)::bigint
)`
