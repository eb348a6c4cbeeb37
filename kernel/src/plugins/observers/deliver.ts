import { RookeryError, type RookeryEvent } from '@rookery/sdk/protocol'
import { pick } from '../hooks/index.ts'
import type { Registry } from '../registry.ts'
import type { Runtime } from '../runtime.ts'

/** How an observer took a batch in: `failed` has the cursors of events that it wants again. */
export type Attempt =
  | { readonly kind: 'done', readonly failed: ReadonlySet<string> }
  | { readonly kind: 'failed', readonly reason: string }
  /** It could not be asked: nobody's fault. */
  | { readonly kind: 'unavailable' }

const standardDeadlineMs = 30_000

/** Hands events to an observer, once. */
export const createDeliver = ({ registry, runtime }: { registry: Registry, runtime: Pick<Runtime, 'invoke'> }) =>
  async (pluginId: string, observer: string, events: readonly RookeryEvent[], attempt: number): Promise<Attempt> => {
    const plugin = registry.all.get(pluginId)
    const contribution = plugin?.manifest.contributes.observers.find(({ name }) => name === observer)
    if (!plugin || !contribution || plugin.state !== 'enabled') return { kind: 'unavailable' }
    const input = events.map(({ cursor, at, payload }) => ({ key: cursor, at, attempt, payload: pick(payload, contribution.needs) }))
    try {
      const answer = await runtime.invoke(plugin, `observe ${observer}`, input, { deadlineMs: contribution.deadlineMs ?? standardDeadlineMs, causeDepth: 0 })
      const { retry } = (typeof answer === 'object' && answer !== null ? answer : {}) as { retry?: unknown }
      return { kind: 'done', failed: new Set(Array.isArray(retry) ? retry.filter((key) => typeof key === 'string') : []) }
    } catch (error) {
      if (error instanceof RookeryError && error.code === 'plugin_unavailable') return { kind: 'unavailable' }
      return { kind: 'failed', reason: reasonOf(error) }
    }
  }

function reasonOf(error: unknown): string {
  const told = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return told instanceof Error ? told.message || told.name : String(told)
}
