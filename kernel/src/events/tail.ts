import type { RookeryEvent } from '@rookery/sdk/protocol'
import type { Database } from '../storage/index.ts'
import type { Log } from '../telemetry/index.ts'
import type { Bus, Written } from './bus.ts'
import { cursorOf, isAfter, logStart, type Position } from './position.ts'

interface EventRow { id: number, xid: string, at: number, name: string, payload: unknown, audience: unknown, is_settled: boolean }

/** Who keeps events back. */
export interface Holder { readonly processId: number, readonly application: string, readonly state: string, readonly statement: string, readonly ageMs: number }

/** How far the reader of the log is behind. */
export interface Lag {
  /** How long the oldest event that is stored and cannot be told yet has been waiting. */
  readonly waitingMs: number
  /** Since the log was last read; Infinity where it never was. */
  readonly unreadMs: number
}

export interface Tail {
  /** Where this node stands: all up to here has been delivered. */
  position(): Position
  onEvents(listener: (events: readonly RookeryEvent[]) => void): () => void
  /** Whether all that came after a position is still in the log. */
  reaches(from: Position): Promise<boolean>
  /** Reads rows after `from` up to and including `to`, oldest first. */
  read(from: Position, to: Position, limit: number): Promise<RookeryEvent[]>
  /** Resolves when all that was committed before the call has been delivered. */
  settled(): Promise<void>
  lag(): Lag
  /** The oldest transaction that is running, for which all later events wait. */
  holder(): Promise<Holder | undefined>
  start(): Promise<void>
  stop(): Promise<void>
}

// Ordered by events.xid: the bare name would be the text that is read, and "1000" stands before "999".
const readAfter = {
  name: 'events_after',
  text: `select id, xid::text as xid, at, name, payload, audience,
      xid < pg_snapshot_xmin(pg_current_snapshot()) as is_settled
    from events where (xid, id) > ($1::text::xid8, $2::bigint) order by events.xid, events.id limit $3`,
}
const readBetween = {
  name: 'events_between',
  text: `select id, xid::text as xid, at, name, payload, audience, true as is_settled from events
    where (xid, id) > ($1::text::xid8, $2::bigint) and (xid, id) <= ($3::text::xid8, $4::bigint)
    order by events.xid, events.id limit $5`,
}
/** Partitions are dropped from the oldest on: where a row at or before the position stands, nothing after it is gone. */
const readReaches = {
  name: 'events_reach',
  text: `select exists (select 1 from (select xid, id from events order by xid, id limit 1) as oldest
    where (xid, id) <= ($1::text::xid8, $2::bigint)) as reaches`,
}
/** A node begins with what comes after its start; nobody can be waiting for more. */
const readHorizon = { name: 'events_horizon', text: `select (pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1)::text as xid` }

/** The oldest transaction that has an id: it is what settled readers wait for. */
const readHolder = {
  name: 'events_holder',
  text: `select pid as "processId", coalesce(application_name, '') as application, coalesce(state, '') as state, left(query, 200) as statement,
      (extract(epoch from clock_timestamp() - xact_start) * 1000)::bigint as "ageMs"
    from pg_stat_activity where backend_xid is not null and pid <> pg_backend_pid() order by age(backend_xid) desc limit 1`,
}

const batchSize = 500
/**
 * Between two readings so long for each event of the first (for one where it found none, or failed), and never longer than
 * two frames of a screen: a single event is told at once, of many those that happen meanwhile leave together, in one
 * statement and one write for each socket.
 */
const paceMs = { perEvent: 8, maximum: 33 }
const complaintEveryMs = 60_000

/**
 * Follows the event log: woken by the bus, at the latest after `idleMs`. Takes only rows of transactions older than
 * every running one, so that a slow transaction's rows are never skipped.
 */
export function createTail({ db, bus, log, idleMs = 1000, patienceMs = 5000 }: { db: Database, bus: Bus, log: Log, idleMs?: number, patienceMs?: number }): Tail {
  const listeners = new Set<(events: readonly RookeryEvent[]) => void>()
  let position = logStart
  let running: Promise<void> | undefined
  /** Something was committed after the reading that is under way began, or since the last one. */
  let isWoken = false
  /** What was committed since, where that is known and no more than one statement's. */
  let written: Written | undefined
  // Committed events wait behind a transaction that began earlier and still runs; its end wakes nobody.
  let isHeld = false
  // The first event that waits, and since when, by the process's steady clock; others may come and go meanwhile.
  let waiting: { readonly cursor: string, readonly since: number } | undefined
  let complainedAt = -Infinity
  let readAt = -Infinity
  let stopped = true
  let timer: NodeJS.Timeout | undefined
  /** When the last reading began, and how much it found. */
  let begunAt = -Infinity
  let readCount = 0
  let stopListening = (): void => {}

  /** Someone's transaction anywhere in the cluster delays all events: whoever runs this server must know whose. */
  const complainOfHolder = async (): Promise<void> => {
    const now = performance.now()
    if (!waiting || now - waiting.since < patienceMs || now - complainedAt < complaintEveryMs) return
    complainedAt = now
    log.warn('Events wait for a transaction that does not end', { waitingMs: Math.round(now - waiting.since), ...await findHolder() })
  }
  const findHolder = async (): Promise<Holder | undefined> => (await db.hot<Holder>({ ...readHolder, values: [] }))[0]

  const noteWaiting = (first: EventRow | undefined): void => {
    isHeld = first !== undefined
    const cursor = first && cursorOf(first)
    if (cursor !== waiting?.cursor) waiting = cursor === undefined ? undefined : { cursor, since: performance.now() }
  }
  const tell = (events: readonly RookeryEvent[], last: Position): void => {
    position = last
    readCount += events.length
    for (const listener of listeners) {
      try { listener(events) } catch (error) { log.error('A listener failed on events of the log', { error }) }
    }
  }
  /** Whether what follows this node's position is in its hands already. */
  const isNext = ({ previous, last }: Written): boolean => !isAfter(previous, position) && isAfter(last, position)
  const drain = async (): Promise<void> => {
    for (;;) {
      const found = await db.hot<EventRow>({ ...readAfter, values: [position.xid, position.id, batchSize] })
      const unsettled = found.findIndex((row) => !row.is_settled)
      const rows = unsettled < 0 ? found : found.slice(0, unsettled)
      readAt = performance.now()
      noteWaiting(found[unsettled])
      await complainOfHolder()
      const last = rows.at(-1)
      if (!last) return
      tell(rows.map(toEvent), { xid: last.xid, id: last.id })
      if (rows.length < batchSize || stopped) return
    }
  }
  const readIn = (delayMs: number): void => {
    clearTimeout(timer)
    timer = setTimeout(read, delayMs)
  }
  const read = (): void => {
    if (stopped || running) return
    clearTimeout(timer)
    isWoken = false
    begunAt = performance.now()
    readCount = 0
    const known = written
    written = undefined
    if (known && isNext(known)) {
      readAt = begunAt
      tell(known.events, known.last)
      rest()
      return
    }
    running = drain()
      .catch((error: unknown) => { log.warn('The event log cannot be read now', { error }) })
      .finally(() => {
        running = undefined
        rest()
      })
  }
  /** Until there is more; whoever was told may have written by now. */
  const rest = (): void => { if (!stopped) readIn(isWoken || isHeld ? untilNext() : idleMs) }
  const untilNext = (): number => Math.max(0, begunAt + (isHeld ? paceMs.maximum : Math.min(paceMs.maximum, paceMs.perEvent * Math.max(1, readCount))) - performance.now())
  const wake = (told?: Written): void => {
    written = isWoken ? undefined : told
    if (stopped || isWoken) return
    isWoken = true
    if (running || isHeld) return
    // Not before who committed has been answered, at the end of this turn: nobody waits longer for it than the author.
    if (untilNext() > 0) readIn(untilNext())
    else setImmediate(setImmediate, read)
  }
  return {
    position: () => position,
    onEvents(listener) {
      listeners.add(listener)
      return () => { listeners.delete(listener) }
    },
    async reaches(from) {
      if (isAfter(from, position)) return false
      const [found] = await db.hot<{ reaches: boolean }>({ ...readReaches, values: [from.xid, from.id] })
      return found?.reaches ?? false
    },
    async read(from, to, limit) {
      const rows = await db.hot<EventRow>({ ...readBetween, values: [from.xid, from.id, to.xid, to.id, limit] })
      return rows.map(toEvent)
    },
    async settled() {
      do {
        await running
        written = undefined
        read()
        await running
      } while (isHeld && !stopped)
    },
    lag() {
      const now = performance.now()
      return { waitingMs: waiting ? Math.round(now - waiting.since) : 0, unreadMs: Math.round(now - readAt) }
    },
    holder: findHolder,
    async start() {
      const [horizon] = await db.hot<{ xid: string }>({ ...readHorizon, values: [] })
      // Ids of rows are below 2^53, so this stands behind every row of that transaction.
      position = { xid: horizon?.xid ?? '0', id: Number.MAX_SAFE_INTEGER }
      stopped = false
      stopListening = bus.onWake(wake)
      wake()
    },
    async stop() {
      stopped = true
      stopListening()
      clearTimeout(timer)
      await running
    },
  }
}

function toEvent(row: EventRow): RookeryEvent {
  return { name: row.name, at: row.at, payload: row.payload, audience: row.audience, cursor: cursorOf(row) } as RookeryEvent
}
