import type { Status, StatusName } from '@rookery/sdk/protocol'
import { rows, sql, textArray, type Database, type Queries, type Transaction } from '../../storage/index.ts'

/** A status with what it returns to when do-not-disturb ends. */
export interface StatusRecord extends Status { readonly previousStatus: StatusName }

/**
 * Statuses in memory, written behind. What is held is bounded by the number of accounts that were ever there; whoever
 * never was has no row and is offline.
 */
export interface StatusStore {
  holds(userId: string): boolean
  /** What memory holds; offline where it holds nothing, so read it behind `ensure`. */
  get(userId: string): StatusRecord
  /** Reads into memory what it does not hold, in one query. Who waits for the same rows goes on in the order of asking. */
  ensure(userIds: readonly string[]): Promise<void>
  held(): Iterable<StatusRecord>
  /** Written with the next flush: a server that dies forgets at most what happened since. */
  set(record: StatusRecord): void
  /** Written at once, together with other changes; memory knows when it is durable. */
  write(record: StatusRecord, also?: (transaction: Transaction) => Promise<void>): Promise<void>
  flush(): Promise<void>
  /** Holds those whom nobody chose to be there: they were online when the server stopped. Answers their ids. */
  load(): Promise<string[]>
}

const columns = sql.fragment`
  user_id as "userId", status, is_manual as "isManual", last_activity_at as "lastActivityAt", dnd_end_at as "dndEndAt", previous_status as "previousStatus"`

const upsert = (db: Queries, records: readonly StatusRecord[]): Promise<unknown> => db.query(sql`
  insert into statuses (user_id, status, is_manual, last_activity_at, dnd_end_at, previous_status)
  select s.user_id, s.status, s.is_manual, s.last_activity_at, s.dnd_end_at, s.previous_status
  from ${rows(records, { userId: 'text', status: 'text', isManual: 'bool', lastActivityAt: 'int8', dndEndAt: 'int8', previousStatus: 'text' })}
    as s(user_id, status, is_manual, last_activity_at, dnd_end_at, previous_status)
  join users u on u.id = s.user_id
  for key share of u
  on conflict (user_id) do update set status = excluded.status, is_manual = excluded.is_manual, last_activity_at = excluded.last_activity_at,
    dnd_end_at = excluded.dnd_end_at, previous_status = excluded.previous_status`)

const absent = (userId: string): StatusRecord => ({ userId, status: 'offline', isManual: false, lastActivityAt: 0, dndEndAt: 0, previousStatus: 'offline' })

export function createStatusStore({ db }: { db: Database }): StatusStore {
  const held = new Map<string, StatusRecord>()
  const dirty = new Map<string, StatusRecord>()
  const reading = new Map<string, Promise<void>>()
  let writing: Promise<unknown> = Promise.resolve()
  /** Writes follow one another, so that an older record never lands on a newer one. */
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const done = writing.then(work)
    writing = done.catch(() => {})
    return done
  }
  const read = async (userIds: readonly string[]): Promise<void> => {
    const found = await db.any<StatusRecord>(sql`select ${columns} from statuses where user_id = any (${textArray(userIds)})`)
    // What was set while the rows were read is newer than they are.
    for (const record of found) if (!held.has(record.userId)) held.set(record.userId, record)
  }
  return {
    holds: (userId) => held.has(userId),
    get: (userId) => held.get(userId) ?? absent(userId),
    async ensure(userIds) {
      const missing = userIds.filter((id) => !held.has(id))
      const unasked = missing.filter((id) => !reading.has(id))
      if (unasked.length > 0) {
        const running = read(unasked).finally(() => { for (const id of unasked) reading.delete(id) })
        for (const id of unasked) reading.set(id, running)
      }
      await Promise.all(missing.map((id) => reading.get(id)))
    },
    held: () => held.values(),
    set(record) {
      held.set(record.userId, record)
      dirty.set(record.userId, record)
    },
    write: (record, also) => inTurn(async () => {
      await db.transact(async (transaction) => {
        await upsert(transaction, [record])
        await also?.(transaction)
      })
      dirty.delete(record.userId)
      held.set(record.userId, record)
    }),
    flush: () => inTurn(async () => {
      const records = [...dirty.values()]
      if (records.length === 0) return
      dirty.clear()
      try {
        await upsert(db, records)
      } catch (error) {
        for (const record of records) if (!dirty.has(record.userId)) dirty.set(record.userId, record)
        throw error
      }
    }),
    async load() {
      const found = await db.any<StatusRecord>(sql`select ${columns} from statuses where status in ('online', 'away') and not is_manual`)
      for (const record of found) held.set(record.userId, record)
      return found.map((record) => record.userId)
    },
  }
}
