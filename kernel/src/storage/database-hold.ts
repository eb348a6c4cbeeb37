import { randomBytes } from 'node:crypto'
import pg from 'pg'
import type { Log } from '../telemetry/index.ts'
import type { PgConnectionOptions } from './connection.ts'
import { DatabaseInUseError, DatabaseUnusableError } from './errors.ts'

export interface DatabaseHoldOptions {
  readonly connection: PgConnectionOptions
  readonly log: Log
  /** A server alone wants the database for itself; nodes that share a Redis share it. */
  readonly mode: 'single' | 'shared'
  /** Called once when the connection was lost and another server took the database meanwhile. */
  onLost?(error: DatabaseInUseError): void
}

export interface DatabaseHold {
  release(): Promise<void>
}

/** Spells ROOK. Plugins and migrations use keys of their own. */
const holdKey = 0x524f4f4b
const retryPauseMs = 500
/** As `server_version_num`. */
const oldestVersion = 150_000
const patienceMs = 5_000

/** Holds an advisory lock on a connection of its own: Postgres frees it when this process is gone. */
export const holdDatabase = async ({ connection, log, mode, onLost }: DatabaseHoldOptions): Promise<DatabaseHold> => {
  /** Under which Postgres knows this holder, and no other. */
  const name = `rookery hold ${randomBytes(6).toString('hex')}`
  let isReleased = false
  let timer: NodeJS.Timeout | undefined
  let client: pg.Client | undefined

  const take = async (): Promise<void> => {
    const taken = new pg.Client({ ...connection, keepAlive: true, connectionTimeoutMillis: patienceMs, query_timeout: patienceMs, application_name: name } as pg.ClientConfig)
    let isHolding = false
    taken.on('error', () => {})
    taken.once('end', () => {
      if (isHolding && !isReleased) retry()
    })
    await taken.connect()
    // Where the network was cut, Postgres may not know yet that the connection before is gone: it is not another server.
    await taken.query('SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = $1 AND pid <> pg_backend_pid()', [name])
    const lock = mode === 'single' ? 'pg_try_advisory_lock' : 'pg_try_advisory_lock_shared'
    const { rows: [found] } = await taken.query<{ held: boolean, version: string, number: number, encoding: string }>(`
      SELECT ${lock}($1) AS held, current_setting('server_version') AS version, current_setting('server_version_num')::int AS number,
        current_setting('server_encoding') AS encoding`, [holdKey])
    const complaint = found && unfit(found)
    if (complaint) {
      await taken.end()
      throw new DatabaseUnusableError(connection, complaint)
    }
    if (!found?.held || isReleased) {
      await taken.end()
      if (!isReleased) throw new DatabaseInUseError(connection.database)
      return
    }
    isHolding = true
    client = taken
  }

  const retry = (): void => {
    client = undefined
    timer = setTimeout(() => {
      take().catch((error: unknown) => {
        if (isReleased) return
        if (!(error instanceof DatabaseInUseError)) return retry()
        log.error(error.message)
        onLost?.(error)
      })
    }, retryPauseMs)
    timer.unref()
  }

  await take().catch((error: unknown) => {
    throw error instanceof DatabaseInUseError || error instanceof DatabaseUnusableError ? error : new DatabaseUnusableError(connection, reasonOf(error), error)
  })
  return {
    async release() {
      isReleased = true
      clearTimeout(timer)
      await client?.end()
    },
  }
}

const unfit = ({ version, number, encoding }: { readonly version: string, readonly number: number, readonly encoding: string }): string | undefined => {
  if (number < oldestVersion) return `it is version ${version}, and ${oldestVersion / 10_000} is the oldest that will do`
  if (encoding !== 'UTF8') return `the database has the encoding ${encoding} and must have UTF8`
  return undefined
}

/** Where a name has several addresses, the error of each is kept inside, and the message is empty. */
const reasonOf = (error: unknown): string => {
  const { message, errors } = error as Error & { errors?: readonly Error[] }
  return message === 'timeout expired' || message === 'Query read timeout' ? 'it does not answer' : message || errors?.[0]?.message || String(error)
}
