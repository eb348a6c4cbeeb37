import type { Readable } from 'node:stream'
import type { MigrationContribution } from '@rookery/sdk/protocol'

/** One file of what a plugin has stored: `values.jsonl`, `settings.jsonl`, `files.jsonl`, `files/<n>`, `tables.json`, `tables/<name>.copy`. */
export interface DataPart {
  readonly path: string
  open(): Promise<Readable>
}

/** What a plugin uses of what it may store. */
export interface StorageUsage {
  readonly valueKeys: number
  readonly valueBytes: number
  readonly databaseBytes: number
  readonly fileBytes: number
}

/** What a plugin needs to have its tables: its id and what its manifest says. */
export interface StoringPlugin {
  readonly id: string
  readonly manifest: { readonly contributes: { readonly migrations: readonly MigrationContribution[] } }
}

/** All that a plugin has stored, taken together: for upgrades, exports, backups and its end. */
export interface PluginData {
  /** Brings the plugin's tables up to its manifest; answers the ids of what ran. Throws `plugin_migration_failed` and leaves what ran before. */
  migrate(plugin: StoringPlugin): Promise<readonly string[]>
  usage(pluginId: string): Promise<StorageUsage>
  /** Everything but secrets, each part to be read before the next is asked for. Nothing of the plugin may run meanwhile. */
  exportData(pluginId: string): AsyncIterable<DataPart>
  /** Puts what was exported in place of all that is there; the tables are made anew by the migrations of the plugin as it was then. */
  importData(plugin: StoringPlugin, parts: AsyncIterable<DataPart>): Promise<void>
  /** Leaves no row, schema, role or file. The row of the plugin itself is not touched. */
  purgeData(pluginId: string): Promise<void>
}
