import type { OutputOf, PluginUsage, pluginsUsage } from '@rookery/sdk/protocol'
import type { Bridge } from './bridge.ts'
import type { PluginHosts } from './host-link.ts'
import type { ReachedHosts } from './reached-hosts.ts'

/** What plugins have used since the server started. */
export interface PluginUsages {
  of(pluginId: string): PluginUsage
  whole(pluginId: string): Omit<OutputOf<typeof pluginsUsage>, 'hooks' | 'observers'>
}

export function createPluginUsages({ hosts, bridge, reachedHosts }: { hosts: PluginHosts, bridge: Bridge, reachedHosts: ReachedHosts }): PluginUsages {
  const of: PluginUsages['of'] = (pluginId) => {
    const { state, cpuTimeMs = 0, heapBytes = 0, invocations = 0 } = hosts.statistics(pluginId) ?? {}
    const { calls, refusedCalls, lastUsedAt } = bridge.usage(pluginId)
    return { isLoaded: state === 'loaded', cpuTimeMs, heapBytes, invocations, calls, refusedCalls, lastUsedAt: { ...lastUsedAt } }
  }
  return {
    of,
    whole(pluginId) {
      const { disposals = 0, deathsAlone: deaths = 0 } = hosts.statistics(pluginId) ?? {}
      return { usage: of(pluginId), disposals, deaths, hosts: reachedHosts.list(pluginId) }
    },
  }
}
