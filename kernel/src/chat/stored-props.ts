import { channelUpdated, type Channel, type User } from '@rookery/sdk/protocol'
import type { StoredKind } from '../plugin-storage/index.ts'
import { sql } from '../storage/index.ts'
import { channelColumns } from './channels/channel-rows.ts'
import type { ChatParts } from './parts.ts'
import { emitUserUpdated } from './users/user-events.ts'
import { userColumns } from './users/user-rows.ts'

/** So many things are told of in one transaction. */
const pageSize = 200

interface Kept { readonly id: string, readonly props: unknown }

/**
 * What plugins keep on accounts, channels and posts, as a whole. It is no part of snapshots: people go on while a plugin
 * is upgraded. Posts lose it silently: nobody sees what no plugin shows.
 */
export function createStoredProps({ db, writer, settings, clock }: Pick<ChatParts, 'db' | 'writer' | 'settings' | 'clock'>): StoredKind {
  const purgePage = (pluginId: string): Promise<number> => writer.write(async (transaction, emit) => {
    const users = await transaction.any<User>(sql`
      update users u set plugin_props = plugin_props - ${pluginId}, update_at = greatest(${clock.now()}, u.update_at + 1)
      where u.id in (select id from users where plugin_props ? ${pluginId} order by id limit ${pageSize} for no key update) returning ${userColumns}`)
    const channels = await transaction.any<Channel>(sql`
      update channels c set plugin_props = plugin_props - ${pluginId}, update_at = greatest(${clock.now()}, c.update_at + 1)
      where c.id in (select id from channels where plugin_props ? ${pluginId} order by id limit ${pageSize} for no key update) returning ${channelColumns}`)
    const { rowCount: posts } = await transaction.query(sql`
      update posts set plugin_props = plugin_props - ${pluginId} where id in (select id from posts where plugin_props <> '{}' and plugin_props ? ${pluginId} order by id limit ${pageSize} for no key update)`)
    for (const user of users) emitUserUpdated(emit, user, settings)
    for (const channel of channels) emit(channelUpdated, { channel, change: 'updated' }, { channelId: channel.id })
    return users.length + channels.length + posts
  })
  const page = (table: 'users' | 'channels' | 'posts', pluginId: string, after: string): Promise<Kept[]> => db.any<Kept>(sql`
    select id, plugin_props -> ${pluginId} as props from ${sql.identifier([table])} where plugin_props <> '{}' and plugin_props ? ${pluginId} and id > ${after} order by id limit ${pageSize}`)

  return {
    async prepare() {},
    async snapshot() {},
    async restore() {},
    async forgetSnapshot() {},
    async* exportData({ id }) {
      for (const table of ['users', 'channels', 'posts'] as const) {
        for (let after = '', number = 1; ; number += 1) {
          const kept = await page(table, id, after)
          const last = kept.at(-1)
          if (!last) break
          yield { path: `props/${table}-${number}.jsonl`, bytes: Buffer.from(kept.map((line) => `${JSON.stringify(line)}\n`).join('')) }
          after = last.id
        }
      }
    },
    async purge(pluginId) { while (await purgePage(pluginId) > 0); },
  }
}
