import { RookeryError } from '@rookery/sdk/protocol'
import type { Clock } from '../clock.ts'
import { sql, type Database } from '../storage/index.ts'
import { assertKey } from './key-values.ts'

/** Keys that one holder at a time has, for a time. */
export interface Leases {
  /** null where somebody else holds it. The fence is larger than that of every holder before. */
  acquire(pluginId: string, key: string, ttlMs: number): Promise<{ readonly fence: number, readonly expiresAt: number } | null>
  /** null where it has run out or is another's. */
  renew(pluginId: string, key: string, fence: number, ttlMs: number): Promise<{ readonly expiresAt: number } | null>
  release(pluginId: string, key: string, fence: number): Promise<boolean>
}

const maximumLeases = 1000

export function createLeases({ db, clock }: { db: Database, clock: Clock }): Leases {
  return {
    async acquire(pluginId, key, ttlMs) {
      assertKey(key)
      const now = clock.now()
      const held = await db.value<number>(sql`select count(*) from plugin_leases where plugin_id = ${pluginId} and expires_at > ${now}`)
      if (held >= maximumLeases) throw new RookeryError('plugin_storage_full', { quota: `${maximumLeases} leases` })
      const expiresAt = now + ttlMs
      const taken = await db.maybeOne<{ fence: number }>(sql`
        insert into plugin_leases as present (plugin_id, key, fence, expires_at) values (${pluginId}, ${key}, nextval('plugin_revisions'), ${expiresAt})
        on conflict (plugin_id, key) do update set fence = nextval('plugin_revisions'), expires_at = excluded.expires_at where present.expires_at <= ${now}
        returning fence`)
      return taken ? { fence: taken.fence, expiresAt } : null
    },
    async renew(pluginId, key, fence, ttlMs) {
      assertKey(key)
      const now = clock.now()
      const expiresAt = now + ttlMs
      const { rowCount } = await db.query(sql`
        update plugin_leases set expires_at = ${expiresAt} where plugin_id = ${pluginId} and key = ${key} and fence = ${fence} and expires_at > ${now}`)
      return rowCount > 0 ? { expiresAt } : null
    },
    async release(pluginId, key, fence) {
      assertKey(key)
      const { rowCount } = await db.query(sql`delete from plugin_leases where plugin_id = ${pluginId} and key = ${key} and fence = ${fence} and expires_at > ${clock.now()}`)
      return rowCount > 0
    },
  }
}
