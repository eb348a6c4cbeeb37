import type { EventWithPast, ObserverContribution, ObserverStanding, RookeryEvent } from '@rookery/sdk/protocol'
import type { Directory } from '../../auth/index.ts'
import type { Clock } from '../../clock.ts'
import { cursorOf, isAfter, parseCursor, retentionDays, type Tail } from '../../events/index.ts'
import type { PastEvents } from '../../chat/index.ts'
import type { Ids } from '../../ids.ts'
import type { Database, Transaction } from '../../storage/index.ts'
import type { Log } from '../../telemetry/index.ts'
import type { Deliveries } from '../deliveries/index.ts'
import type { Effects } from '../effects.ts'
import type { InstalledPlugin } from '../installed-plugin.ts'
import type { Registry } from '../registry.ts'
import type { Runtime } from '../runtime.ts'
import { actorOf, createDelivering } from './deliver.ts'
import { askedAgain, createObserver, type Observer } from './observer.ts'
import { deleteCursors, saveCursor, savePast, selectCursor } from './observer-rows.ts'
import type { PastStanding } from './past.ts'

export interface Observers {
  /** Begins or ends observing as the plugin's state says. `isNew`: it hears of what comes from now on, not of what was while it was off. */
  follow(plugin: InstalledPlugin, options: { isNew: boolean }): Promise<void>
  /** Where each observer of a plugin stands. */
  standing(pluginId: string): Pick<ObserverStanding, 'name' | 'cursor' | 'waiting' | 'past'>[]
  /** Their places are gone; nobody observes any more. */
  forget(transaction: Transaction, pluginId: string): Promise<void>
  start(): void
  stop(): Promise<void>
}

interface ObserversDependencies {
  readonly registry: Registry
  readonly runtime: Pick<Runtime, 'invoke'>
  readonly directory: Directory
  readonly deliveries: Deliveries
  readonly effects: Effects
  readonly tail: Tail
  readonly db: Database
  readonly ids: Ids
  readonly pastEvents: PastEvents
  readonly clock: Clock
  readonly log: Log
}

/** How often places in the log are written down where nothing concerned the observer. */
const restEveryMs = 60_000
const dayMs = 86_400_000
const standardAttempts = 12

export function createObservers({ registry, runtime, directory, deliveries, effects, tail, db, ids, pastEvents, clock, log }: ObserversDependencies): Observers {
  const observers = new Map<string, Map<string, Observer>>()
  const { deliver, contribution } = createDelivering({ registry, runtime, effects, directory })
  deliveries.handle('observe', {
    maximumAttempts: (pluginId, name) => contribution(pluginId, name)?.maximumAttempts ?? standardAttempts,
    mayTry: () => true,
    async attempt(pluginId, name, input, attempt) {
      if (!contribution(pluginId, name)) return { kind: 'gone' }
      const taken = await deliver(pluginId, name, [input as RookeryEvent], attempt)
      return taken.kind === 'done' && taken.failed.size > 0 ? { kind: 'failed', reason: askedAgain } : taken
    },
  })
  let stopListening = (): void => {}
  let timer: NodeJS.Timeout | undefined

  /** After its place in the log was written down: what is made from then on is told by the log, and may be told twice. */
  const beginPast = async (plugin: InstalledPlugin, { name, event }: ObserverContribution): Promise<PastStanding> => {
    const between = { after: '', before: ids.next() }
    const past: PastStanding = { ...between, done: 0, total: await pastEvents.count(event as EventWithPast, between), isComplete: false }
    await savePast(db, plugin.id, name, past)
    return past
  }

  const open = async (plugin: InstalledPlugin, contribution: ObserverContribution, isNew: boolean): Promise<Observer> => {
    const known = await selectCursor(db, plugin.id, contribution.name)
    const stored = isNew ? undefined : known
    const from = parseCursor(stored?.cursor ?? '') ?? tail.position()
    // Its place was not written down for longer than events are kept, and there is something after it.
    const isOld = stored !== undefined && clock.now() - stored.updateAt > retentionDays * dayMs
    if (isOld && isAfter(tail.position(), from) && !(await tail.reaches(from))) log.warn('An observer was away for longer than events are kept: it goes on with what there is', { plugin: plugin.id, observer: contribution.name, since: new Date(stored.updateAt).toISOString() })
    if (!stored) await saveCursor(db, plugin.id, contribution.name, cursorOf(from), clock.now())
    const past = contribution.from === 'start' ? known?.past ?? await beginPast(plugin, contribution) : undefined
    return createObserver({
      pluginId: plugin.id, contribution, from, past: past && { stored: past, events: pastEvents }, deliveries, tail, db, clock,
      deliver: (events) => deliver(plugin.id, contribution.name, events, 1),
      letterOf: (event) => ({ ...event, causeDepth: effects.depthOf(actorOf(event), event.at) }),
      onError: (error) => { log.error('An observer was interrupted', { plugin: plugin.id, observer: contribution.name, error }) },
    })
  }

  const close = async (pluginId: string): Promise<void> => {
    const mine = observers.get(pluginId)
    observers.delete(pluginId)
    for (const observer of mine?.values() ?? []) await observer.stop()
  }

  return {
    async follow(plugin, { isNew }) {
      await close(plugin.id)
      if (plugin.state !== 'enabled') return
      const mine = new Map<string, Observer>()
      observers.set(plugin.id, mine)
      for (const contribution of plugin.manifest.contributes.observers) mine.set(contribution.name, await open(plugin, contribution, isNew))
    },
    standing: (pluginId) => [...observers.get(pluginId) ?? []].map(([name, { cursor, waiting, past }]) => ({ name, cursor, waiting, past })),
    async forget(transaction, pluginId) { await deleteCursors(transaction, pluginId) },
    start() {
      stopListening = tail.onEvents((events) => {
        for (const mine of observers.values()) for (const observer of mine.values()) observer.offer(events)
      })
      const rest = async (): Promise<void> => { for (const mine of observers.values()) for (const observer of mine.values()) await observer.rest() }
      timer = setInterval(() => { rest().catch((error: unknown) => { log.warn('Places of observers were not written down', { error }) }) }, restEveryMs).unref()
    },
    async stop() {
      stopListening()
      clearInterval(timer)
      for (const pluginId of [...observers.keys()]) await close(pluginId)
    },
  }
}
