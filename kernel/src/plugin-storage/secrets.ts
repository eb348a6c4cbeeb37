import { RookeryError } from '@rookery/sdk/protocol'
import type { Clock } from '../clock.ts'
import { binary, sql, type Database } from '../storage/index.ts'
import type { SecretBox } from './secret-box.ts'

/** What plugins keep and nobody else reads: sealed before it reaches the database. */
export interface Secrets {
  get(pluginId: string, name: string): Promise<string | null>
  set(pluginId: string, name: string, value: string): Promise<void>
  delete(pluginId: string, name: string): Promise<boolean>
}

export const maximumSecretBytes = 16 * 1024
const maximumSecrets = 100

const aboutSecret = (pluginId: string, name: string): string => JSON.stringify(['secret', pluginId, name])

export function createSecrets({ db, box, clock }: { db: Database, box: SecretBox, clock: Clock }): Secrets {
  return {
    async get(pluginId, name) {
      const row = await db.maybeOne<{ sealed: Buffer }>(sql`select sealed from plugin_secrets where plugin_id = ${pluginId} and name = ${name}`)
      return row ? box.open(row.sealed, aboutSecret(pluginId, name)) : null
    },
    async set(pluginId, name, value) {
      if (!value.isWellFormed()) throw new RookeryError('invalid_input', { field: 'value', reason: 'it is not well-formed text' })
      if (Buffer.byteLength(value) > maximumSecretBytes) throw new RookeryError('body_too_large', { limitBytes: maximumSecretBytes })
      const sealed = await box.seal(value, aboutSecret(pluginId, name))
      await db.transact(async (transaction) => {
        // Whoever sets one waits here, so that their number holds.
        await transaction.query(sql`select 1 from plugins where id = ${pluginId} for no key update`)
        await transaction.query(sql`
          insert into plugin_secrets (plugin_id, name, sealed, update_at) values (${pluginId}, ${name}, ${binary(sealed)}, ${clock.now()})
          on conflict (plugin_id, name) do update set sealed = excluded.sealed, update_at = excluded.update_at`)
        const count = await transaction.value<number>(sql`select count(*) from plugin_secrets where plugin_id = ${pluginId}`)
        if (count > maximumSecrets) throw new RookeryError('plugin_storage_full', { quota: `${maximumSecrets} secrets` })
      })
    },
    async delete(pluginId, name) {
      const { rowCount } = await db.query(sql`delete from plugin_secrets where plugin_id = ${pluginId} and name = ${name}`)
      return rowCount > 0
    },
  }
}
