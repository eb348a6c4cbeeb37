import { json, sql, type Queries } from '../../storage/index.ts'

/** An event that waits to be tried again, or that nobody tries any more. */
export interface DeliveryRow {
  readonly id: string
  readonly pluginId: string
  readonly observer: string
  readonly state: 'retrying' | 'dead'
  readonly eventCursor: string
  readonly event: unknown
  readonly attempts: number
  readonly lastError: string
  readonly createAt: number
  readonly updateAt: number
}

const columns = sql.fragment`
  id, plugin_id as "pluginId", observer, state, event_cursor as "eventCursor", event, attempts, last_error as "lastError", create_at as "createAt", update_at as "updateAt"`

export const selectCursor = (db: Queries, pluginId: string, name: string): Promise<{ cursor: string } | undefined> =>
  db.maybeOne<{ cursor: string }>(sql`select cursor from plugin_observers where plugin_id = ${pluginId} and name = ${name}`)

/** A plugin that is gone has no place in the log. */
export const saveCursor = (db: Queries, pluginId: string, name: string, cursor: string, now: number): Promise<unknown> => db.query(sql`
  insert into plugin_observers (plugin_id, name, cursor, update_at)
  select id, ${name}, ${cursor}, ${now} from plugins where id = ${pluginId}
  on conflict (plugin_id, name) do update set cursor = excluded.cursor, update_at = excluded.update_at`)

export const selectDelivery = (db: Queries, id: string): Promise<DeliveryRow | undefined> => db.maybeOne<DeliveryRow>(sql`select ${columns} from plugin_deliveries where id = ${id}`)

export const selectDeliveries = (db: Queries, pluginId: string, state: DeliveryRow['state'], { after, limit }: { after: string, limit: number }): Promise<DeliveryRow[]> => db.any<DeliveryRow>(sql`
  select ${columns} from plugin_deliveries where plugin_id = ${pluginId} and state = ${state} and id > ${after} order by id limit ${limit}`)

/** The same event is put away once, however often it is delivered. */
export const insertDelivery = (db: Queries, row: DeliveryRow): Promise<unknown> => db.query(sql`
  insert into plugin_deliveries (id, plugin_id, observer, state, event_cursor, event, attempts, last_error, create_at, update_at)
  values (${row.id}, ${row.pluginId}, ${row.observer}, ${row.state}, ${row.eventCursor}, ${json(row.event)}, ${row.attempts}, ${row.lastError}, ${row.createAt}, ${row.updateAt})
  on conflict (plugin_id, observer, event_cursor) do nothing`)

export const updateDelivery = (db: Queries, { id, state, attempts, lastError, updateAt }: Pick<DeliveryRow, 'id' | 'state' | 'attempts' | 'lastError' | 'updateAt'>): Promise<unknown> => db.query(sql`
  update plugin_deliveries set state = ${state}, attempts = ${attempts}, last_error = ${lastError}, update_at = ${updateAt} where id = ${id}`)

export const deleteDelivery = (db: Queries, id: string): Promise<unknown> => db.query(sql`delete from plugin_deliveries where id = ${id}`)
