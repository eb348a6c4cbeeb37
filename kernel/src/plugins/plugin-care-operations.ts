import {
  pluginsDeadLetters, pluginsDropDeadLetters, pluginsHooks, pluginsLogs, pluginsObservers, pluginsReplay, pluginsSetHook, pluginsUsage, RookeryError, type DeadLetter, type InputOf, type ObserverStanding,
  type PlannedHook as ShownHook,
} from '@rookery/sdk/protocol'
import type { Access } from '../auth/index.ts'
import { implement, type AnyImplementation, type Context } from '../operations/index.ts'
import type { Deliveries } from './deliveries/index.ts'
import type { PluginHooks } from './hooks/index.ts'
import type { HookOverride, InstalledPlugin } from './installed-plugin.ts'
import type { Observers } from './observers/index.ts'
import type { PluginLogs } from './plugin-logs.ts'
import { assertMayReadPlugins, assertMayWritePlugins } from './plugin-rights.ts'
import type { PluginUsages } from './plugin-usages.ts'
import type { Registry } from './registry.ts'

interface Parts {
  readonly access: Access
  readonly registry: Registry
  readonly hooks: PluginHooks
  readonly deliveries: Deliveries
  readonly observers: Observers
  readonly usage: PluginUsages
  readonly logs: PluginLogs
}

/** How admins look after plugins that run. */
export function createPluginCareOperations({ access, registry, hooks, deliveries, observers, usage, logs }: Parts): AnyImplementation[] {
  const readable = (context: Context, { pluginId }: { pluginId: string }): InstalledPlugin => {
    assertMayReadPlugins(access, context)
    return registry.find(pluginId)
  }
  const writable = (context: Context, { pluginId }: { pluginId: string }): InstalledPlugin => {
    assertMayWritePlugins(access, context)
    return registry.find(pluginId)
  }
  const shown = (operation?: string): ShownHook[] => hooks.describe().filter((hook) => operation === undefined || hook.operation === operation)

  const standing = async (pluginId: string): Promise<{ observers: ObserverStanding[], deadLetters: number }> => {
    const rows = await deliveries.counts(pluginId)
    const counts = new Map(rows.map((row) => [row.handler, row]))
    return {
      observers: observers.standing(pluginId).map((place) => {
        const { retrying = 0, dead = 0 } = counts.get(`observe ${place.name}`) ?? {}
        return { ...place, retrying, dead }
      }),
      deadLetters: rows.reduce((sum, { dead }) => sum + dead, 0),
    }
  }

  return [
    implement(pluginsHooks, { access(context) { assertMayReadPlugins(access, context) }, handle: (_context, { operation }) => shown(operation) }),
    implement(pluginsSetHook, {
      access(context, input) {
        const plugin = writable(context, input)
        const { transforms, guards } = plugin.manifest.contributes
        const isThere = (input.kind === 'guard' ? guards : transforms).some(({ operation }) => operation === input.operation)
        if (!isThere) throw new RookeryError('plugin_hook_not_found', { plugin: plugin.id, kind: input.kind, operation: input.operation })
        return plugin
      },
      async handle(_context, input, { id }) {
        const key = `${input.kind} ${input.operation}`
        await registry.change(id, ({ hookOverrides }) => ({ hookOverrides: { ...hookOverrides, [key]: override(hookOverrides[key] ?? {}, input) } }))
        return shown(input.operation)
      },
    }),
    implement(pluginsDeadLetters, {
      access: readable,
      handle: async (_context, { afterId = '', limit = 60 }, { id: pluginId }): Promise<DeadLetter[]> =>
        (await deliveries.dead(pluginId, { after: afterId, limit })).map(({ id, handler, input, attempts, lastError, createAt, updateAt }) => ({ id, pluginId, handler, input, attempts, lastError, createAt, updateAt })),
    }),
    implement(pluginsReplay, { access: writable, handle: async (_context, { ids = [], all = false }, { id }) => ({ count: await deliveries.replay(id, all ? 'all' : ids) }) }),
    implement(pluginsDropDeadLetters, { access: writable, handle: async (_context, { ids = [], all = false }, { id }) => ({ count: await deliveries.drop(id, all ? 'all' : ids) }) }),
    implement(pluginsObservers, { access: readable, handle: async (_context, _input, { id }) => (await standing(id)).observers }),
    implement(pluginsUsage, {
      access: readable,
      handle: async (_context, _input, { id }) => ({ ...await usage.whole(id), hooks: shown().filter(({ pluginId }) => pluginId === id), ...await standing(id) }),
    }),
    implement(pluginsLogs, { access: readable, handle: (_context, { after = 0 }, { id }) => logs.read(id, after) }),
  ]
}

/** What is left out stays; null is as the plugin says. */
function override(present: HookOverride, input: InputOf<typeof pluginsSetHook>): HookOverride {
  const next: Record<string, unknown> = { ...present }
  for (const name of ['deadlineMs', 'onFailure', 'priority'] as const) {
    if (input[name] === null) delete next[name]
    else if (input[name] !== undefined) next[name] = input[name]
  }
  return next
}
