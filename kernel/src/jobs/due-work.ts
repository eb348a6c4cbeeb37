import { rows, sql, textArray, type Database, type Transaction } from '../storage/index.ts'
import type { Log } from '../telemetry/index.ts'
import type { AlarmClock } from './alarm-clock.ts'

export interface DueWorkItem<Payload = unknown> {
  readonly kind: string
  readonly key: string
  /** When it became due; after a failure, when it was to be tried again. */
  readonly dueAt: number
  readonly payload: Payload
  /** 1 at the first attempt. */
  readonly attempt: number
}

export interface DueWorkEntry {
  readonly kind: string
  /** Putting the same kind and key again replaces what was there. */
  readonly key: string
  readonly dueAt: number
  readonly payload: unknown
}

export interface DueWorkOptions {
  readonly db: Database
  readonly alarm: AlarmClock
  readonly log: Log
  /** Milliseconds since 1970. */
  readonly clock?: () => number
  /** Rows without a live alarm are found at least this often (default a minute). */
  readonly sweepIntervalMs?: number
  /** Work whose handler takes longer is begun a second time (default a minute). */
  readonly leaseMs?: number
  readonly backOffMs?: (attempt: number) => number
}

export interface DueWorkState {
  /** Whether alarms ring and rows are looked through. */
  readonly isRunning: boolean
  /** By how much the oldest work that is due is late. */
  readonly lateMs: number
}

/** Things that must happen at a time, each at least once, however often the server dies. */
export interface DueWork {
  put(transaction: Transaction, entry: DueWorkEntry): Promise<void>
  /** The same for several, in one statement. `keepsPresent`: what waits already stays as it is; what is being done at this moment is put again. */
  putAll(transaction: Transaction, entries: readonly DueWorkEntry[], options?: { readonly keepsPresent?: boolean }): Promise<void>
  remove(transaction: Transaction, kind: string, key: string): Promise<void>
  /**
   * Before `start`. The item is done when the handler resolves, unless the handler put it again. Of a kind with a lease
   * of its own, what a server that died had begun is due again when the next one starts. What strangers wrote is
   * `detached`: however long it takes, it takes none of the places where the server's own work is done. Its handler bounds
   * itself, or at most `atOnce` of the kind are begun at the same time.
   */
  on<Payload>(kind: string, handler: (item: DueWorkItem<Payload>) => Promise<void>, options?: DueWorkHandling): void
  /** Resolves when nothing detached is done any more. */
  idle(): Promise<void>
  /** The alarm clock runs already. */
  start(): Promise<void>
  stop(): Promise<void>
  state(): Promise<DueWorkState>
}

export interface DueWorkHandling {
  readonly leaseMs?: number
  readonly isDetached?: boolean
  /** Of detached kinds: how many are done at the same time. Others wait before they are begun. */
  readonly atOnce?: number
}

interface DueRow {
  readonly key: string
  readonly due_at: number
  readonly lease: number
  readonly payload: unknown
  readonly attempts: number
}

/** Of one kind, and of one plugin: much of one that is slow does not stand in the way of others. */
const sweepLimit = 1000
/** An alarm that rings a little early, by another clock, still finds its row. */
const earlyMs = 100
const defaultBackOffMs = (attempt: number): number => Math.min(5_000 * 2 ** (attempt - 1), 3_600_000)

export const createDueWork = (options: DueWorkOptions): DueWork => {
  const { db, alarm, log, clock = Date.now, sweepIntervalMs = 60_000, leaseMs = 60_000, backOffMs = defaultBackOffMs } = options
  /** By kind; each lets through as many as its kind says. */
  const gates = new Map<string, Gate>()
  const patientKinds: string[] = []
  const detached = new Set<Promise<void>>()
  let timer: NodeJS.Timeout | undefined
  let isStopped = false

  const ask = (kind: string, key: string, atMs: number): void => {
    // What is due later than the next sweep gets its alarm from that sweep.
    if (atMs > clock() + 2 * sweepIntervalMs) return
    alarm.schedule(kind, key, atMs).catch((error: unknown) => log.warn('An alarm was not set; the next sweep sets it.', { kind, error }))
  }

  const sweep = async (): Promise<void> => {
    const horizon = clock() + sweepIntervalMs * 1.5
    const due = await db.any<{ kind: string; key: string; due_at: number }>(sql`
      SELECT kind, key, due_at FROM (
        SELECT kind, key, due_at, row_number() OVER (PARTITION BY kind, (payload ->> 'pluginId') COLLATE "C" ORDER BY due_at) AS place FROM due_work WHERE due_at <= ${horizon}) AS each
      WHERE place <= ${sweepLimit} ORDER BY due_at`)
    for (const { kind, key, due_at } of due) if (gates.get(kind)?.holds(key) === false) ask(kind, key, due_at)
  }

  const attempt = async <Payload>(kind: string, key: string, handler: (item: DueWorkItem<Payload>) => Promise<void>, kindLeaseMs: number): Promise<void> => {
    const row = await claim(db, kind, key, clock() + earlyMs, clock() + kindLeaseMs)
    if (!row) return
    try {
      await handler({ kind, key, dueAt: row.due_at, payload: row.payload as Payload, attempt: row.attempts })
    } catch (error) {
      const again = clock() + backOffMs(row.attempts)
      log.error('Due work failed; it is tried again.', { kind, key, attempt: row.attempts, again, error })
      await db.query(sql`UPDATE due_work SET due_at = ${again} WHERE kind = ${kind} AND key = ${key} AND due_at = ${row.lease}`)
      return ask(kind, key, again)
    }
    const { rowCount } = await db.query(sql`DELETE FROM due_work WHERE kind = ${kind} AND key = ${key} AND due_at = ${row.lease}`)
    // Another due_at means that it was put again meanwhile, perhaps for a time whose alarm is the one that rings now.
    if (rowCount === 0) await attempt(kind, key, handler, kindLeaseMs)
  }

  const putAll: DueWork['putAll'] = async (transaction, entries, { keepsPresent = false } = {}) => {
    if (entries.length === 0) return
    // Of two with the same key the last counts.
    const list = [...new Map(entries.map(({ kind, key, dueAt, payload }) => [`${kind} ${key}`, { kind, key, at: Math.floor(dueAt), payload: JSON.stringify(payload) }])).values()]
    await transaction.query(sql`
      INSERT INTO due_work (kind, key, due_at, payload)
      SELECT kind, key, at, payload::jsonb FROM ${rows(list, { kind: 'text', key: 'text', at: 'int8', payload: 'text' })} AS e(kind, key, at, payload)
      ON CONFLICT (kind, key) DO UPDATE SET due_at = excluded.due_at, payload = excluded.payload, attempts = 0
      ${keepsPresent ? sql.fragment`WHERE due_work.attempts > 0` : sql.fragment``}`)
    transaction.onCommit(() => { for (const { kind, key, at } of list) ask(kind, key, at) })
  }

  const detach = (kind: string, work: Promise<void>): void => {
    const watched = work.catch((error: unknown) => { log.error('Due work failed before it was begun, or when it was done.', { kind, error }) }).finally(() => { detached.delete(watched) })
    detached.add(watched)
  }

  return {
    async idle() { await Promise.all(detached) },
    put: (transaction, entry) => putAll(transaction, [entry]),
    putAll,
    async remove(transaction, kind, key) {
      const removed = await transaction.maybeOne<{ due_at: number }>(sql`
        DELETE FROM due_work WHERE kind = ${kind} AND key = ${key} RETURNING due_at`)
      if (removed) transaction.onCommit(() => void alarm.cancel(kind, key, removed.due_at))
    },
    on(kind, handler, options = {}) {
      const run = (key: string): Promise<void> => attempt(kind, key, handler, options.leaseMs ?? leaseMs)
      const gate = createGate(options.atOnce ?? Infinity)
      alarm.handle(kind, options.isDetached ? async (key) => { if (!gate.holds(key)) detach(kind, gate.pass(key, () => (isStopped ? Promise.resolve() : run(key)))) } : run)
      gates.set(kind, gate)
      if (options.leaseMs !== undefined) patientKinds.push(kind)
    },
    async start() {
      isStopped = false
      // Only one server works on a database at a time (storage/database-hold.ts).
      if (patientKinds.length > 0) await db.query(sql`UPDATE due_work SET due_at = ${clock()} WHERE kind = any (${textArray(patientKinds)}) AND attempts > 0 AND due_at > ${clock()}`)
      await sweep()
      timer = setInterval(() => {
        sweep().catch((error: unknown) => log.warn('Looking for due work failed.', { error }))
      }, sweepIntervalMs)
      timer.unref()
    },
    async stop() {
      isStopped = true
      clearInterval(timer)
      timer = undefined
    },
    async state() {
      const oldest = await db.value<number | null>(sql`SELECT min(due_at) FROM due_work`)
      return { isRunning: timer !== undefined && alarm.isRunning, lateMs: Math.max(0, clock() - (oldest ?? Infinity)) }
    },
  }
}

/** Lets so many through at once. Whose turn has not come is remembered by its key alone. */
interface Gate {
  /** Whether this waits already. */
  holds(key: string): boolean
  pass(key: string, work: () => Promise<void>): Promise<void>
}

function createGate(atOnce: number): Gate {
  const waiting = new Map<string, () => void>()
  let inside = 0
  return {
    holds: (key) => waiting.has(key),
    async pass(key, work) {
      if (inside >= atOnce) await new Promise<void>((resolve) => { waiting.set(key, resolve) })
      else inside += 1
      try {
        await work()
      } finally {
        // Whoever goes hands the place on.
        const [next] = waiting
        if (next) {
          waiting.delete(next[0])
          next[1]()
        } else inside -= 1
      }
    },
  }
}

// Taking is moving the due time to the end of a lease: when we die, the row is due again by itself. No transaction
// stays open while the handler works, because an open transaction holds back every reader of the event log.
const claim = (db: Database, kind: string, key: string, horizon: number, leaseEnd: number): Promise<DueRow | undefined> =>
  db.maybeOne<DueRow>(sql`
    WITH due AS (
      SELECT kind, key, due_at FROM due_work
      WHERE kind = ${kind} AND key = ${key} AND due_at <= ${horizon} FOR UPDATE SKIP LOCKED
    )
    UPDATE due_work SET due_at = ${leaseEnd}, attempts = attempts + 1
    FROM due WHERE due_work.kind = due.kind AND due_work.key = due.key
    RETURNING due_work.key, due.due_at, due_work.due_at AS lease, due_work.payload, due_work.attempts`)
