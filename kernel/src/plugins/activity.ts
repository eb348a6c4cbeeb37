import type { PluginDatabase } from '../plugin-database/index.ts'
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
  /** Nothing is left to go on with. What the plugin has still to forget of people goes only with the plugin: `isGone`. */
  forget(transaction: Transaction, pluginId: string, options: { readonly isGone: boolean }): Promise<void>
}

interface ActivityDependencies {
  readonly observers: Observers
  readonly jobs: PluginJobs
  readonly deliveries: Deliveries
  /** Its `resume` sends what plugins wanted done after their transactions. */
  readonly database: Pick<PluginDatabase, 'resume'>
}

export function createActivity({ observers, jobs, deliveries, database }: ActivityDependencies): Activity {
  return {
    async follow(plugin, options) {
      await observers.follow(plugin, options)
      await jobs.follow(plugin, options)
      if (options.isNew && plugin.state === 'enabled') await deliveries.resume(plugin.id)
      if (plugin.state === 'enabled') await database.resume(plugin.id)
    },
    async resume(pluginId) {
      await deliveries.resume(pluginId)
      await database.resume(pluginId)
    },
    async forget(transaction, pluginId, options) {
      await observers.forget(transaction, pluginId)
      await jobs.forget(transaction, pluginId)
      await deliveries.forget(transaction, pluginId, options)
    },
  }
}
