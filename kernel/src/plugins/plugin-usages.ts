import type { OutputOf, PluginUsage, pluginsUsage } from '@rookery/sdk/protocol'
import { sql, type Database } from '../storage/index.ts'
import type { Bridge } from './bridge.ts'
import type { PluginHosts } from './host-link.ts'

type Usage = OutputOf<typeof pluginsUsage>

interface PluginUsagesDependencies {
  readonly hosts: PluginHosts
  readonly bridge: Bridge
  readonly db: Database
  readonly database: { size(pluginId: string): Promise<number> }
}

/** What plugins have used since the server started. */
export interface PluginUsages {
  of(pluginId: string): PluginUsage
  whole(pluginId: string): Promise<Omit<Usage, 'hooks' | 'observers'>>
}

export function createPluginUsages({ hosts, bridge, db, database }: PluginUsagesDependencies): PluginUsages {
  const stored = async (pluginId: string): Promise<Usage['stored']> => {
    const counted = await db.one<Omit<Usage['stored'], 'databaseBytes'>>(sql`
      select coalesce((select keys from plugin_value_usage where plugin_id = ${pluginId}), 0) as values, coalesce((select bytes from plugin_value_usage where plugin_id = ${pluginId}), 0) as "valueBytes",
        count(*) as files, coalesce(sum(size_bytes), 0)::bigint as "fileBytes" from plugin_files where plugin_id = ${pluginId}`)
    return { ...counted, databaseBytes: await database.size(pluginId) }
  }
  const of: PluginUsages['of'] = (pluginId) => {
    const { state, cpuTimeMs = 0, heapBytes = 0, invocations = 0 } = hosts.statistics(pluginId) ?? {}
    const { calls, refusedCalls, lastUsedAt, requestsByHost } = bridge.usage(pluginId)
    return { isLoaded: state === 'loaded', cpuTimeMs, heapBytes, invocations, calls, refusedCalls, lastUsedAt: { ...lastUsedAt }, requestsByHost: { ...requestsByHost } }
  }
  return {
    of,
    async whole(pluginId) {
      const { disposals = 0, deathsAlone: deaths = 0 } = hosts.statistics(pluginId) ?? {}
      return { usage: of(pluginId), disposals, deaths, stored: await stored(pluginId) }
    },
  }
}
