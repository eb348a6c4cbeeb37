import { pluginChanged, pluginRemoved, type PayloadOf, type RookeryEvent } from '@rookery/sdk/protocol'
import type { Log } from '../telemetry/index.ts'
import type { Lifecycle } from './lifecycle.ts'
import type { Registry } from './registry.ts'

interface Parts {
  readonly registry: Registry
  readonly lifecycle: Pick<Lifecycle, 'followRow'>
  readonly log: Log
}

/**
 * What another server of the same database did to a plugin is done here too: its row says what holds, and its
 * generation whether this server knows that already.
 */
export function createFollowOthers({ registry, lifecycle, log }: Parts): (events: readonly RookeryEvent[]) => void {
  const follow = (pluginId: string): void => {
    lifecycle.followRow(pluginId).catch((error: unknown) => { log.error('A plugin does not run here as its row says', { plugin: pluginId, error }) })
  }
  return (events) => {
    for (const { name, payload } of events) {
      if (name === pluginRemoved.name) {
        const { pluginId } = payload as PayloadOf<typeof pluginRemoved>
        if (registry.all.has(pluginId) || registry.trashed.has(pluginId)) follow(pluginId)
      } else if (name === pluginChanged.name) {
        const { pluginId, generation } = payload as PayloadOf<typeof pluginChanged>
        if (generation > (registry.generationOf(pluginId) ?? 0)) follow(pluginId)
      }
    }
  }
}
