import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { RookeryError } from '@rookery/sdk/protocol'
import type { Clock } from '../clock.ts'
import type { Ids } from '../ids.ts'
import { FileNotFoundError, sql, type Database, type FileStore, type Transaction } from '../storage/index.ts'

export interface OwnFile {
  readonly name: string
  readonly sizeBytes: number
  readonly sha256: string
  readonly contentType: string
  readonly createAt: number
}

/** Files that plugins keep for themselves, by name. */
export interface OwnFiles {
  /** In place of one with the same name. */
  put(pluginId: string, name: string, bytes: Buffer, options: { readonly contentType: string, readonly maximumBytes: number }): Promise<OwnFile>
  /** `start` and `length` of a part. */
  read(pluginId: string, name: string, part: { readonly start: number, readonly length: number }): Promise<OwnFile & { readonly bytes: Buffer }>
  list(pluginId: string, page: { readonly prefix: string, readonly after: string, readonly limit: number }): Promise<OwnFile[]>
  delete(pluginId: string, name: string): Promise<boolean>
  usage(pluginId: string): Promise<number>
}

interface OwnFilesDependencies {
  readonly db: Database
  readonly files: FileStore
  readonly ids: Ids
  readonly clock: Clock
}

export const maximumOwnFiles = 10_000
const columns = sql.fragment`name, size_bytes as "sizeBytes", sha256, content_type as "contentType", create_at as "createAt"`

export function createOwnFiles({ db, files, ids, clock }: OwnFilesDependencies): OwnFiles {
  /** The bytes go with a later sweep: an upgrade that fails may want them back. */
  const release = (transaction: Transaction, storageKey: string): Promise<unknown> =>
    transaction.query(sql`insert into unclaimed_blobs (storage_key, create_at) values (${storageKey}, ${clock.now()}) on conflict do nothing`)

  return {
    async put(pluginId, name, bytes, { contentType, maximumBytes }) {
      const storageKey = `plugin-files/${pluginId}/${ids.next()}`
      // Until a row claims them they are strays.
      await db.query(sql`insert into unclaimed_blobs (storage_key, create_at) values (${storageKey}, ${clock.now()})`)
      await files.write(storageKey, Readable.from([bytes]))
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      return db.transact(async (transaction) => {
        // Whoever puts one waits here, so that the quota holds.
        await transaction.query(sql`select 1 from plugins where id = ${pluginId} for no key update`)
        const before = await transaction.maybeOne<{ storageKey: string, sizeBytes: number }>(sql`select storage_key as "storageKey", size_bytes as "sizeBytes" from plugin_files where plugin_id = ${pluginId} and name = ${name}`)
        const used = await transaction.one<{ count: number, bytes: number }>(sql`select count(*) as count, coalesce(sum(size_bytes), 0)::int8 as bytes from plugin_files where plugin_id = ${pluginId}`)
        if (used.bytes - (before?.sizeBytes ?? 0) + bytes.length > maximumBytes) throw new RookeryError('plugin_storage_full', { quota: `${maximumBytes} bytes of files` })
        if (!before && used.count >= maximumOwnFiles) throw new RookeryError('plugin_storage_full', { quota: `${maximumOwnFiles} files` })
        if (before) await release(transaction, before.storageKey)
        await transaction.query(sql`delete from unclaimed_blobs where storage_key = ${storageKey}`)
        return transaction.one<OwnFile>(sql`
          insert into plugin_files (plugin_id, name, storage_key, size_bytes, sha256, content_type, create_at) values (${pluginId}, ${name}, ${storageKey}, ${bytes.length}, ${sha256}, ${contentType}, ${clock.now()})
          on conflict (plugin_id, name) do update set storage_key = excluded.storage_key, size_bytes = excluded.size_bytes, sha256 = excluded.sha256, content_type = excluded.content_type, create_at = excluded.create_at
          returning ${columns}`)
      })
    },
    async read(pluginId, name, { start, length }) {
      const found = await db.maybeOne<OwnFile & { storageKey: string }>(sql`select ${columns}, storage_key as "storageKey" from plugin_files where plugin_id = ${pluginId} and name = ${name}`)
      if (!found) throw new RookeryError('plugin_file_not_found')
      const { storageKey, ...file } = found
      const end = Math.min(start + length, file.sizeBytes) - 1
      if (end < start) return { ...file, bytes: Buffer.alloc(0) }
      const source = await files.read(storageKey, { start, end }).catch((error: unknown) => { throw error instanceof FileNotFoundError ? new RookeryError('plugin_file_not_found') : error })
      return { ...file, bytes: Buffer.concat(await source.toArray() as Buffer[]) }
    },
    list: (pluginId, { prefix, after, limit }) => db.any<OwnFile>(sql`
      select ${columns} from plugin_files where plugin_id = ${pluginId} and name >= ${prefix} and name > ${after} and name < ${`${prefix}\u{10ffff}`} order by name limit ${limit}`),
    delete: (pluginId, name) => db.transact(async (transaction) => {
      const gone = await transaction.maybeOne<{ storageKey: string }>(sql`delete from plugin_files where plugin_id = ${pluginId} and name = ${name} returning storage_key as "storageKey"`)
      if (gone) await release(transaction, gone.storageKey)
      return gone !== undefined
    }),
    usage: (pluginId) => db.value<number>(sql`select coalesce(sum(size_bytes), 0)::int8 from plugin_files where plugin_id = ${pluginId}`),
  }
}
