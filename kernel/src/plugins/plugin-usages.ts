import type { OutputOf, PluginUsage, pluginsUsage } from '@rookery/sdk/protocol'
import type { PluginDatabase } from '../plugin-database/index.ts'
import type { KeyValues, OwnFiles } from '../plugin-storage/index.ts'
import type { Bridge } from './bridge.ts'
import type { CapabilityUses } from './capability-uses.ts'
import type { PluginHosts } from './host-link.ts'
import type { PluginMetrics } from './plugin-metrics.ts'

/** What plugins have used since the server started. */
export interface PluginUsages {
  of(pluginId: string): PluginUsage
  whole(pluginId: string): Promise<Omit<OutputOf<typeof pluginsUsage>, 'hooks' | 'observers' | 'deadLetters'>>
}

interface UsagesDependencies {
  readonly hosts: PluginHosts
  readonly bridge: Bridge
  readonly uses: CapabilityUses
  readonly keyValues: Pick<KeyValues, 'usage'>
  readonly ownFiles: Pick<OwnFiles, 'usage'>
  readonly database: Pick<PluginDatabase, 'size'>
  readonly metrics: Pick<PluginMetrics, 'read'>
}

export function createPluginUsages({ hosts, bridge, uses, keyValues, ownFiles, database, metrics }: UsagesDependencies): PluginUsages {
  const of: PluginUsages['of'] = (pluginId) => {
    const { state, cpuTimeMs = 0, heapBytes = 0, invocations = 0 } = hosts.statistics(pluginId) ?? {}
    const { calls, refusedCalls, requestsByHost } = bridge.usage(pluginId)
    return { isLoaded: state === 'loaded', cpuTimeMs, heapBytes, invocations, calls, refusedCalls, lastUsedAt: uses.of(pluginId), requestsByHost: { ...requestsByHost }, metrics: metrics.read(pluginId) }
  }
  return {
    of,
    async whole(pluginId) {
      const [values, fileBytes, databaseBytes] = await Promise.all([keyValues.usage(pluginId), ownFiles.usage(pluginId), database.size(pluginId)])
      const { disposals = 0, deathsAlone: deaths = 0 } = hosts.statistics(pluginId) ?? {}
      return { usage: of(pluginId), disposals, deaths, stored: { valueKeys: values.keys, valueBytes: values.bytes, fileBytes, databaseBytes } }
    },
  }
}
