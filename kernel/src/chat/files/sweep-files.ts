import { sql, textArray } from '../../storage/index.ts'
import type { ChatParts } from '../parts.ts'
import { previewKey, thumbnailKey } from './derivatives.ts'
import { forgetBlobs, releaseBlobs, selectUnclaimedBlobs } from './unclaimed-blobs.ts'

export interface FileSweeper {
  /** Removes files that no post has taken and uploads that were not completed within a day, and bytes for which no row stands. */
  sweep(): Promise<void>
  /** Sweeps now and each hour. */
  start(): void
  stop(): Promise<void>
}

const unattachedMs = 24 * 3_600_000
const intervalMs = 3_600_000
const batchSize = 200

export function createFileSweeper({ db, files, clock, log }: Pick<ChatParts, 'db' | 'files' | 'clock' | 'log'>): FileSweeper {
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()
  let isStopped = false

  /** Locks the channels first, as posts do that take files: what a post is about to take is not removed. Drafts keep theirs. */
  const deleteUnattached = (before: number): Promise<number> => db.transact(async (transaction) => {
    const old = await transaction.any<{ id: string, channel_id: string }>(sql`
      select f.id, f.channel_id from files f where f.post_id = '' and f.create_at < ${before}
        and not exists (select 1 from drafts d where d.user_id = f.user_id and f.id = any (d.file_ids))
      order by f.create_at limit ${batchSize}`)
    if (old.length === 0) return 0
    await transaction.query(sql`
      select 1 from channels where id = any (${textArray([...new Set(old.map((file) => file.channel_id))])}) order by id for no key update`)
    const removed = await transaction.any<{ storage_key: string }>(sql`
      delete from files where id = any (${textArray(old.map((file) => file.id))}) and post_id = '' returning storage_key`)
    await releaseBlobs(transaction, removed.flatMap(({ storage_key: key }) => [key, previewKey(key), thumbnailKey(key)]))
    return removed.length
  })

  const deleteUploads = (before: number): Promise<number> => db.transact(async (transaction) => {
    const old = await transaction.any<{ part_keys: string[] }>(sql`
      delete from uploads where id in (select id from uploads where create_at < ${before} order by create_at limit ${batchSize}) returning part_keys`)
    await releaseBlobs(transaction, old.flatMap((upload) => upload.part_keys))
    return old.length
  })

  const removeUnclaimed = async (before: number): Promise<number> => {
    const keys = await selectUnclaimedBlobs(db, before, batchSize)
    for (const key of keys) await files.remove(key)
    if (keys.length > 0) await forgetBlobs(db, keys)
    return keys.length
  }

  const sweep = async (): Promise<void> => {
    const before = clock.now() - unattachedMs
    for (const step of [deleteUnattached, deleteUploads, removeUnclaimed]) {
      let done = batchSize
      while (done === batchSize && !isStopped) done = await step(before)
    }
  }
  const sweepSafely = (): void => {
    running = running.then(sweep).catch((error: unknown) => { log.warn('Files that nobody has taken were not swept', { error }) })
  }
  return {
    sweep,
    start() {
      sweepSafely()
      timer = setInterval(sweepSafely, intervalMs)
      timer.unref()
    },
    async stop() {
      isStopped = true
      clearInterval(timer)
      await running
    },
  }
}
