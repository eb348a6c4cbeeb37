import type { RookeryEvent } from '@rookery/sdk/protocol'
import type { Clock } from '../clock.ts'
import { sql, type Database, type Queries, type Transaction } from '../storage/index.ts'
import type { Log } from '../telemetry/index.ts'
import { cursorOf, isAfter, logStart, parseCursor, type Position } from './position.ts'
import type { Tail } from './tail.ts'

/** A part of the server that follows the event log at its own pace: it takes each event once, in order, also after the server ended. */
export interface EventReader {
  /** The log is read already; goes on where it stopped the last time, and the very first time with what comes now. */
  start(): Promise<void>
  /** Resolves when all that was told so far has been taken. */
  settled(): Promise<void>
  stop(): Promise<void>
}

interface Options {
  readonly name: string
  readonly wants: (event: RookeryEvent) => boolean
  /** Throws where it is to be given them again. What it writes and its place in the log are one transaction. */
  readonly take: (transaction: Transaction, events: readonly RookeryEvent[]) => Promise<void>
  readonly tail: Tail
  readonly db: Database
  readonly clock: Clock
  readonly log: Log
}

/** After the first event it waits so long for others. */
const gatherMs = 250
const maximumBatch = 200
/** More are not kept in memory; the log has them. */
const maximumWaiting = 2000
const readSize = 500
const retryMs = 1000
const maximumRetryMs = 30_000
/** How often its place is written down where nothing concerned it. */
const restEveryMs = 60_000

export function createEventReader({ name, wants, take, tail, db, clock, log }: Options): EventReader {
  /** Up to `seen` events were looked at; those that are wanted are in `waiting`, or were taken. */
  let seen: Position = logStart
  let saved = ''
  let waiting: RookeryEvent[] = []
  /** Whether what the tail tells goes on where `seen` is; else the log is read until it does. */
  let isLive = false
  let isStopped = true
  let running: Promise<void> | undefined
  let wakeUp = (): void => {}
  let stopListening = (): void => {}
  let timer: NodeJS.Timeout | undefined

  const pause = (ms: number): Promise<void> => new Promise((resolve) => {
    const pausing = setTimeout(resolve, ms)
    wakeUp = () => { clearTimeout(pausing); resolve() }
  })
  const positionOf = ({ cursor = '' }: RookeryEvent): Position => parseCursor(cursor) ?? seen
  const save = async (queries: Queries, position: Position): Promise<string> => {
    const cursor = cursorOf(position)
    await queries.query(sql`
      insert into event_readers (name, cursor, update_at) values (${name}, ${cursor}, ${clock.now()})
      on conflict (name) do update set cursor = excluded.cursor, update_at = excluded.update_at`)
    return cursor
  }
  const catchUp = async (): Promise<void> => {
    while (!isStopped && waiting.length < maximumWaiting) {
      const to = tail.position()
      if (!isAfter(to, seen)) { isLive = true; return }
      const events = await tail.read(seen, to, readSize)
      waiting.push(...events.filter(wants))
      const last = events.at(-1)
      seen = events.length < readSize || !last ? to : positionOf(last)
    }
  }
  const run = async (): Promise<void> => {
    while (!isStopped) {
      if (!isLive) await catchUp()
      if (waiting.length === 0) return
      if (waiting.length < maximumBatch) await pause(gatherMs)
      if (isStopped) return
      const batch = waiting.slice(0, maximumBatch)
      saved = await db.transact(async (transaction) => {
        await take(transaction, batch)
        return save(transaction, positionOf(batch.at(-1) as RookeryEvent))
      })
      waiting = waiting.slice(batch.length)
    }
  }
  const runPatiently = async (): Promise<void> => {
    for (let waitMs = retryMs; !isStopped; waitMs = Math.min(maximumRetryMs, waitMs * 2)) {
      try {
        return await run()
      } catch (error) {
        log.warn('A reader of the event log was interrupted', { reader: name, error })
        await pause(waitMs)
      }
    }
  }
  const wake = (): void => {
    if (running || isStopped) return
    running = runPatiently().finally(() => {
      running = undefined
      if (waiting.length > 0 || !isLive) wake()
    })
  }
  const offer = (events: readonly RookeryEvent[]): void => {
    if (!isLive) return
    const before = waiting.length
    for (const event of events) if (wants(event)) waiting.push(event)
    const last = events.at(-1)
    if (last) seen = positionOf(last)
    if (waiting.length > maximumWaiting) {
      // What does not fit is read from the log when there is room.
      waiting = waiting.slice(0, maximumWaiting)
      seen = positionOf(waiting.at(-1) as RookeryEvent)
      isLive = false
    }
    if (waiting.length > before) wake()
  }
  const rest = async (): Promise<void> => {
    if (running || waiting.length > 0 || cursorOf(seen) === saved) return
    saved = await save(db, seen)
  }

  return {
    async start() {
      const stored = await db.maybeOne<{ cursor: string }>(sql`select cursor from event_readers where name = ${name}`)
      saved = stored?.cursor ?? ''
      seen = parseCursor(saved) ?? tail.position()
      isStopped = false
      stopListening = tail.onEvents(offer)
      timer = setInterval(() => { rest().catch((error: unknown) => { log.warn('The place of a reader was not written down', { reader: name, error }) }) }, restEveryMs).unref()
      wake()
    },
    async settled() {
      await tail.settled()
      while (running) {
        wakeUp()
        await running
      }
    },
    async stop() {
      isStopped = true
      stopListening()
      clearInterval(timer)
      wakeUp()
      await running
      await rest().catch(() => {})
    },
  }
}
