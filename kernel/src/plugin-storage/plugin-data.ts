import type { PluginManifest } from '@rookery/sdk/protocol'

/** What storage knows of a plugin. */
export interface StoringPlugin {
  readonly id: string
  readonly manifest: PluginManifest
  readonly granted: Readonly<Record<string, unknown>>
}

/** A file of an export: whoever reads it needs nothing of ours. At most a few megabytes; longer ones come in parts. */
export interface ExportedFile {
  /** As `tables/votes-1.jsonl`: segments of [A-Za-z0-9._-]. */
  readonly path: string
  readonly bytes: Buffer
}

/** One kind of what a plugin keeps, taken as a whole. Nothing of the plugin runs while any of it is called. */
export interface StoredKind {
  /** Makes ready what the manifest asks for, before the plugin's code is loaded. */
  prepare(plugin: StoringPlugin): Promise<void>
  /** Copies everything aside under this id; taking it again replaces it. */
  snapshot(plugin: StoringPlugin, snapshotId: string): Promise<void>
  /** Makes everything what it was when the snapshot was taken; where there is none, nothing is changed. */
  restore(plugin: StoringPlugin, snapshotId: string): Promise<void>
  forgetSnapshot(pluginId: string, snapshotId: string): Promise<void>
  /** Everything that is not secret. */
  exportData(plugin: StoringPlugin): AsyncIterable<ExportedFile>
  /** No row, file, role or schema is left; where there is none, none is missed. */
  purge(pluginId: string): Promise<void>
}
