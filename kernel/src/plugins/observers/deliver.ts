import type { ObserverContribution, RookeryEvent } from '@rookery/sdk/protocol'
import type { Effects } from '../effects.ts'
import { failureOf } from '../failure.ts'
import { pick } from '../../plugin-host/index.ts'
import type { Registry } from '../registry.ts'
import type { Runtime } from '../runtime.ts'

/** How an observer took a batch in: `failed` has the cursors of events that it wants again. */
export type Taken =
  | { readonly kind: 'done', readonly failed: ReadonlySet<string> }
  | { readonly kind: 'failed', readonly reason: string }
  | { readonly kind: 'unavailable' }

export interface Delivering {
  contribution(pluginId: string, observer: string): ObserverContribution | undefined
  /** Hands events to an observer, once. */
  deliver(pluginId: string, observer: string, events: readonly RookeryEvent[], attempt: number): Promise<Taken>
}

const standardDeadlineMs = 30_000

export function createDelivering({ registry, runtime, effects }: { registry: Registry, runtime: Pick<Runtime, 'invoke'>, effects: Effects }): Delivering {
  const contribution: Delivering['contribution'] = (pluginId, observer) => registry.all.get(pluginId)?.manifest.contributes.observers.find(({ name }) => name === observer)
  return {
    contribution,
    async deliver(pluginId, observer, events, attempt) {
      const plugin = registry.all.get(pluginId)
      const found = contribution(pluginId, observer)
      if (!plugin || !found || plugin.state !== 'enabled') return { kind: 'unavailable' }
      const input = events.map(({ cursor, at, payload }) => ({ key: cursor, at, attempt, payload: pick(payload, found.needs) }))
      // A letter that was put away knows it from then: the chain has not ended because somebody waited.
      const causeDepth = Math.max(...events.map((event) => (event as { causeDepth?: number }).causeDepth ?? effects.depthOf(actorOf(event))))
      try {
        const answer = await runtime.invoke(plugin, `observe ${observer}`, input, { deadlineMs: found.deadlineMs ?? standardDeadlineMs, causeDepth })
        const { retry } = (typeof answer === 'object' && answer !== null ? answer : {}) as { retry?: unknown }
        return { kind: 'done', failed: new Set(Array.isArray(retry) ? retry.filter((key) => typeof key === 'string') : []) }
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
