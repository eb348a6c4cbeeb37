import type { OutputOf, PluginUsage, pluginsUsage } from '@rookery/sdk/protocol'
import type { Bridge } from './bridge.ts'
import type { PluginHosts } from './host-link.ts'

/** What plugins have used since the server started. */
export interface PluginUsages {
  of(pluginId: string): PluginUsage
  whole(pluginId: string): Omit<OutputOf<typeof pluginsUsage>, 'hooks' | 'observers'>
}

export function createPluginUsages({ hosts, bridge }: { hosts: PluginHosts, bridge: Bridge }): PluginUsages {
  const of: PluginUsages['of'] = (pluginId) => {
    const { state, cpuTimeMs = 0, heapBytes = 0, invocations = 0 } = hosts.statistics(pluginId) ?? {}
    const { calls, refusedCalls, lastUsedAt, requestsByHost } = bridge.usage(pluginId)
    return { isLoaded: state === 'loaded', cpuTimeMs, heapBytes, invocations, calls, refusedCalls, lastUsedAt: { ...lastUsedAt }, requestsByHost: { ...requestsByHost } }
  }
  return {
    of,
    whole(pluginId) {
      const { disposals = 0, deathsAlone: deaths = 0 } = hosts.statistics(pluginId) ?? {}
      return { usage: of(pluginId), disposals, deaths }
    },
  }
}
