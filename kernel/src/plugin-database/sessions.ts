import { setTimeout } from 'node:timers/promises'
import pg from 'pg'
import { RookeryError } from '@rookery/sdk/protocol'
import type { PgConnectionOptions } from '../storage/index.ts'
import { maximumConnections, statementTimeoutMs } from './owner.ts'
import { pluginTypes } from './values.ts'

export interface Rows {
  readonly rows: readonly Record<string, unknown>[]
  readonly rowCount: number
  /** As they came from the database. */
  readonly bytes: number
  /** Whether the transaction ended otherwise than was asked. */
  readonly command: string
}

/** One connection as the plugin's own role. */
export interface Session {
  run(text: string, values?: readonly unknown[]): Promise<Rows>
  /** Several statements of the kernel's own, or of a migration that was judged. */
  runAll(text: string): Promise<void>
  readonly client: pg.PoolClient
  /** `isBroken`: it is not used again. */
  release(isBroken?: boolean): void
}

/** The connections of one plugin: opened when they are needed, closed when they are not. */
export interface Sessions {
  open(): Promise<Session>
  /** Whether one of them is open and idle, and whether all are. */
  readonly hasIdle: boolean
  readonly isIdle: boolean
  readonly count: number
  close(): Promise<void>
}

const idleMs = 20_000
const patienceMs = 3000
const retryMs = 50
const tooManyConnections = '53300'
const maximumAnswerBytes = 2 * 1024 * 1024

class AnswerTooLargeError extends Error {}

export function createSessions(connection: PgConnectionOptions): Sessions {
  const pool = new pg.Pool({
    ...(connection as pg.PoolConfig), max: maximumConnections, idleTimeoutMillis: idleMs, connectionTimeoutMillis: patienceMs, allowExitOnIdle: true, types: pluginTypes as unknown as pg.PoolConfig['types'], application_name: 'rookery plugin',
  })
  pool.on('error', () => {})
  // The pool hears of connections that are idle; one that breaks in use tells whoever uses it.
  pool.on('connect', (client) => { client.on('error', () => {}) })

  const connect = async (): Promise<pg.PoolClient> => {
    for (const startedAt = performance.now(); ;) {
      try {
        return await pool.connect()
      } catch (error) {
        // One that was closed a moment ago still counts against the role.
        if ((error as { code?: string }).code !== tooManyConnections || performance.now() - startedAt > patienceMs) throw explainConnecting(error)
        await setTimeout(retryMs)
      }
    }
  }

  const open = async (): Promise<Session> => {
    const client = await connect()
    const { stream } = (client as unknown as { connection: { stream: NodeJS.ReadableStream & { destroy(error?: Error): void } } }).connection
    let bytes = 0
    let isTooLarge = false
    // What the driver reads it keeps: a large answer is cut off before it is all in memory.
    const count = (part: Buffer): void => {
      bytes += part.length
      if (bytes <= maximumAnswerBytes || isTooLarge) return
      isTooLarge = true
      stream.destroy()
    }
    let isBroken = false
    const ask = async (query: pg.QueryConfig): Promise<pg.QueryResult> => {
      bytes = 0
      // Only meanwhile: `copy` wants the stream for itself.
      stream.on('data', count)
      try {
        return await client.query(query)
      } catch (error) {
        const { code, severity } = error as { code?: string, severity?: string }
        // An error of the server leaves the connection as it was; all others end it.
        if (code === undefined || severity === undefined || severity === 'FATAL') isBroken = true
        throw explain(isTooLarge ? new AnswerTooLargeError() : error)
      } finally {
        stream.off('data', count)
      }
    }
    return {
      client,
      async run(text, values = []) {
        // In the extended protocol the server takes one statement and no more.
        const { rows, rowCount, command } = await ask({ text, values: values as unknown[], queryMode: 'extended' } as pg.QueryConfig)
        return { rows: rows as Record<string, unknown>[], rowCount: rowCount ?? 0, bytes, command }
      },
      async runAll(text) { await ask({ text }) },
      release(isKnownBroken = false) {
        client.release(isBroken || isKnownBroken)
      },
    }
  }

  return {
    open,
    get hasIdle() { return pool.idleCount > 0 },
    get isIdle() { return pool.idleCount === pool.totalCount && pool.waitingCount === 0 },
    get count() { return pool.totalCount },
    close: () => pool.end(),
  }
}

function explainConnecting(error: unknown): unknown {
  const { message } = error as Error
  if (/timeout exceeded when trying to connect/.test(message)) return new RookeryError('plugin_over_quota', { quota: `${maximumConnections} connections to the database`, retryAfterSeconds: 1 }, { cause: error })
  return new RookeryError('unavailable', { retryAfterSeconds: 2 }, { cause: error })
}

/** What PostgreSQL says of a statement, as the plugin may hear it. */
export function explain(error: unknown): unknown {
  if (error instanceof RookeryError) return error
  if (error instanceof AnswerTooLargeError) return new RookeryError('statement_failed', { reason: `its answer has more than ${maximumAnswerBytes} bytes` })
  const { code, message, constraint } = error as { code?: string, message: string, constraint?: string }
  if (code === undefined) return new RookeryError('unavailable', { retryAfterSeconds: 2 }, { cause: error })
  if (code === '57014') return new RookeryError('statement_timed_out', { limitMs: statementTimeoutMs }, { cause: error })
  if (code === '55P03') return new RookeryError('statement_timed_out', { limitMs: statementTimeoutMs }, { cause: error })
  if (code.startsWith('23') && constraint) return new RookeryError('statement_conflict', { constraint: constraint.slice(0, 100) }, { cause: error })
  // Connections that the server ended, memory or disk that it lacks.
  if (code.startsWith('57P') || code.startsWith('53') || (code.startsWith('08') && code !== '08P01')) return new RookeryError('unavailable', { retryAfterSeconds: 2 }, { cause: error })
  if (code === '25P03') return new RookeryError('transaction_over', { reason: 'nothing was asked for too long' }, { cause: error })
  return new RookeryError('statement_failed', { reason: `${message.slice(0, 300)} (${code})` }, { cause: error })
}
