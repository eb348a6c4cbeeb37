import pg from 'pg'
import type { Clock } from '../clock.ts'
import { sql, textArray, type Database, type FileStore } from '../storage/index.ts'
import { copyIn, copyOut, exportLines } from './copy-text.ts'
import type { ExportedFile, StoredKind, StoringPlugin } from './plugin-data.ts'
import type { SnapshotPlace, Snapshots } from './snapshots.ts'

interface RowsDependencies {
  readonly db: Database
  readonly files: FileStore
  readonly snapshots: Snapshots
  readonly clock: Clock
  /** What memory has of the plugin may no longer be so. */
  readonly onChange: (pluginId: string) => Promise<void>
}

/** In the order in which they are copied. */
const copied = [
  { table: 'plugin_values', columns: 'plugin_id, key, value, revision, expires_at' },
  { table: 'plugin_secrets', columns: 'plugin_id, name, sealed, update_at' },
  { table: 'plugin_settings', columns: 'plugin_id, scope, scope_id, chosen, update_at' },
  { table: 'plugin_files', columns: 'plugin_id, name, storage_key, size_bytes, sha256, content_type, create_at' },
]
const maximumPieceBytes = 4 * 1024 * 1024

/** Values, secrets, settings and files of plugins as a whole. */
export function createStoredRows({ db, files, snapshots, clock, onChange }: RowsDependencies): StoredKind {
  const placeOf = (pluginId: string, snapshotId: string): SnapshotPlace => ({ pluginId, snapshotId, kind: 'rows' })

  /** On a connection of its own: `copy` goes past what the others know. */
  const inTransaction = async <Result>(begin: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> => {
    const client = new pg.Client(db.connection as pg.ClientConfig)
    client.on('error', () => {})
    await client.connect()
    try {
      await client.query(begin)
      const result = await work(client)
      await client.query('commit')
      return result
    } finally {
      await client.end()
    }
  }

  async function* exportFiles(pluginId: string): AsyncIterable<ExportedFile> {
    const rows = await db.any<{ name: string, storageKey: string, contentType: string, sha256: string, createAt: number }>(sql`
      select name, storage_key as "storageKey", content_type as "contentType", sha256, create_at as "createAt" from plugin_files where plugin_id = ${pluginId} order by name`)
    const index: object[] = []
    for (const [number, { storageKey, ...file }] of rows.entries()) {
      const paths: string[] = []
      for await (const bytes of pieces(await files.read(storageKey))) {
        paths.push(`files/${number + 1}-${paths.length + 1}`)
        yield { path: paths.at(-1) as string, bytes }
      }
      index.push({ ...file, paths })
    }
    if (index.length > 0) yield { path: 'files.jsonl', bytes: Buffer.from(index.map((line) => `${JSON.stringify(line)}\n`).join('')) }
  }

  return {
    async prepare() {},
    async snapshot({ id }, snapshotId) {
      await inTransaction('begin isolation level repeatable read', (client) => snapshots.write(placeOf(id, snapshotId), {}, copied.map(({ table, columns }) => async () =>
        copyOut(client, `copy (select ${columns} from ${table} where plugin_id = ${pg.escapeLiteral(id)}) to stdout`))))
    },
    async restore({ id }, snapshotId) {
      const snapshot = await snapshots.read(placeOf(id, snapshotId))
      if (!snapshot) return
      await inTransaction('begin', async (client) => {
        await client.query(`select 1 from plugins where id = $1 for no key update`, [id])
        await client.query(`insert into unclaimed_blobs (storage_key, create_at) select storage_key, $2 from plugin_files where plugin_id = $1 on conflict do nothing`, [id, clock.now()])
        for (const [part, { table, columns }] of copied.entries()) {
          await client.query(`delete from ${table} where plugin_id = $1`, [id])
          await copyIn(client, `copy ${table} (${columns}) from stdin`, await snapshot.open(part))
        }
        await client.query('delete from unclaimed_blobs where storage_key in (select storage_key from plugin_files where plugin_id = $1)', [id])
        await client.query('delete from plugin_value_usage where plugin_id = $1', [id])
        await client.query('insert into plugin_value_usage select $1, count(*), coalesce(sum(octet_length(key) + octet_length(value)), 0) from plugin_values where plugin_id = $1', [id])
      })
      await onChange(id)
    },
    forgetSnapshot: (pluginId, snapshotId) => snapshots.forget(placeOf(pluginId, snapshotId)),
    async* exportData({ id }: StoringPlugin) {
      const plugin = pg.escapeLiteral(id)
      const lines: readonly (readonly [string, string])[] = [
        ['values', `select json_build_object('key', key, 'value', value::json, 'expiresAt', expires_at) from plugin_values where plugin_id = ${plugin} order by key`],
        // Secrets would be of no use elsewhere.
        ['settings', `select json_build_object('scope', scope, 'scopeId', scope_id, 'values', (select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(chosen) where jsonb_typeof(value) <> 'object'))
          from plugin_settings where plugin_id = ${plugin} order by scope, scope_id`],
        // No snapshot has these: time goes on while another version is on trial.
        ['jobs', `select json_build_object('name', payload ->> 'name', 'key', payload ->> 'key', 'dueAt', due_at, 'input', payload -> 'input') from due_work
          where kind = 'plugins.job' and payload ->> 'pluginId' = ${plugin} and payload ->> 'key' <> '' order by due_at`],
        ['letters', `select json_build_object('handler', handler, 'key', key, 'state', state, 'input', input, 'attempts', attempts, 'lastError', last_error, 'createAt', create_at)
          from plugin_deliveries where plugin_id = ${plugin} and not starts_with(handler, 'lifecycle ') order by id`],
      ]
      const client = new pg.Client(db.connection as pg.ClientConfig)
      client.on('error', () => {})
      await client.connect()
      try {
        for (const [name, statement] of lines) yield* exportLines(name, copyOut(client, `copy (${statement}) to stdout`))
      } finally {
        await client.end()
      }
      yield* exportFiles(id)
    },
    async purge(pluginId) {
      const keys = await db.transact(async (transaction) => {
        const gone = await transaction.any<{ key: string }>(sql`delete from plugin_files where plugin_id = ${pluginId} returning storage_key as key`)
        await transaction.query(sql`insert into unclaimed_blobs (storage_key, create_at) select unnest(${textArray(gone.map(({ key }) => key))}), 0 on conflict do nothing`)
        for (const table of ['plugin_values', 'plugin_value_usage', 'plugin_leases', 'plugin_secrets', 'plugin_settings']) await transaction.query(sql`delete from ${sql.identifier([table])} where plugin_id = ${pluginId}`)
        return transaction.any<{ key: string }>(sql`select storage_key as key from unclaimed_blobs where starts_with(storage_key, ${`plugin-files/${pluginId}/`})`)
      })
      for (const { key } of keys) await files.remove(key)
      await db.query(sql`delete from unclaimed_blobs where storage_key = any (${textArray(keys.map(({ key }) => key))})`)
      await onChange(pluginId)
    },
  }
}

async function* pieces(source: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  let parts: Buffer[] = []
  let bytes = 0
  for await (const part of source) {
    parts.push(part)
    bytes += part.length
    if (bytes < maximumPieceBytes) continue
    yield Buffer.concat(parts)
    parts = []
    bytes = 0
  }
  if (bytes > 0) yield Buffer.concat(parts)
}
