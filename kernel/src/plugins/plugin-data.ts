import type { InstalledPlugin } from './installed-plugin.ts'

/** A file of an export: whoever reads it needs nothing of ours. At most a few megabytes; longer ones come in parts. */
export interface ExportedFile {
  /** As `tables/votes-1.jsonl`: segments of [A-Za-z0-9._-]. */
  readonly path: string
  readonly bytes: Buffer
}

/**
 * What a plugin keeps on this server: each kind of storage (values, tables, secrets, settings) is one of these. Nothing
 * of the plugin runs while any of it is called, but for exports.
 */
export interface PluginData {
  /** Makes ready what the manifest asks for, as role, schema and migrations that were not carried out; before the plugin's code is loaded. */
  prepare(plugin: InstalledPlugin): Promise<void>
  /** Copies everything aside under this id; taking it again replaces it. */
  snapshot(plugin: InstalledPlugin, snapshotId: string): Promise<void>
  /** Makes everything what it was when the snapshot was taken, whatever has happened since; `plugin` is as it was then. Where there is no such snapshot, nothing has been changed yet and nothing is. */
  restore(plugin: InstalledPlugin, snapshotId: string): Promise<void>
  forgetSnapshot(pluginId: string, snapshotId: string): Promise<void>
  /** Everything that is not secret. */
  exportData(plugin: InstalledPlugin): AsyncIterable<ExportedFile>
  /** No row, file, role or schema is left; where there is none, none is missed. */
  purge(pluginId: string): Promise<void>
}

/** Several kinds of storage as one. */
export function combineData(kinds: readonly PluginData[]): PluginData {
  const each = async (work: (kind: PluginData) => Promise<void>): Promise<void> => { for (const kind of kinds) await work(kind) }
  return {
    prepare: (plugin) => each((kind) => kind.prepare(plugin)),
    snapshot: (plugin, snapshotId) => each((kind) => kind.snapshot(plugin, snapshotId)),
    restore: (plugin, snapshotId) => each((kind) => kind.restore(plugin, snapshotId)),
    forgetSnapshot: (pluginId, snapshotId) => each((kind) => kind.forgetSnapshot(pluginId, snapshotId)),
    async* exportData(plugin) { for (const kind of kinds) yield* kind.exportData(plugin) },
    purge: (pluginId) => each((kind) => kind.purge(pluginId)),
  }
}
