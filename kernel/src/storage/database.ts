import pg from 'pg'
import { createPool, type CommonQueryMethods, type DatabasePool } from 'slonik'
import { createBoundedQueue } from '../bounded-queue.ts'
import type { Log } from '../telemetry/index.ts'
import { formatConnectionString, parseConnectionString, type PgConnectionOptions } from './connection.ts'
import { mapDatabaseError } from './error-mapping.ts'
import { DatabaseUnavailableError } from './errors.ts'
import { createLanes } from './lanes.ts'
import { createPatientDriver } from './patient-driver.ts'
import { createQueries, type HotStatement, type Queries } from './queries.ts'
import { sql, type SqlQuery } from './sql.ts'
import { pgTypes, slonikTypeParsers } from './type-parsers.ts'

export interface DatabaseOptions {
  /** One of the two. */
  readonly connection?: PgConnectionOptions
  readonly connectionString?: string
  readonly log: Log
  /** Of the pool for ordinary statements (default 16). */
  readonly maximumConnections?: number
  /** Of the pool for hot statements (default 4). */
  readonly maximumHotConnections?: number
  /** The server ends what takes longer (default 10,000). */
  readonly statementTimeoutMs?: number
}

export interface Transaction extends Queries {
  /** Runs after the commit and outside the transaction, in order; not at all when it is rolled back. */
  onCommit(callback: () => void): void
}

export interface DatabaseStatistics {
  /** Statements since the start, BEGIN and COMMIT left out. */
  readonly statements: number
  readonly transactions: number
}

export interface Database extends Queries {
  readonly connection: PgConnectionOptions
  /**
   * Read committed. Runs the handler again, at most three times, after a deadlock or a serialization failure: it must
   * not act on the world; that is what `onCommit` is for. Statements on the database itself are refused inside.
   */
  transact<Result>(handler: (transaction: Transaction) => Promise<Result>): Promise<Result>
  statistics(): DatabaseStatistics
  close(): Promise<void>
}

const defaultStatementTimeoutMs = 10_000
const connectTimeoutMs = 5_000
const idleTimeoutMs = 60_000
/** What the server may take to tell that it ended a statement; beyond, the link is dead. */
const silenceAfterMs = 2_000
/** How long a connection that is given up may take to end. */
const partingMs = 1_000
/** Statements and transactions that wait for a connection. */
const maximumWaiting = 10_000
const attempts = 4

export const createDatabase = async (options: DatabaseOptions): Promise<Database> => {
  const { log, maximumConnections = 16, maximumHotConnections = 4, statementTimeoutMs = defaultStatementTimeoutMs } = options
  const connection = options.connection ?? parseConnectionString(required(options.connectionString))
  const counters = { statements: 0, transactions: 0 }
  const silenceMs = statementTimeoutMs + silenceAfterMs
  // Slonik tells the pool of every statement that fails, a duplicate too; those are told to who asked.
  const warn = (error: Error) => {
    if (mapDatabaseError(error) instanceof DatabaseUnavailableError) log.warn('A database connection was lost.', { reason: error.message })
  }

  const pool = await guard(() => openPool(connection, maximumConnections, statementTimeoutMs, silenceMs))
  pool.on('error', warn)
  // A hot statement is planned once per connection, perhaps while its tables are almost empty: a scan of a whole table
  // looks cheapest then and becomes slower with every row. Each of them has an index that serves it.
  const hotPool = new pg.Pool({
    ...(connection as pg.PoolConfig),
    max: maximumHotConnections,
    types: pgTypes as pg.PoolConfig['types'],
    statement_timeout: statementTimeoutMs,
    query_timeout: silenceMs,
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: idleTimeoutMs,
    pipeline: true,
    onConnect: async (client) => { await client.query('set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off; set plan_cache_mode = force_generic_plan') },
  } as pg.PoolConfig)
  hotPool.on('error', warn)
  const lanes = createLanes({ pool: hotPool, maximumLanes: maximumHotConnections, patienceMs: connectTimeoutMs })

  const runOn = (target: CommonQueryMethods) => (query: SqlQuery) => {
    counters.statements += 1
    return guard(async () => {
      const { rows, rowCount } = await target.query(query)
      return { rows: rows as readonly unknown[], rowCount }
    })
  }
  // As many as there are connections, so that nobody waits inside of slonik, which has no end of waiting.
  const places = createBoundedQueue({ concurrency: maximumConnections, maximumQueue: maximumWaiting, typicalTaskMs: 1, maximumWaitMs: connectTimeoutMs })
  const inPlace = async <Result>(action: () => Promise<Result>): Promise<Result> => {
    let hasBegun = false
    try {
      return await places.run(() => { hasBegun = true; return action() })
    } catch (error) {
      throw hasBegun ? error : new DatabaseUnavailableError(error)
    }
  }
  const runPooled = runOn(pool)
  const queries = createQueries({
    run: (query) => inPlace(() => runPooled(query)),
    runHot: (statement) => {
      counters.statements += 1
      return guard(() => lanes.run(statement))
    },
  })

  return {
    ...queries,
    connection,
    async transact<Result>(handler: (transaction: Transaction) => Promise<Result>): Promise<Result> {
      counters.transactions += 1
      let callbacks: (() => void)[] = []
      const result = await inPlace(() => guard(() =>
        pool.transaction((target) => {
          callbacks = []
          const run = runOn(target)
          const runHot = async (statement: HotStatement) => (await run(prepare(statement))).rows
          return handler({ ...createQueries({ run, runHot }), onCommit: (callback) => void callbacks.push(callback) })
        }, attempts),
      ))
      for (const callback of callbacks) {
        try {
          callback()
        } catch (error) {
          log.error('What follows a commit failed.', { error })
        }
      }
      return result
    },
    statistics: () => ({ ...counters }),
    async close() {
      await Promise.all([pool.end(), hotPool.end()])
    },
  }
}

/** Rows lie in memory or on disks that do not turn: with the costs of older disks the planner reads all accounts to find twenty. */
const withPlanning = (address: string): string => `${address}${address.includes('?') ? '&' : '?'}options=${encodeURIComponent('-c random_page_cost=1.1')}`

const openPool = (connection: PgConnectionOptions, maxPoolSize: number, statementTimeout: number, silenceMs: number): Promise<DatabasePool> =>
  createPool(withPlanning(formatConnectionString(connection)), {
    ...(typeof connection.ssl === 'object' && { ssl: connection.ssl }),
    driverFactory: createPatientDriver(silenceMs),
    maxPoolSize,
    statementTimeout,
    gracefulTerminationTimeout: partingMs,
    connectionTimeout: connectTimeoutMs,
    connectionRetryLimit: 1,
    idleTimeout: idleTimeoutMs,
    idleInTransactionSessionTimeout: 30_000,
    queryRetryLimit: attempts - 1,
    // The default is DISCARD ALL: one more round trip per statement, and the end of all prepared statements.
    resetConnection: async () => {},
    typeParsers: slonikTypeParsers,
  })

/** Slonik's token for a statement whose text is a constant. */
const prepare = ({ name, text, values }: HotStatement): SqlQuery => ({
  ...sql`SELECT`,
  name,
  sql: text,
  values: values as SqlQuery['values'],
})

const guard = async <Result>(action: () => Promise<Result>): Promise<Result> => {
  try {
    return await action()
  } catch (error) {
    throw mapDatabaseError(error)
  }
}

const required = (connectionString: string | undefined): string => {
  if (!connectionString) throw new TypeError('createDatabase needs a connection or a connectionString.')
  return connectionString
}
