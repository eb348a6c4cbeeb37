import type { BackOff } from '@rookery/sdk/client'
import { RookeryError, type Post } from '@rookery/sdk/protocol'
import { failureOf, type Failure } from '../failure.ts'
import { placeOf, type OutgoingPost } from './outgoing-post.ts'
import type { OutgoingStorage } from './outgoing-storage.ts'

/** A post as it was written, and as the server stored it. */
export interface Arrival { readonly written: OutgoingPost, readonly post: Post }

export interface SenderParts {
  readonly storage: OutgoingStorage
  /** Answers the ids of its files once the server has all of them. */
  upload(post: OutgoingPost): Promise<readonly string[]>
  send(post: OutgoingPost, fileIds: readonly string[], signal: AbortSignal): Promise<Post>
  /** Told after each change of the storage, with what arrived where something did. */
  onChange(arrival?: Arrival): void
  /** Told why a post has not gone after it was tried more than once. */
  onDelay(pendingId: string, failure: Failure): void
  createBackOff(): BackOff
  now(): number
}

export interface Sender {
  /** Something waits. */
  wake(): void
  /** The line is back: what hangs on the old one is given up and sent again, and nothing waits for its next attempt. */
  hurry(): void
  stop(): void
}

/** A server that asks for more than this is asked before. */
const maximumRestMs = 60_000

/** What was written into one place, one after the other. */
interface Lane {
  readonly backOff: BackOff
  isBusy: boolean
  attempts: number
  /** Until then the server asked to be left alone. */
  restsUntil: number
  timer: ReturnType<typeof setTimeout> | undefined
  abort: AbortController | undefined
}

/**
 * Sends what waits: in each channel and each thread one at a time and in order, these beside each other, so that a file
 * holds back only what follows it there. While the server is not reached, or may take it later, a post stays first; what
 * the server refuses is put aside with the reason and the next one goes. Runs in one tab of an account (tabs.ts). A post
 * that was stored without the answer arriving is sent again: its pending id makes that harmless.
 */
export function createSender({ storage, upload, send, onChange, onDelay, createBackOff, now }: SenderParts): Sender {
  const lanes = new Map<string, Lane>()
  let isStopped = false

  const laneOf = (place: string): Lane => {
    const known = lanes.get(place) ?? { backOff: createBackOff(), isBusy: false, attempts: 0, restsUntil: 0, timer: undefined, abort: undefined }
    lanes.set(place, known)
    return known
  }
  /** Whether it waits as it did: its author may have taken it or a file of it back. */
  const isUnchanged = async ({ pendingId, files }: OutgoingPost): Promise<boolean> => (await storage.list()).some((post) => post.pendingId === pendingId && post.files.length === files.length)
  /** Answers how long to wait for the next attempt: 0 where the next one may go, undefined where nothing waits. */
  const sendFirst = async (place: string, lane: Lane): Promise<number | undefined> => {
    const written = (await storage.list()).find((post) => placeOf(post) === place && !post.failure)
    if (!written || isStopped) return undefined
    const { signal } = lane.abort = new AbortController()
    try {
      const fileIds = await upload(written)
      if (written.files.length > 0 && !await isUnchanged(written)) return 0
      const post = await send(written, fileIds, signal) as Post | null
      // Whoever says that it arrived without knowing as what is not the server.
      if (!post?.id) throw new RookeryError('unavailable')
      await storage.remove(written.pendingId)
      lane.backOff.reset()
      lane.attempts = 0
      onChange({ written, post })
      return 0
    } catch (error) {
      if (signal.aborted || !await isUnchanged(written)) return 0
      const failure = failureOf(error)
      // Whoever has been signed out may sign in again: the post is theirs.
      if (!failure.isPassing && failure.code !== 'not_signed_in') {
        await storage.change({ ...written, failure })
        lane.attempts = 0
        onChange()
        return 0
      }
      lane.attempts += 1
      if (lane.attempts > 1) onDelay(written.pendingId, failure)
      const restMs = Math.min(maximumRestMs, Number(failure.details['retryAfterSeconds'] ?? 0) * 1000)
      lane.restsUntil = now() + restMs
      return Math.max(restMs, lane.backOff.next())
    }
  }
  const drain = async (place: string): Promise<void> => {
    const lane = laneOf(place)
    if (lane.isBusy || now() < lane.restsUntil) return
    lane.isBusy = true
    clearTimeout(lane.timer)
    let delayMs: number | undefined = 0
    try {
      while (delayMs === 0 && !isStopped) delayMs = await sendFirst(place, lane)
    } catch {
      // The browser does not give out what it keeps: it may be erasing it.
      delayMs = lane.backOff.next()
    }
    lane.isBusy = false
    lane.abort = undefined
    if (isStopped) return
    if (delayMs === undefined) lanes.delete(place)
    else lane.timer = setTimeout(() => {
      lane.restsUntil = 0
      void drain(place)
    }, delayMs)
  }
  const wake = (): void => {
    storage.list().then(
      (waiting) => { for (const place of new Set(waiting.filter(({ failure }) => !failure).map(placeOf))) void drain(place) },
      () => {},
    )
  }
  return {
    wake,
    hurry() {
      for (const lane of lanes.values()) {
        lane.restsUntil = 0
        lane.abort?.abort()
      }
      wake()
    },
    stop() {
      isStopped = true
      for (const { timer } of lanes.values()) clearTimeout(timer)
    },
  }
}
