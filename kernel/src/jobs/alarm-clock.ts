import { createHash } from 'node:crypto'
import pg from 'pg'
import type { Job, JobProgress, PgPool, PostgresConnectionOptions, PostgresQueueBackend, Queue, Worker } from 'bullmq'
import type { PgConnectionOptions } from '../storage/index.ts'
import type { Log } from '../telemetry/index.ts'

export interface AlarmClockOptions {
  readonly connection: PgConnectionOptions
  readonly log: Log
  /** Handlers that run at the same time on this node (default 8). */
  readonly concurrency?: number
}

/**
 * Rings once at a time. It is a hint, not the truth: an alarm may be late or lost with the database's last moments, so
 * whoever depends on it keeps a row (`createDueWork`).
 */
export interface AlarmClock {
  readonly isRunning: boolean
  /** The same alarm set twice rings once; before `start()` it does nothing. */
  schedule(kind: string, key: string, atMs: number): Promise<void>
  cancel(kind: string, key: string, atMs: number): Promise<void>
  handle(kind: string, ring: AlarmHandler): void
  start(): Promise<void>
  /** Lets running handlers finish. */
  stop(): Promise<void>
}

export type AlarmHandler = (key: string) => Promise<void>

interface Alarm {
  readonly key: string
}

type AlarmQueue = Queue<Alarm, void, string, Alarm, void, string, PostgresQueueBackend, PostgresConnectionOptions>
type AlarmWorker = Worker<Alarm, void, string, PostgresQueueBackend, JobProgress, PostgresConnectionOptions>

const queueName = 'alarms'
const keepAliveMs = 10_000

/**
 * BullMQ listens for errors of a connection only once it has it: one that Postgres ends in the same moment would end the
 * server. Whoever asks over a broken connection is told there.
 */
class WatchedClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config)
    this.on('error', () => {})
  }
}

export const createAlarmClock = ({ connection, log, concurrency = 8 }: AlarmClockOptions): AlarmClock => {
  const handlers = new Map<string, AlarmHandler>()
  let running: { queue: AlarmQueue; worker: AlarmWorker } | undefined
  const pools: pg.Pool[] = []

  const openPool = (max: number): PgPool => {
    const pool = new pg.Pool({
      ...connection as pg.PoolConfig, max, keepAlive: true, keepAliveInitialDelayMillis: keepAliveMs, options: '-c synchronous_commit=off -c search_path=bullmq', Client: WatchedClient,
    })
    pools.push(pool)
    // BullMQ describes it in types of its own.
    return pool as unknown as PgPool
  }

  const ring = async ({ name, data, id }: Job<Alarm>): Promise<void> => {
    try {
      await handlers.get(name)?.(data.key)
    } catch (error) {
      // No retries here: the owner of the row decides when it is tried again.
      log.error('An alarm failed.', { kind: name, alarm: id, error })
    }
  }

  return {
    get isRunning() { return running?.worker.isRunning() ?? false },
    async schedule(kind, key, atMs) {
      const options = { jobId: alarmId(kind, key, atMs), delay: Math.max(0, atMs - Date.now()), removeOnComplete: true, removeOnFail: true }
      await running?.queue.add(kind, { key }, options)
    },
    async cancel(kind, key, atMs) {
      // An alarm that rings this moment is locked; its handler will find that there is nothing to do.
      await running?.queue.remove(alarmId(kind, key, atMs)).catch(() => {})
    },
    handle(kind, handler) {
      if (handlers.has(kind)) throw new Error(`Alarms of the kind ${kind} have a handler already.`)
      handlers.set(kind, handler)
    },
    async start() {
      // Loaded here, because BullMQ costs more to load than all the rest of storage, and is wanted after the doors are open.
      const { createPostgresBackend, Queue, runMigrations, Worker } = await import('bullmq')
      const complain = (error: Error) => log.warn('The alarm clock lost its database for a moment.', { reason: error.message })
      const queuePool = openPool(2)
      const client = await queuePool.connect()
      await runMigrations(client).finally(() => { client.release() })
      const queue: AlarmQueue = new Queue(queueName, { connection: queuePool }, createPostgresBackend)
      queue.on('error', complain)
      // The worker's error loop spins until the schema is there.
      await queue.waitUntilReady()
      // BullMQ waits 15 s by default before it looks again after the database was away.
      // One connection of them listens.
      const settings = { connection: openPool(4), concurrency, runRetryDelay: 500 }
      const worker: AlarmWorker = new Worker(queueName, ring, settings, createPostgresBackend)
      worker.on('error', complain)
      await worker.waitUntilReady()
      running = { queue, worker }
    },
    async stop() {
      const stopped = running
      running = undefined
      await stopped?.worker.close()
      await stopped?.queue.close()
      await Promise.all(pools.splice(0).map((pool) => pool.end()))
    },
  }
}

// Ids of BullMQ must not contain colons, nor look like numbers.
const alarmId = (kind: string, key: string, atMs: number): string =>
  `a${createHash('sha256').update(JSON.stringify([kind, key, atMs])).digest('hex').slice(0, 32)}`
