import { Readable } from 'node:stream'
import { channelUpdated, type Channel, type User } from '@rookery/sdk/protocol'
import type { SnapshotPlace, Snapshots, StoredKind } from '../plugin-storage/index.ts'
import { json, sql, textArray, type SqlFragment } from '../storage/index.ts'
import { channelColumns } from './channels/channel-rows.ts'
import type { ChatParts } from './parts.ts'
import { emitUserUpdated } from './users/user-events.ts'
import { userColumns } from './users/user-rows.ts'

/** So many things are told of in one transaction. */
const pageSize = 200
/** In the order of the parts of a snapshot. */
const tables = ['users', 'channels', 'posts'] as const
type Table = (typeof tables)[number]

interface Kept { readonly id: string, readonly props: unknown }
interface Change { readonly table: Table, readonly ids: SqlFragment, readonly props: SqlFragment }

/**
 * What plugins keep on accounts, channels and posts, as a whole. Posts change silently, and are found by who reads what
 * changed: nobody sees what no plugin shows.
 */
export function createStoredProps({ db, writer, settings, clock, snapshots }: Pick<ChatParts, 'db' | 'writer' | 'settings' | 'clock'> & { readonly snapshots: Snapshots }): StoredKind {
  const placeOf = (pluginId: string, snapshotId: string): SnapshotPlace => ({ pluginId, snapshotId, kind: 'props' })
  const page = (table: Table, pluginId: string, after: string): Promise<Kept[]> => db.any<Kept>(sql`
    select id, plugin_props -> ${pluginId} as props from ${sql.identifier([table])} where plugin_props <> '{}' and plugin_props ? ${pluginId} and id > ${after} order by id limit ${pageSize}`)
  async function* pages(table: Table, pluginId: string): AsyncGenerator<Buffer> {
    for (let after = ''; ;) {
      const kept = await page(table, pluginId, after)
      const last = kept.at(-1)
      if (!last) return
      yield Buffer.from(kept.map((line) => `${JSON.stringify(line)}\n`).join(''))
      after = last.id
    }
  }

  /** Gives those things other props, and tells of it; answers how many there were. */
  const change = ({ table, ids, props }: Change): Promise<number> => writer.write(async (transaction, emit) => {
    const found = sql.fragment`id in (select id from ${sql.identifier([table])} where ${ids} order by id limit ${pageSize} for no key update)`
    const next = sql.fragment`plugin_props = ${props}, update_at = greatest(${clock.now()}, update_at + 1)`
    if (table === 'users') {
      const users = await transaction.any<User>(sql`update users u set ${next} where ${found} returning ${userColumns}`)
      for (const user of users) emitUserUpdated(emit, user, settings)
      return users.length
    }
    if (table === 'channels') {
      const channels = await transaction.any<Channel>(sql`update channels c set ${next} where ${found} returning ${channelColumns}`)
      for (const channel of channels) emit(channelUpdated, { channel, change: 'updated' }, { channelId: channel.id })
      return channels.length
    }
    return (await transaction.query(sql`update posts set ${next} where ${found}`)).rowCount
  })

  /** Makes those with ids after one, up to another, what they were; `to` is '' for all that follow. */
  const restorePage = async (table: Table, pluginId: string, { from, to }: { from: string, to: string }, kept: readonly Kept[]): Promise<void> => {
    const wanted = sql.fragment`${json(Object.fromEntries(kept.map(({ id, props }) => [id, props])))}::jsonb`
    const differs = sql.fragment`(plugin_props -> ${pluginId}) is distinct from (${wanted} -> id)`
    const within = to === '' ? sql.fragment`id > ${from}` : sql.fragment`id > ${from} and id <= ${to}`
    const ids = sql.fragment`id in (
      select id from ${sql.identifier([table])} where id = any (${textArray(kept.map(({ id }) => id))}) and ${differs}
      union select id from ${sql.identifier([table])} where plugin_props <> '{}' and plugin_props ? ${pluginId} and ${within} and ${differs})`
    const props = sql.fragment`case when ${wanted} ? id then plugin_props || jsonb_build_object(${pluginId}::text, ${wanted} -> id) else plugin_props - ${pluginId} end`
    while (await change({ table, ids, props }) > 0);
  }

  return {
    async prepare() {},
    async snapshot({ id }, snapshotId) { await snapshots.write(placeOf(id, snapshotId), {}, tables.map((table) => async () => Readable.from(pages(table, id)))) },
    async restore({ id }, snapshotId) {
      const snapshot = await snapshots.read(placeOf(id, snapshotId))
      if (!snapshot) return
      for (const [part, table] of tables.entries()) {
        let from = ''
        for await (const kept of readPages(await snapshot.open(part))) {
          const to = (kept.at(-1) as Kept).id
          await restorePage(table, id, { from, to }, kept)
          from = to
        }
        await restorePage(table, id, { from, to: '' }, [])
      }
    },
    forgetSnapshot: (pluginId, snapshotId) => snapshots.forget(placeOf(pluginId, snapshotId)),
    async* exportData({ id }) {
      for (const table of tables) {
        let number = 0
        for await (const bytes of pages(table, id)) {
          number += 1
          yield { path: `props/${table}-${number}.jsonl`, bytes }
        }
      }
    },
    async purge(pluginId) {
      const props = sql.fragment`plugin_props - ${pluginId}`
      const ids = sql.fragment`plugin_props <> '{}' and plugin_props ? ${pluginId}`
      for (const table of tables) while (await change({ table, ids, props }) > 0);
    },
  }
}

/** Lines as they were written, so many at a time. */
async function* readPages(source: Readable): AsyncGenerator<Kept[]> {
  let lines: Kept[] = []
  let rest = ''
  source.setEncoding('utf8')
  for await (const text of source as AsyncIterable<string>) {
    const parts = (rest + text).split('\n')
    rest = parts.pop() ?? ''
    for (const part of parts) {
      lines.push(JSON.parse(part) as Kept)
      if (lines.length < pageSize) continue
      yield lines
      lines = []
    }
  }
  if (lines.length > 0) yield lines
}
