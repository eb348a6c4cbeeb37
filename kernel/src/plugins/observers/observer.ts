import type { ObserverContribution, ObserverPast, RookeryEvent } from '@rookery/sdk/protocol'
import type { Clock } from '../../clock.ts'
import { cursorOf, isAfter, parseCursor, type Position, type Tail } from '../../events/index.ts'
import type { PastEvents } from '../../chat/index.ts'
import type { Database, Transaction } from '../../storage/index.ts'
import type { Deliveries } from '../deliveries/index.ts'
import type { Taken } from './deliver.ts'
import { saveCursor, savePast } from './observer-rows.ts'
import { createPast, type Failed, type PastStanding } from './past.ts'

/** One observer at its place in the log. It hears of each event at least once, in order, also after the server ended. */
export interface Observer {
  /** New events of the log, all of them. */
  offer(events: readonly RookeryEvent[]): void
  /** How far it has come: everything up to here is behind it. */
  readonly cursor: string
  /** Events that wait for it in memory. */
  readonly waiting: number
  /** Of one that hears first of what was before it. */
  readonly past: ObserverPast | null
  /** Writes its place down where it has nothing to do. */
  rest(): Promise<void>
  stop(): Promise<void>
}

interface ObserverOptions {
  readonly pluginId: string
  readonly contribution: ObserverContribution
  readonly from: Position
  /** What it has still to hear of what was before it. */
  readonly past?: { readonly stored: PastStanding, readonly events: PastEvents } | undefined
  readonly deliver: (events: readonly RookeryEvent[]) => Promise<Taken>
  /** The event with what is known of it only now. */
  readonly letterOf: (event: RookeryEvent) => unknown
  readonly deliveries: Deliveries
  readonly tail: Tail
  readonly db: Database
  readonly clock: Clock
  readonly onError: (error: unknown) => void
}

/** What is known where a plugin says so itself. */
export const askedAgain = 'it asked for another attempt'

/** After the first event it waits so long for others. */
const gatherMs = 50
/** More are not kept in memory; the log has them. */
const maximumWaiting = 1000
const readSize = 500
const retryMs = 1000
const maximumRetryMs = 30_000

export function createObserver({ pluginId, contribution, from, past: before, deliver: hand, letterOf, deliveries, tail, db, clock, onError }: ObserverOptions): Observer {
  const maximumBatch = contribution.maximumBatch ?? 100
  /** Up to `seen` events were looked at; those that it wants are in `waiting` or behind it. */
  let seen = from
  let done = from
  let saved = cursorOf(from)
  let waiting: RookeryEvent[] = []
  /** Whether `offer` goes on where `seen` is; else the log is read until it does. */
  let isLive = false
  let isStopped = false
  let running: Promise<void> | undefined
  let wakeUp: (() => void) | undefined

  const pause = (ms: number): Promise<void> => new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    wakeUp = () => { clearTimeout(timer); resolve() }
  })

  const positionOf = ({ cursor = '' }: RookeryEvent): Position => parseCursor(cursor) ?? seen

  const catchUp = async (): Promise<void> => {
    while (!isStopped && waiting.length < maximumWaiting) {
      const to = tail.position()
      if (!isAfter(to, seen)) { isLive = true; return }
      const events = await tail.read(seen, to, readSize)
      waiting.push(...events.filter(({ name }) => name === contribution.event))
      const last = events.at(-1)
      seen = events.length < readSize || !last ? to : positionOf(last)
    }
  }

  /** Moves past a batch, putting away what failed, in one transaction: after a crash either all of it happened or it is delivered again. */
  const settle = async (last: RookeryEvent, failed: readonly Failed[]): Promise<void> => {
    const cursor = last.cursor ?? saved
    await db.transact(async (transaction) => {
      await putAway(transaction, failed)
      await saveCursor(transaction, pluginId, contribution.name, cursor, clock.now())
    })
    saved = cursor
    done = positionOf(last)
  }

  /** Delivers until the plugin takes it in or fails; waits where it cannot be asked. */
  const persist = async (events: readonly RookeryEvent[]): Promise<Exclude<Taken, { kind: 'unavailable' }> | undefined> => {
    for (let waitMs = retryMs; !isStopped; waitMs = Math.min(maximumRetryMs, waitMs * 2)) {
      const result = await hand(events)
      if (result.kind !== 'unavailable') return result
      await pause(waitMs)
    }
    return undefined
  }

  const putAway = async (transaction: Transaction, failed: readonly Failed[]): Promise<void> => {
    for (const { event, reason } of failed) await deliveries.put(transaction, { pluginId, handler: `observe ${contribution.name}`, key: event.cursor ?? '', input: letterOf(event) }, { reason, attempts: 1 })
  }
  const past = before && createPast({
    ...before, contribution, askedAgain, hand: (events) => persist(events),
    settle: (standing, failed) => db.transact(async (transaction) => {
      await putAway(transaction, failed)
      await savePast(transaction, pluginId, contribution.name, standing)
    }),
  })

  const deliver = async (batch: readonly RookeryEvent[]): Promise<void> => {
    const last = batch.at(-1) as RookeryEvent
    const result = await persist(batch)
    if (!result) return
    if (result.kind === 'done') {
      if (result.count === 0) done = positionOf(last)
      else await settle(last, batch.filter(({ cursor = '' }) => result.failed.has(cursor)).map((event) => ({ event, reason: askedAgain })))
      return
    }
    // One of them is to blame: alone each shows itself.
    for (const event of batch) {
      const alone = batch.length === 1 ? result : await persist([event])
      if (!alone) return
      const isFailed = alone.kind === 'failed' || alone.failed.size > 0
      await settle(event, isFailed ? [{ event, reason: alone.kind === 'failed' ? alone.reason : askedAgain }] : [])
    }
    done = positionOf(last)
  }

  const run = async (): Promise<void> => {
    while (past && !past.standing.isComplete && !isStopped) await past.next()
    if (isStopped) return
    for (;;) {
      if (!isLive) await catchUp()
      if (isStopped || waiting.length === 0) return
      if (waiting.length < maximumBatch) await pause(gatherMs)
      if (isStopped) return
      const batch = waiting.slice(0, maximumBatch)
      await deliver(batch)
      if (isStopped && done !== positionOf(batch.at(-1) as RookeryEvent)) return
      waiting = waiting.slice(batch.length)
    }
  }

  const wake = (): void => {
    if (running || isStopped) return
    running = run().catch(async (error: unknown) => {
      onError(error)
      await pause(retryMs)
    }).finally(() => {
      running = undefined
      if (!isStopped && (waiting.length > 0 || !isLive)) wake()
    })
  }
  wake()

  return {
    get cursor() { return cursorOf(waiting.length > 0 ? done : seen) },
    get past() { return past?.standing ?? null },
    get waiting() { return waiting.length },
    offer(events) {
      if (!isLive || isStopped) return
      const before = waiting.length
      for (const event of events) if (event.name === contribution.event) waiting.push(event)
      const last = events.at(-1)
      if (last) seen = positionOf(last)
      if (waiting.length > maximumWaiting) isLive = false
      if (waiting.length > before) wake()
    },
    async rest() {
      const cursor = cursorOf(waiting.length > 0 ? done : seen)
      if (running || cursor === saved) return
      await saveCursor(db, pluginId, contribution.name, cursor, clock.now())
      saved = cursor
    },
    async stop() {
      isStopped = true
      wakeUp?.()
      await running
    },
  }
}
