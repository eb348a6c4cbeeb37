import { observedEvents, type ObserverContribution, type RookeryEvent } from '@rookery/sdk/protocol'
import type { Directory } from '../../auth/index.ts'
import type { Clock } from '../../clock.ts'
import { cursorOf, parseCursor, type Tail } from '../../events/index.ts'
import type { Database, Transaction } from '../../storage/index.ts'
import type { Log } from '../../telemetry/index.ts'
import type { Deliveries } from '../deliveries/index.ts'
import type { Effects } from '../effects.ts'
import { compileFilter, type Filter } from '../hooks/index.ts'
import type { InstalledPlugin } from '../installed-plugin.ts'
import { createReach } from '../reach.ts'
import type { Registry } from '../registry.ts'
import type { Runtime } from '../runtime.ts'
import { actorOf, createDelivering } from './deliver.ts'
import { askedAgain, createObserver, type Observer } from './observer.ts'
import { deleteCursors, saveCursor, selectCursor } from './observer-rows.ts'

export interface Observers {
  /** Begins or ends observing as the plugin's state says. `isNew`: it hears of what comes from now on, not of what was while it was off. */
  follow(plugin: InstalledPlugin, options: { isNew: boolean }): Promise<void>
  /** Where each observer of a plugin stands. */
  standing(pluginId: string): { name: string, cursor: string, waiting: number }[]
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
  readonly clock: Clock
  readonly log: Log
}

/** How often places in the log are written down where nothing concerned the observer. */
const restEveryMs = 60_000
const standardAttempts = 12

export function createObservers({ registry, runtime, directory, deliveries, effects, tail, db, clock, log }: ObserversDependencies): Observers {
  const observers = new Map<string, Map<string, Observer>>()
  const { deliver, contribution } = createDelivering({ registry, runtime, effects })
  deliveries.handle('observe', {
    maximumAttempts: (pluginId, name) => contribution(pluginId, name)?.maximumAttempts ?? standardAttempts,
    async attempt(pluginId, name, input, attempt) {
      if (!contribution(pluginId, name)) return { kind: 'gone' }
      const taken = await deliver(pluginId, name, [input as RookeryEvent], attempt)
      return taken.kind === 'done' && taken.failed.size > 0 ? { kind: 'failed', reason: askedAgain } : taken
    },
  })
  let stopListening = (): void => {}
  let timer: NodeJS.Timeout | undefined

  const wantsOf = (pluginId: string, { event: name, filter }: ObserverContribution): ((event: RookeryEvent) => Promise<boolean>) => {
    const accepts: Filter = compileFilter(filter)
    const { capability } = observedEvents[name as keyof typeof observedEvents]
    return async (event) => {
      const plugin = registry.all.get(pluginId)
      if (!plugin || !Object.hasOwn(plugin.granted, capability)) return false
      const subject = await subjectOf(directory, event)
      if (subject.userId !== '' && subject.userId === plugin.botUserId) return false
      if (!(await isWithin(directory, plugin, event))) return false
      return accepts(subject)
    }
  }

  const open = async (plugin: InstalledPlugin, contribution: ObserverContribution, isNew: boolean): Promise<Observer> => {
    const stored = isNew ? undefined : await selectCursor(db, plugin.id, contribution.name)
    const from = parseCursor(stored?.cursor ?? '') ?? tail.position()
    if (!stored) await saveCursor(db, plugin.id, contribution.name, cursorOf(from), clock.now())
    return createObserver({
      pluginId: plugin.id, contribution, from, deliveries, tail, db, clock,
      wants: wantsOf(plugin.id, contribution), deliver: (events) => deliver(plugin.id, contribution.name, events, 1),
      letterOf: (event) => ({ ...event, causeDepth: effects.depthOf(actorOf(event)) }),
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
    standing: (pluginId) => [...observers.get(pluginId) ?? []].map(([name, { cursor, waiting }]) => ({ name, cursor, waiting })),
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

/** What filters judge, from whatever the event is about. */
async function subjectOf(directory: Directory, event: RookeryEvent): Promise<{ message: string, type: string, isBot: boolean, userId: string }> {
  const { post } = event.payload as { post?: { message: string, type: string } }
  const userId = actorOf(event)
  const isBot = userId !== '' && ((await directory.users.get(userId))?.isBot ?? false)
  return { message: post?.message ?? '', type: post?.type ?? '', isBot, userId }
}

/** Events of channels and teams reach only plugins that are at work there. */
async function isWithin(directory: Directory, plugin: InstalledPlugin, { audience, payload }: RookeryEvent): Promise<boolean> {
  const reach = createReach(plugin, true)
  const told = payload as { post?: { channelId: string }, channel?: { id: string }, reaction?: { channelId: string }, channelId?: string, teamId?: string }
  const channelId = audience.channelId ?? told.post?.channelId ?? told.channel?.id ?? told.reaction?.channelId ?? told.channelId
  if (channelId) {
    const channel = await directory.channels.get(channelId)
    return channel !== undefined && reach.reaches(channel)
  }
  const teamId = audience.teamId ?? told.teamId
  return teamId ? reach.reachesTeam(teamId) : plugin.binding.scope === 'server'
}
