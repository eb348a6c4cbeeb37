import { observedEvents, type ObserverContribution, type RookeryEvent } from '@rookery/sdk/protocol'
import type { Directory } from '../../auth/index.ts'
import type { PluginReach } from '../../operations/index.ts'
import type { Effects } from '../effects.ts'
import { failureOf } from '../failure.ts'
import { compileFilter, type Filter } from '../hooks/index.ts'
import type { InstalledPlugin } from '../installed-plugin.ts'
import { pick } from '../../plugin-host/index.ts'
import { createReach } from '../reach.ts'
import type { Registry } from '../registry.ts'
import type { Runtime } from '../runtime.ts'

/** How an observer took a batch in: so many of its events concerned it, `failed` has the cursors of those that it wants again. */
export type Taken =
  | { readonly kind: 'done', readonly count: number, readonly failed: ReadonlySet<string> }
  | { readonly kind: 'failed', readonly reason: string }
  | { readonly kind: 'unavailable' }

export interface Delivering {
  contribution(pluginId: string, observer: string): ObserverContribution | undefined
  /** Hands those of the events to an observer that it wants, and that its plugin may hear of at this moment; once. */
  deliver(pluginId: string, observer: string, events: readonly RookeryEvent[], attempt: number): Promise<Taken>
}

const standardDeadlineMs = 30_000
const capabilityOf = ({ event }: ObserverContribution): string => observedEvents[event as keyof typeof observedEvents].capability

export function createDelivering({ registry, runtime, effects, directory }: { registry: Registry, runtime: Pick<Runtime, 'invoke'>, effects: Effects, directory: Directory }): Delivering {
  // Rows and what stands in them are never changed, only replaced.
  const filters = new WeakMap<ObserverContribution, Filter>()
  const reaches = new WeakMap<InstalledPlugin, PluginReach>()
  const filterOf = (found: ObserverContribution): Filter => {
    let filter = filters.get(found)
    if (!filter) filters.set(found, filter = compileFilter(found.filter))
    return filter
  }
  const reachOf = (plugin: InstalledPlugin): PluginReach => {
    let reach = reaches.get(plugin)
    if (!reach) reaches.set(plugin, reach = createReach(plugin, true))
    return reach
  }
  const wants = async (plugin: InstalledPlugin, found: ObserverContribution, event: RookeryEvent): Promise<boolean> => {
    if (!Object.hasOwn(plugin.granted, capabilityOf(found))) return false
    const subject = await subjectOf(directory, event)
    if (subject.userId !== '' && subject.userId === plugin.botUserId) return false
    return filterOf(found)(subject) && await isWithin(directory, plugin, reachOf(plugin), event)
  }

  const contribution: Delivering['contribution'] = (pluginId, observer) => registry.all.get(pluginId)?.manifest.contributes.observers.find(({ name }) => name === observer)
  return {
    contribution,
    async deliver(pluginId, observer, offered, attempt) {
      const plugin = registry.all.get(pluginId)
      const found = contribution(pluginId, observer)
      if (!plugin || !found || plugin.state !== 'enabled') return { kind: 'unavailable' }
      const events: RookeryEvent[] = []
      for (const event of offered) if (await wants(plugin, found, event)) events.push(event)
      if (events.length === 0) return { kind: 'done', count: 0, failed: new Set() }
      const input = events.map(({ cursor, at, payload }) => ({ key: cursor, at, attempt, payload: pick(payload, found.needs) }))
      // A letter that was put away knows it from then: the chain has not ended because somebody waited.
      const causeDepth = Math.max(...events.map((event) => (event as { causeDepth?: number }).causeDepth ?? effects.depthOf(actorOf(event), event.at)))
      try {
        const answer = await runtime.invoke(plugin, `observe ${observer}`, input, { capability: capabilityOf(found), deadlineMs: found.deadlineMs ?? standardDeadlineMs, causeDepth })
        const { retry } = (typeof answer === 'object' && answer !== null ? answer : {}) as { retry?: unknown }
        return { kind: 'done', count: events.length, failed: new Set(Array.isArray(retry) ? retry.filter((key) => typeof key === 'string') : []) }
      } catch (error) {
        return failureOf(error)
      }
    },
  }
}

/** Who did it, as far as the event says. */
export function actorOf({ payload }: RookeryEvent): string {
  const { post, reaction, userId = '' } = payload as { post?: { userId: string }, reaction?: { userId: string }, userId?: string }
  return post?.userId ?? reaction?.userId ?? userId
}

/** What filters judge, from whatever the event is about. */
async function subjectOf(directory: Directory, event: RookeryEvent): Promise<{ message: string, type: string, isBot: boolean, userId: string }> {
  const { post } = event.payload as { post?: { message: string, type: string } }
  const userId = actorOf(event)
  const isBot = userId !== '' && ((await directory.users.get(userId))?.isBot ?? false)
  return { message: post?.message ?? '', type: post?.type ?? '', isBot, userId }
}

/** Events of channels and teams reach only plugins that are at work there. */
async function isWithin(directory: Directory, plugin: InstalledPlugin, reach: PluginReach, { audience, payload }: RookeryEvent): Promise<boolean> {
  const told = payload as { post?: { channelId: string }, channel?: { id: string }, reaction?: { channelId: string }, channelId?: string, teamId?: string }
  const channelId = audience.channelId ?? told.post?.channelId ?? told.channel?.id ?? told.reaction?.channelId ?? told.channelId
  if (channelId) {
    const channel = await directory.channels.get(channelId)
    return channel !== undefined && reach.reaches(channel)
  }
  const teamId = audience.teamId ?? told.teamId
  return teamId ? reach.reachesTeam(teamId) : plugin.binding.scope === 'server'
}
