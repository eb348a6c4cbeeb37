import { limitsOf, RookeryError } from '@rookery/sdk/protocol'
import type { Context } from '../operations/index.ts'
import { isMeantToRun, type InstalledPlugin } from './installed-plugin.ts'
import type { Registry } from './registry.ts'

/** Where people and other plugins come in. */
export interface PluginDoors {
  /** Throws where it does not run: who asks for one that is off hears that, and of one that cannot run now that it is unavailable. */
  running(pluginId: string): InstalledPlugin
  /** Whoever asks again and again before there is an answer leaves places for others. */
  pass<Value>(plugin: InstalledPlugin, context: Context, work: () => Promise<Value>): Promise<Value>
}

/** Of the places of one plugin, under way at its doors: the others are for what it hears and does itself. */
const shareOfDoors = 3 / 4
const maximumOfCaller = 8

const atDoors = ({ manifest }: InstalledPlugin): number => Math.ceil(limitsOf(manifest).invocationsAtOnce * shareOfDoors)

export function createPluginDoors({ registry }: { registry: Registry }): PluginDoors {
  const underWay = new Map<string, number>()
  const add = (key: string, by: number): void => {
    const count = (underWay.get(key) ?? 0) + by
    if (count > 0) underWay.set(key, count)
    else underWay.delete(key)
  }
  return {
    running(pluginId) {
      const plugin = registry.find(pluginId)
      if (!isMeantToRun(plugin)) throw new RookeryError('plugin_not_enabled', { plugin: pluginId })
      if (plugin.state !== 'enabled') throw new RookeryError('plugin_unavailable', { plugin: pluginId, retryAfterSeconds: 1 })
      return plugin
    },
    async pass(plugin, { actor, address }, work) {
      const { id } = plugin
      const caller = `${id} ${actor.kind === 'user' ? actor.userId : address}`
      if ((underWay.get(caller) ?? 0) >= maximumOfCaller) throw new RookeryError('rate_limited', { retryAfterSeconds: 1 })
      if ((underWay.get(id) ?? 0) >= atDoors(plugin)) throw new RookeryError('plugin_unavailable', { plugin: id, retryAfterSeconds: 1 })
      add(caller, 1)
      add(id, 1)
      try {
        return await work()
      } finally {
        add(caller, -1)
        add(id, -1)
      }
    },
  }
}
