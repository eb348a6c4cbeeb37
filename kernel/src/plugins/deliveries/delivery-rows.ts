import { json, sql, textArray, type Queries } from '../../storage/index.ts'

/** An event or job that waits to be tried again, or that nobody tries any more. */
export interface Delivery {
  readonly id: string
  readonly pluginId: string
  readonly handler: string
  readonly key: string
  readonly state: 'retrying' | 'dead'
  readonly input: unknown
  readonly attempts: number
  readonly lastError: string
  readonly createAt: number
  readonly updateAt: number
}

const columns = sql.fragment`
  id, plugin_id as "pluginId", handler, key, state, input, attempts, last_error as "lastError", create_at as "createAt", update_at as "updateAt"`

export const selectDelivery = (db: Queries, id: string): Promise<Delivery | undefined> => db.maybeOne<Delivery>(sql`select ${columns} from plugin_deliveries where id = ${id}`)

export const selectDeliveries = (db: Queries, pluginId: string, state: Delivery['state'], { after, limit }: { after: string, limit: number }): Promise<Delivery[]> => db.any<Delivery>(sql`
  select ${columns} from plugin_deliveries where plugin_id = ${pluginId} and state = ${state} and id > ${after} order by id limit ${limit}`)

export const countDeliveries = (db: Queries, pluginId: string): Promise<{ handler: string, retrying: number, dead: number }[]> => db.any(sql`
  select handler, count(*) filter (where state = 'retrying') as retrying, count(*) filter (where state = 'dead') as dead
  from plugin_deliveries where plugin_id = ${pluginId} group by handler`)

/** The same event is put away once, however often it is delivered, and not for a plugin that has left without what it keeps, unless data has to change; answers whether it was. */
export const insertDelivery = async (db: Queries, row: Delivery): Promise<boolean> => (await db.query(sql`
  insert into plugin_deliveries (id, plugin_id, handler, key, state, input, attempts, last_error, create_at, update_at)
  select ${row.id}, id, ${row.handler}, ${row.key}, ${row.state}, ${json(row.input)}, ${row.attempts}, ${row.lastError}, ${row.createAt}, ${row.updateAt}
  from plugins where id = ${row.pluginId} and (state <> 'trashed' or trash ->> 'data' = 'kept' or starts_with(${row.handler}, 'lifecycle ')) for key share
  on conflict (plugin_id, handler, key) do nothing`)).rowCount > 0

/** Whether it is still there; it stays until the transaction ends. */
export const lockDelivery = async (db: Queries, id: string): Promise<boolean> =>
  await db.maybeOne(sql`select 1 as one from plugin_deliveries where id = ${id} for key share`) !== undefined

export const updateDelivery = (db: Queries, { id, state, attempts, lastError, updateAt }: Pick<Delivery, 'id' | 'state' | 'attempts' | 'lastError' | 'updateAt'>): Promise<unknown> => db.query(sql`
  update plugin_deliveries set state = ${state}, attempts = ${attempts}, last_error = ${lastError}, update_at = ${updateAt} where id = ${id}`)

export const deleteDelivery = (db: Queries, id: string): Promise<unknown> => db.query(sql`delete from plugin_deliveries where id = ${id}`)

/** Dead ones become such that are tried again; answers which were. */
export const reviveDeliveries = (db: Queries, pluginId: string, ids: readonly string[], now: number): Promise<{ id: string }[]> => db.any<{ id: string }>(sql`
  update plugin_deliveries set state = 'retrying', attempts = 0, update_at = ${now} where plugin_id = ${pluginId} and state = 'dead' and id = any (${textArray(ids)}) returning id`)

export const dropDeliveries = async (db: Queries, pluginId: string, ids: readonly string[] | 'all'): Promise<number> =>
  (await db.query(sql`
    delete from plugin_deliveries where plugin_id = ${pluginId} and state = 'dead' and (${ids === 'all'} or id = any (${textArray(ids === 'all' ? [] : ids)}))`)).rowCount

/** Leaves so many of a plugin's: the dead go first, of them the oldest. What is gone is not tried again either. */
export const dropOldest = (db: Queries, pluginId: string, maximum: number): Promise<unknown> => db.query(sql`
  delete from plugin_deliveries where id in (
    select id from plugin_deliveries where plugin_id = ${pluginId} order by state = 'dead', id desc offset ${maximum})`)

/**
 * All of a plugin, with what would have tried them again. What it has still to forget of people it has to forget also
 * after it comes back; only one that is gone cannot.
 */
export const deleteDeliveries = (transaction: Queries, pluginId: string, dueKind: string, isGone: boolean): Promise<unknown> => transaction.query(sql`
  with gone as (delete from plugin_deliveries where plugin_id = ${pluginId} and (${isGone} or not starts_with(handler, 'lifecycle ')) returning id)
  delete from due_work using gone where due_work.kind = ${dueKind} and due_work.key = gone.id`)
