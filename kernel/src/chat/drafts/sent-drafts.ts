import type { Draft, Post, RookeryEvent } from '@rookery/sdk/protocol'
import type { Writer } from '../../events/index.ts'
import { createCache, sql, type Database } from '../../storage/index.ts'
import type { Log } from '../../telemetry/index.ts'
import { deleteDrafts, type DraftKey } from './draft-rows.ts'

/** Deletes the draft of what has been posted. */
export interface SentDrafts {
  follow(event: RookeryEvent): void
  /** Resolves when nothing is under way. */
  drain(): Promise<void>
}

/**
 * Who writes a post has usually no draft in the database, so memory knows which ones there are: the path of a post pays
 * one look-up. A draft that stays behind when the server dies in that moment does no harm.
 */
export function createSentDrafts({ db, writer, log, maximum = 20_000 }: { db: Database, writer: Writer, log: Log, maximum?: number }): SentDrafts {
  const known = createCache<Set<string>>({
    maximum,
    async load(userId) {
      const drafts = await db.any<{ key: string }>(sql`select channel_id || root_id as key from drafts where user_id = ${userId}`)
      return new Set(drafts.map(({ key }) => key))
    },
  })
  const running = new Set<Promise<void>>()
  const remove = async (key: DraftKey): Promise<void> => {
    const drafts = await known.get(key.userId)
    if (!drafts?.has(key.channelId + key.rootId)) return
    await writer.write((transaction, emit) => deleteDrafts(transaction, emit, [key]), { actorId: key.userId })
  }
  return {
    follow(event) {
      if (event.name === 'draft.saved' || event.name === 'draft.deleted') known.forget((event.payload as { draft: Draft }).draft.userId)
      if (event.name !== 'post.created') return
      const { userId, channelId, rootId } = (event.payload as { post: Post }).post
      const work = remove({ userId, channelId, rootId })
        .catch((error: unknown) => { log.warn('The draft of a post was not deleted', { error }) })
        .finally(() => { running.delete(work) })
      running.add(work)
    },
    async drain() { await Promise.all(running) },
  }
}
