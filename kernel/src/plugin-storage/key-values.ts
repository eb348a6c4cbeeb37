import { RookeryError } from '@rookery/sdk/protocol'
import type { Clock } from '../clock.ts'
import { sql, textArray, type Database } from '../storage/index.ts'
import type { Log } from '../telemetry/index.ts'

export interface KeyValueLimits {
  readonly maximumKeys: number
  readonly maximumBytes: number
}

export interface StoredValue {
  readonly value: unknown
  readonly revision: number
  readonly bytes: number
}

interface Writing extends KeyValueLimits {
  /** Forgotten after so long. */
  readonly ttlMs?: number | undefined
}

/** Small values that plugins keep, each write with a revision that never comes again. */
export interface KeyValues {
  get(pluginId: string, key: string): Promise<StoredValue | null>
  /** Those of the keys that are there and come after one, in their order: as many as fit into so many bytes, and one at least. */
  getAll(pluginId: string, page: { readonly keys: readonly string[], readonly after: string, readonly maximumBytes: number }): Promise<(StoredValue & { readonly key: string })[]>
  /** `ifRevision`: only where the key has that one; then what is not set answers the revision that is there, 0 for none. */
  set(pluginId: string, key: string, value: unknown, options: Writing & { readonly ifRevision?: number | 'absent' | undefined, readonly onBytes?: (bytes: number) => void }): Promise<{ readonly isSet: boolean, readonly revision: number }>
  /** Keeps the time to live of what is there where none is given. */
  increment(pluginId: string, key: string, by: number, options: Writing): Promise<number>
  delete(pluginId: string, key: string, ifRevision?: number): Promise<boolean>
  list(pluginId: string, page: { readonly prefix: string, readonly after: string, readonly limit: number }): Promise<{ readonly key: string, readonly revision: number }[]>
  usage(pluginId: string): Promise<{ readonly keys: number, readonly bytes: number }>
  /** Removes what has expired; answers how many. */
  sweep(): Promise<number>
  /** Sweeps each minute. */
  start(): void
  stop(): Promise<void>
}

export const maximumValueBytes = 256 * 1024
export const maximumKeyBytes = 256
const sweepMs = 60_000
const sweepLimit = 5000

/** Throws where a key is too long or is no text. */
export function assertKey(key: string, field = 'key'): void {
  if (!key.isWellFormed()) throw new RookeryError('invalid_input', { field, reason: 'it is not well-formed text' })
  if (Buffer.byteLength(key) > maximumKeyBytes) throw new RookeryError('invalid_input', { field, reason: `it has more than ${maximumKeyBytes} bytes` })
}

export function createKeyValues({ db, clock, log }: { db: Database, clock: Clock, log: Log }): KeyValues {
  let timer: NodeJS.Timeout | undefined
  let sweeping: Promise<unknown> = Promise.resolve()

  interface Change { readonly value: string | null, readonly by: number | null, readonly ifRevision: number | null }
  const write = async (pluginId: string, key: string, { value, by, ifRevision }: Change, { ttlMs, maximumKeys, maximumBytes }: Writing) => {
    assertKey(key)
    const now = clock.now()
    const expiresAt = ttlMs === undefined ? null : now + ttlMs
    const written = await db.one<{ outcome: string, revision: number, value: string | null }>(sql`
      select outcome, revision, value from write_plugin_value(${pluginId}, ${key}, ${value}, ${by}, ${expiresAt}, ${ifRevision}, ${now}, ${maximumKeys}, ${maximumBytes})`)
    if (written.outcome === 'full') throw new RookeryError('plugin_storage_full', { quota: `${maximumKeys} keys or ${maximumBytes} bytes of values` })
    if (written.outcome === 'not_a_number') throw new RookeryError('invalid_input', { field: 'key', reason: 'its value is no whole number' })
    if (written.outcome === 'out_of_range') throw new RookeryError('invalid_input', { field: 'by', reason: 'the sum is beyond the safe integers' })
    return written
  }

  const sweep = async (): Promise<number> => {
    await db.query(sql`delete from plugin_leases where expires_at <= ${clock.now()}`)
    let total = 0
    for (let swept = sweepLimit; swept >= sweepLimit; total += swept) swept = await db.value<number>(sql`select sweep_plugin_values(${clock.now()}, ${sweepLimit})`)
    return total
  }

  return {
    async get(pluginId, key) {
      assertKey(key)
      const row = await db.maybeOne<{ value: string, revision: number }>(sql`
        select value, revision from plugin_values where plugin_id = ${pluginId} and key = ${key} and (expires_at = 0 or expires_at > ${clock.now()})`)
      return row ? { value: JSON.parse(row.value) as unknown, revision: row.revision, bytes: row.value.length } : null
    },
    async getAll(pluginId, { keys, after, maximumBytes }) {
      for (const key of keys) assertKey(key, 'keys')
      assertKey(after, 'after')
      const found = await db.any<{ key: string, value: string, revision: number }>(sql`
        select key, value, revision from (
          select key, value, revision, sum(octet_length(value)) over (order by key) - octet_length(value) as bytes_before from plugin_values
          where plugin_id = ${pluginId} and key = any(${textArray(keys)}) and key > ${after} and (expires_at = 0 or expires_at > ${clock.now()})) as each
        where bytes_before < ${maximumBytes} order by key`)
      return found.map(({ key, value, revision }) => ({ key, value: JSON.parse(value) as unknown, revision, bytes: value.length }))
    },
    async set(pluginId, key, value, { ifRevision, onBytes, ...options }) {
      const text = JSON.stringify(value)
      if (Buffer.byteLength(text) > maximumValueBytes) throw new RookeryError('body_too_large', { limitBytes: maximumValueBytes })
      onBytes?.(text.length)
      const { outcome, revision } = await write(pluginId, key, { value: text, by: null, ifRevision: ifRevision === 'absent' ? 0 : ifRevision ?? null }, options)
      return { isSet: outcome === 'set', revision }
    },
    async increment(pluginId, key, by, options) {
      const { value } = await write(pluginId, key, { value: null, by, ifRevision: null }, options)
      return Number(value)
    },
    async delete(pluginId, key, ifRevision) {
      assertKey(key)
      return db.value<boolean>(sql`select delete_plugin_value(${pluginId}, ${key}, ${ifRevision ?? null}, ${clock.now()})`)
    },
    async list(pluginId, { prefix, after, limit }) {
      assertKey(prefix, 'prefix')
      assertKey(after, 'after')
      // Nothing that begins with the prefix comes after it followed by the last of all characters.
      return db.any(sql`
        select key, revision from plugin_values
        where plugin_id = ${pluginId} and key >= ${prefix} and key > ${after} and key < ${`${prefix}\u{10ffff}`} and (expires_at = 0 or expires_at > ${clock.now()})
        order by key limit ${limit}`)
    },
    async usage(pluginId) {
      return await db.maybeOne<{ keys: number, bytes: number }>(sql`select keys, bytes from plugin_value_usage where plugin_id = ${pluginId}`) ?? { keys: 0, bytes: 0 }
    },
    sweep,
    start() {
      timer = setInterval(() => {
        sweeping = sweep().catch((error: unknown) => { log.warn('Values of plugins that have expired were not swept', { error }) })
      }, sweepMs)
      timer.unref()
    },
    async stop() {
      clearInterval(timer)
      await sweeping
    },
  }
}
