import { Type } from 'typebox'
import { Fields, RookeryError, Text, type MetricContribution } from '@rookery/sdk/protocol'
import type { InstalledPlugin } from '../installed-plugin.ts'
import type { PluginMetrics } from '../plugin-metrics.ts'
import { capabilityMethod, type CapabilityMethod } from './capability-method.ts'

const Amount = Type.Number({ minimum: -Number.MAX_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER })

/** What a plugin counts and measures of itself. */
export function createMetricMethods({ metrics }: { metrics: PluginMetrics }): CapabilityMethod[] {
  const assertKnown = (plugin: InstalledPlugin, name: string, kind: MetricContribution['kind']): void => {
    if (!plugin.manifest.contributes.metrics?.some((metric) => metric.name === name && metric.kind === kind)) throw new RookeryError('invalid_input', { field: 'name', reason: `the plugin has not said that it has this ${kind}` })
  }
  return [
    capabilityMethod({
      name: 'metrics.add', capability: null, isUnordered: true, input: Fields({ name: Text(64), by: Type.Number({ minimum: 0, maximum: 1e9 }) }),
      handle({ plugin }, { name, by }) {
        assertKnown(plugin, name, 'counter')
        metrics.add(plugin.id, name, by)
        return null
      },
    }),
    capabilityMethod({
      name: 'metrics.set', capability: null, input: Fields({ name: Text(64), value: Amount }),
      handle({ plugin }, { name, value }) {
        assertKnown(plugin, name, 'gauge')
        metrics.set(plugin.id, name, value)
        return null
      },
    }),
  ]
}
