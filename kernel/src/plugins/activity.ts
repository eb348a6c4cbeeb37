import type { Transaction } from '../storage/index.ts'
import type { Deliveries } from './deliveries/index.ts'
import type { InstalledPlugin } from './installed-plugin.ts'
import type { PluginJobs } from './jobs/index.ts'
import type { Observers } from './observers/index.ts'

/** All that plugins do on their own: observe, work at their times, try again. */
export interface Activity {
  /** Begins or ends it as the plugin's state says. `isNew`: it begins anew, and not where it stood. */
  follow(plugin: InstalledPlugin, options: { readonly isNew: boolean }): Promise<void>
  /** Goes on with what waited. */
  resume(pluginId: string): Promise<void>
  /** Nothing is left to go on with. */
  forget(transaction: Transaction, pluginId: string): Promise<void>
}

interface ActivityDependencies {
  readonly observers: Observers
  readonly jobs: PluginJobs
  readonly deliveries: Deliveries
  /** What plugins wanted done after their transactions. */
  readonly outbox: { resume(pluginId: string): Promise<void> }
}

export function createActivity({ observers, jobs, deliveries, outbox }: ActivityDependencies): Activity {
  return {
    async follow(plugin, options) {
      await observers.follow(plugin, options)
      await jobs.follow(plugin, options)
      if (plugin.state !== 'enabled') return
      if (options.isNew) await deliveries.resume(plugin.id)
      await outbox.resume(plugin.id)
    },
    resume: (pluginId) => deliveries.resume(pluginId),
    async forget(transaction, pluginId) {
      await observers.forget(transaction, pluginId)
      await jobs.forget(transaction, pluginId)
      await deliveries.forget(transaction, pluginId)
    },
  }
}
