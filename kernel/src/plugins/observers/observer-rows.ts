import { json, sql, type Queries } from '../../storage/index.ts'
import type { PastStanding } from './past.ts'

export const selectCursor = (db: Queries, pluginId: string, name: string): Promise<{ cursor: string, past: PastStanding | null, updateAt: number } | undefined> =>
  db.maybeOne<{ cursor: string, past: PastStanding | null, updateAt: number }>(sql`select cursor, past, update_at as "updateAt" from plugin_observers where plugin_id = ${pluginId} and name = ${name}`)

/**
 * A plugin that is gone has no place in the log. Whoever saves has delivered all up to there, and one server alone works on
 * a database (storage/database-hold.ts): so nothing is asked of the place that was there before. Where a server that has
 * lost the database has not noticed yet, both deliver and the place may move back: some is heard twice, nothing is left out.
 */
export const saveCursor = (db: Queries, pluginId: string, name: string, cursor: string, now: number): Promise<unknown> => db.query(sql`
  insert into plugin_observers (plugin_id, name, cursor, update_at)
  select id, ${name}, ${cursor}, ${now} from plugins where id = ${pluginId}
  on conflict (plugin_id, name) do update set cursor = excluded.cursor, update_at = excluded.update_at`)

export const savePast = (db: Queries, pluginId: string, name: string, past: PastStanding): Promise<unknown> =>
  db.query(sql`update plugin_observers set past = ${json(past)} where plugin_id = ${pluginId} and name = ${name}`)

export const deleteCursors = (db: Queries, pluginId: string): Promise<unknown> => db.query(sql`delete from plugin_observers where plugin_id = ${pluginId}`)
