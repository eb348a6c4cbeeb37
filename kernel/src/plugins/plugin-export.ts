import { Readable } from 'node:stream'
import { canonicalJson, writeArchive, type ArchiveFile } from '@rookery/sdk/package'
import { RookeryError } from '@rookery/sdk/protocol'
import type { Clock } from '../clock.ts'
import type { Ids } from '../ids.ts'
import type { DueWork } from '../jobs/index.ts'
import type { Download } from '../operations/index.ts'
import { sql, type Database, type FileStore } from '../storage/index.ts'
import type { InstalledPlugin } from './installed-plugin.ts'
import type { PluginData } from './plugin-data.ts'

/** Archives of all that plugins keep. */
export interface PluginExports {
  /** Writes one that stays until it is removed; answers its key. */
  write(plugin: InstalledPlugin): Promise<string>
  remove(key: string): Promise<void>
  /** Those too that are only there to be fetched. */
  removeOf(plugin: InstalledPlugin): Promise<void>
  /** One that was written, or one of this moment, which is gone after a while. */
  download(plugin: InstalledPlugin): Promise<Download<{ pluginId: string }>>
  /** One of other files, which is gone after a while. */
  offer<Value>(value: Value, key: string, fileName: string, files: AsyncIterable<ArchiveFile>): Promise<Download<Value>>
}

interface PluginExportsDependencies {
  readonly data: PluginData
  readonly files: FileStore
  readonly db: Database
  readonly dueWork: DueWork
  readonly ids: Ids
  readonly clock: Clock
}

const dueKind = 'plugins.export'
const folder = 'plugin-exports'
/** As long as anybody may take to fetch one. */
const keptMs = 3_600_000

export function createPluginExports({ data, files, db, dueWork, ids, clock }: PluginExportsDependencies): PluginExports {
  dueWork.on(dueKind, ({ key }) => files.remove(key))

  const contents = async function* (plugin: InstalledPlugin): AsyncGenerator<ArchiveFile> {
    const { id, version, granted, binding, hookOverrides, createAt, manifest } = plugin
    yield { path: 'plugin.json', bytes: Buffer.from(canonicalJson(manifest)) }
    yield { path: 'installation.json', bytes: Buffer.from(canonicalJson({ id, version, granted, binding, hookOverrides, createAt, exportedAt: clock.now() })) }
    for await (const { path, bytes } of data.exportData(plugin)) yield { path: `data/${path}`, bytes }
  }
  const writeAt = (key: string, contents: AsyncIterable<ArchiveFile>): Promise<unknown> => files.write(key, Readable.from(writeArchive(contents)))
  const keyOf = ({ id }: InstalledPlugin): string => `${folder}/${id}/${ids.next()}.zip`
  const passOn = (key: string): Promise<void> => db.transact((transaction) => dueWork.put(transaction, { kind: dueKind, key, dueAt: clock.now() + keptMs, payload: {} }))
  const offered = async <Value>(value: Value, key: string, fileName: string): Promise<Download<Value>> => {
    const sizeBytes = await files.size(key)
    if (sizeBytes === undefined) throw new RookeryError('not_found', { noun: 'archive' })
    return { value, sizeBytes, mimeType: 'application/zip', fileName, version: key.replaceAll(/[^A-Za-z0-9._-]/g, '-'), open: (range) => files.read(key, range) }
  }

  return {
    async write(plugin) {
      const key = keyOf(plugin)
      await writeAt(key, contents(plugin))
      return key
    },
    remove: (key) => files.remove(key),
    async removeOf({ id, trash }) {
      const passing = await db.any<{ key: string }>(sql`select key from due_work where kind = ${dueKind} and starts_with(key, ${`${folder}/${id}/`})`)
      for (const { key } of passing) await files.remove(key)
      if (trash && trash.archiveKey !== '') await files.remove(trash.archiveKey)
      await db.transact(async (transaction) => { for (const { key } of passing) await dueWork.remove(transaction, dueKind, key) })
    },
    async download(plugin) {
      let key = plugin.trash?.archiveKey ?? ''
      if (key === '') {
        key = keyOf(plugin)
        await passOn(key)
        await writeAt(key, contents(plugin))
      }
      return offered({ pluginId: plugin.id }, key, `${plugin.id}-${plugin.version}-export.zip`)
    },
    async offer(value, key, fileName, archived) {
      await passOn(key)
      await writeAt(key, archived)
      return offered(value, key, fileName)
    },
  }
}
