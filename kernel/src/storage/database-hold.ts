import pg from 'pg'
import type { Log } from '../telemetry/index.ts'
import type { PgConnectionOptions } from './connection.ts'
import { DatabaseInUseError } from './errors.ts'

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
const patienceMs = 5_000

/** Holds an advisory lock on a connection of its own: Postgres frees it when this process is gone. */
export const holdDatabase = async ({ connection, log, mode, onLost }: DatabaseHoldOptions): Promise<DatabaseHold> => {
  let isReleased = false
  let timer: NodeJS.Timeout | undefined
  let client: pg.Client | undefined

  const take = async (): Promise<void> => {
    const taken = new pg.Client({ ...connection, keepAlive: true, connectionTimeoutMillis: patienceMs, query_timeout: patienceMs, application_name: 'rookery hold' } as pg.ClientConfig)
    let isHolding = false
    taken.on('error', () => {})
    taken.once('end', () => {
      if (isHolding && !isReleased) retry()
    })
    await taken.connect()
    const statement = mode === 'single' ? 'SELECT pg_try_advisory_lock($1) AS held' : 'SELECT pg_try_advisory_lock_shared($1) AS held'
    const { rows } = await taken.query<{ held: boolean }>(statement, [holdKey])
    if (!rows[0]?.held || isReleased) {
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

  await take()
  return {
    async release() {
      isReleased = true
      clearTimeout(timer)
      await client?.end()
    },
  }
}
