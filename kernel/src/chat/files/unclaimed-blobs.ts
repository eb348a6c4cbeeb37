import { sql, textArray, type Database, type Queries, type Transaction } from '../../storage/index.ts'

/** Before bytes are written under these keys: until a row claims them, they are strays. */
export const noteBlobs = async (queries: Queries, keys: readonly string[], now: number): Promise<void> => {
  await queries.query(sql`insert into unclaimed_blobs (storage_key, create_at) select unnest(${textArray(keys)}), ${now} on conflict do nothing`)
}

/** In the transaction whose row stands for the bytes from now on. */
export const claimBlobs = async (transaction: Transaction, keys: readonly string[]): Promise<void> => {
  await transaction.query(sql`delete from unclaimed_blobs where storage_key = any (${textArray(keys)})`)
}

/** In the transaction that deletes the row: the bytes go with the next sweep. */
export const releaseBlobs = (transaction: Transaction, keys: readonly string[]): Promise<void> => noteBlobs(transaction, keys, 0)

export const selectUnclaimedBlobs = async (db: Database, before: number, limit: number): Promise<string[]> => {
  const rows = await db.any<{ storage_key: string }>(sql`
    select storage_key from unclaimed_blobs where create_at < ${before} order by create_at limit ${limit}`)
  return rows.map((row) => row.storage_key)
}

export const forgetBlobs = async (db: Database, keys: readonly string[]): Promise<void> => {
  await db.query(sql`delete from unclaimed_blobs where storage_key = any (${textArray(keys)})`)
}
