import type { StoredKind } from '../plugin-storage/index.ts'

/** All that plugins keep on this server. */
export type PluginData = StoredKind

/** Several kinds of storage as one, in their order. */
export function combineData(kinds: readonly StoredKind[]): PluginData {
  const each = async (work: (kind: StoredKind) => Promise<void>): Promise<void> => { for (const kind of kinds) await work(kind) }
  return {
    prepare: (plugin) => each((kind) => kind.prepare(plugin)),
    snapshot: (plugin, snapshotId) => each((kind) => kind.snapshot(plugin, snapshotId)),
    restore: (plugin, snapshotId) => each((kind) => kind.restore(plugin, snapshotId)),
    forgetSnapshot: (pluginId, snapshotId) => each((kind) => kind.forgetSnapshot(pluginId, snapshotId)),
    async* exportData(plugin) { for (const kind of kinds) yield* kind.exportData(plugin) },
    purge: (pluginId) => each((kind) => kind.purge(pluginId)),
  }
}
