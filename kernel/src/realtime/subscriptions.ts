import { eventsSubscribe, logReached, RookeryError, type Audience } from '@rookery/sdk/protocol'
import { createBoundedQueue } from '../bounded-queue.ts'
import type { Clock } from '../clock.ts'
import { cursorOf, parseCursor, type Position, type Tail } from '../events/index.ts'
import { implement, type AnyImplementation } from '../operations/index.ts'
import { buildFrame, type Frame } from './frame.ts'
import type { Hub } from './hub.ts'
import type { Subscriber } from './subscriber.ts'
import type { Watches } from './watches.ts'

/** The native websockets that ask for events. */
export interface Subscriptions {
  add(subscriber: Subscriber): Promise<void>
  remove(subscriber: Subscriber): void
  /** Tells a socket of the comings and goings of these people from now on. Throws `not_a_socket`. */
  watch(userId: string, connectionId: string, userIds: readonly string[]): void
  /** Tells all how far the log has come; runs by itself. */
  tellProgress(): void
  readonly implementations: readonly AnyImplementation[]
  start(): void
  stop(): void
}

/** Rows of the log that are looked through for one client, and what it is sent of them at most: else it reads anew. */
const maximumScannedEvents = 10_000
const maximumReplayBytes = 512 * 1024
const pageSize = 500
const progressMs = 10_000

export function createSubscriptions({ hub, tail, clock, watches }: { hub: Hub, tail: Tail, clock: Clock, watches: Watches }): Subscriptions {
  const subscribers = new Map<string, Subscriber>()
  // After a restart everybody comes back at once: the database reads for a few at a time.
  const replays = createBoundedQueue({ concurrency: 4, maximumQueue: 20_000, typicalTaskMs: 10 })
  let timer: NodeJS.Timeout | undefined
  let told: string | undefined
  const find = (userId: string, connectionId: string): Subscriber => {
    const subscriber = subscribers.get(connectionId)
    if (!subscriber || subscriber.userId !== userId) throw new RookeryError('not_a_socket')
    return subscriber
  }

  /** What a subscriber missed between two positions, by its present memberships; undefined where that is too much. */
  const replay = async (subscriber: Subscriber, from: Position, to: Position): Promise<Frame[] | undefined> => {
    const frames: Frame[] = []
    let bytes = 0
    for (let at = from, scanned = 0; scanned < maximumScannedEvents; scanned += pageSize) {
      const events = await tail.read(at, to, pageSize)
      for (const event of events) {
        const { visibleUserId, adminsOnly } = event.audience
        for (const message of subscriber.format.encode(event)) {
          const audience: Audience = { ...(visibleUserId && { visibleUserId }), ...message.audience, ...(adminsOnly && { adminsOnly }) }
          const frame = await hub.isFor(subscriber, audience) ? message.frameFor(subscriber) : undefined
          if (!frame) continue
          frames.push(frame)
          bytes += frame.bytes.length
        }
      }
      if (bytes > maximumReplayBytes) return undefined
      const last = events.at(-1)?.cursor
      if (events.length < pageSize || !last) return frames
      at = parseCursor(last) as Position
    }
    return undefined
  }

  const subscribe = async (subscriber: Subscriber, cursor: string | undefined): Promise<{ cursor: string, isComplete: boolean }> => {
    if (subscriber.isHeld) throw new RookeryError('rate_limited', { retryAfterSeconds: 1 })
    const to = tail.position()
    subscriber.hold(to)
    const begin = (missed: readonly Frame[] | undefined): { cursor: string, isComplete: boolean } => {
      const isComplete = missed !== undefined && !subscriber.isOverrun
      // Where something is missing anyway, the client begins with what comes from here on.
      const start = isComplete ? to : tail.position()
      if (!isComplete) subscriber.hold(start)
      subscriber.goLive(missed ?? [])
      return { cursor: cursorOf(start), isComplete }
    }
    try {
      if (cursor === undefined) return begin([])
      const from = parseCursor(cursor)
      if (!from || !(await tail.reaches(from))) return begin(undefined)
      return begin(await replays.run(() => replay(subscriber, from, to)))
    } catch (error) {
      subscriber.goLive([])
      throw error
    }
  }

  const tellProgress = (): void => {
    const { cursor } = hub
    if (!cursor || cursor === told) return
    told = cursor
    const frame = buildFrame(JSON.stringify({ type: 'update', message: { event: logReached, at: clock.now(), cursor, payload: {} } }))
    for (const subscriber of subscribers.values()) if (subscriber.isLive) subscriber.outbox.push(frame)
  }

  return {
    async add(subscriber) {
      subscribers.set(subscriber.id, subscriber)
      await hub.add(subscriber)
    },
    remove(subscriber) {
      subscribers.delete(subscriber.id)
      watches.forget(subscriber)
      hub.remove(subscriber)
    },
    watch(userId, connectionId, userIds) { watches.set(find(userId, connectionId), userIds) },
    tellProgress,
    implementations: [
      implement(eventsSubscribe, {
        access: ({ actor, connectionId }) => find(actor.kind === 'user' ? actor.userId : '', connectionId),
        handle: (_context, { cursor }, subscriber) => subscribe(subscriber, cursor),
      }),
    ],
    start() {
      timer = setInterval(tellProgress, progressMs).unref()
      watches.start()
    },
    stop() {
      clearInterval(timer)
      watches.stop()
    },
  }
}
