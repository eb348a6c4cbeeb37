import { RookeryError, postCreated, type ErrorCode, type PayloadOf, type RookeryEvent } from '@rookery/sdk/protocol'
import type { Clock } from '../../clock.ts'
import { cursorOf, type Stretch, type Writer } from '../../events/index.ts'
import { DatabaseUnavailableError, type Database } from '../../storage/index.ts'
import type { PendingPost } from './pending-post.ts'
import { appendPlainPost, isPlain, stretchOf, type PlainRow } from './plain-post.ts'

export type Stored = { readonly isNew: true, readonly payload: PayloadOf<typeof postCreated> } | { readonly isNew: false, readonly postId: string }

export interface PostBatch {
  /** Resolves when the post is durable. */
  append(post: PendingPost): Promise<Stored>
  /** Resolves when nothing is waiting any more; new posts are refused from now on. */
  drain(): Promise<void>
}

interface Waiting { readonly post: PendingPost, readonly since: number, readonly resolve: (stored: Stored) => void, readonly reject: (error: unknown) => void }
interface Row { place: number, verdict: string, payload: unknown }
interface Outcome { readonly rows: readonly Row[], readonly stretch?: Stretch | undefined }

const appendPosts = { name: 'append_posts', text: 'select place, verdict, payload from append_posts($1, $2, $3)', writes: true } as const
const maximumBatch = 64
/** One batch gathers while the others commit, so a group commit is always under way. */
const maximumRunning = 2
/** Whoever has waited for so long is told to come again rather than to wait for one more batch. */
const standardPatienceMs = 10_000

/**
 * Stores posts together: whoever waits while a batch is being written is written by the next. One round trip and one
 * flush serve all of them. When a batch fails for a reason nobody foresaw, each of its posts is tried once more, alone.
 */
export function createPostBatch({ db, writer, clock, patienceMs = standardPatienceMs }: {
  db: Pick<Database, 'hot'>, writer: Pick<Writer, 'committed'>, clock: Clock, patienceMs?: number
}): PostBatch {
  const queue: Waiting[] = []
  let running = 0
  let isDraining = false
  let drained = (): void => {}

  const storeAll = async (batch: readonly Waiting[]): Promise<Outcome> => {
    // Channel after channel: whoever reads several channels locks memberships and threads in that order too.
    const posts = batch.map(({ post }, place) => ({ ...post, place })).sort((one, other) => (one.channelId < other.channelId ? -1 : one.channelId > other.channelId ? 1 : 0))
    return { rows: await db.hot<Row>({ ...appendPosts, values: [posts.map(({ channelId }) => channelId), JSON.stringify(posts), clock.now()] }) }
  }
  /** Undefined where more is to be done or said. */
  const storePlain = async (batch: readonly Waiting[]): Promise<Outcome | undefined> => {
    const [first, second] = batch
    if (!first || second || !isPlain(first.post)) return undefined
    const [stored] = await db.hot<PlainRow>(appendPlainPost(first.post, clock.now()))
    return stored && { rows: [{ place: 0, verdict: 'stored', payload: stored.payload }], stretch: stretchOf(stored) }
  }

  const run = async (batch: readonly Waiting[]): Promise<void> => {
    const { rows, stretch } = await storePlain(batch) ?? await storeAll(batch)
    const events: RookeryEvent[] = []
    for (const row of rows) {
      if (row.verdict !== 'stored') continue
      const payload = row.payload as PayloadOf<typeof postCreated>
      events.push({ name: postCreated.name, at: payload.post.createAt, payload, audience: { channelId: payload.post.channelId } })
    }
    writer.committed(events, stretch && { ...stretch, events: events.map((event) => ({ ...event, cursor: cursorOf(stretch.last) })) })
    for (const row of rows) settle(batch[row.place] as Waiting, row)
  }

  const runSafely = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      await run(batch)
    } catch (error) {
      if (error instanceof DatabaseUnavailableError) for (const waiting of batch) waiting.reject(error)
      else for (const waiting of batch) await run([waiting]).catch(waiting.reject)
    }
  }

  const refuseOverdue = (): void => {
    const since = performance.now() - patienceMs
    while (queue[0] && queue[0].since < since) queue.shift()?.reject(new RookeryError('unavailable', { retryAfterSeconds: 2 }))
  }
  const pump = (): void => {
    refuseOverdue()
    while (running < maximumRunning && queue.length > 0) {
      const batch = queue.splice(0, maximumBatch)
      running += 1
      void runSafely(batch).finally(() => {
        running -= 1
        pump()
        if (running === 0 && queue.length === 0) drained()
      })
    }
  }

  return {
    append(post) {
      if (isDraining) return Promise.reject(new RookeryError('unavailable', { retryAfterSeconds: 3 }))
      return new Promise((resolve, reject) => {
        queue.push({ post, since: performance.now(), resolve, reject })
        // Posts that arrive in the same turn of the event loop travel together.
        if (queue.length === 1) setImmediate(pump)
      })
    },
    drain() {
      isDraining = true
      if (running === 0 && queue.length === 0) return Promise.resolve()
      return new Promise((resolve) => { drained = resolve })
    },
  }
}

function settle(waiting: Waiting, row: Row): void {
  if (row.verdict === 'stored') waiting.resolve({ isNew: true, payload: row.payload as PayloadOf<typeof postCreated> })
  else if (row.verdict === 'duplicate') waiting.resolve({ isNew: false, postId: row.payload as string })
  else waiting.reject(new RookeryError(row.verdict as ErrorCode, { permission: 'create_post' }))
}

