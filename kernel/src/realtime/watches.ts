import { statusChanged, type PayloadOf, type RookeryEvent } from '@rookery/sdk/protocol'
import type { Bus } from '../events/index.ts'
import type { Hub } from './hub.ts'
import type { Message } from './listener.ts'
import type { Subscriber } from './subscriber.ts'

/**
 * Who looks at whom. A status is told to its owner alone, else everybody's coming would be told to everybody; a native
 * socket that names a few people is told of theirs too.
 */
export interface Watches {
  /** Whom a socket looks at from now on, instead of those before. */
  set(subscriber: Subscriber, userIds: readonly string[]): void
  forget(subscriber: Subscriber): void
  start(): void
  stop(): void
}

export function createWatches({ hub, bus }: { hub: Pick<Hub, 'isFor'>, bus: Pick<Bus, 'onEphemeral'> }): Watches {
  const byWatched = new Map<string, Set<Subscriber>>()
  const byWatcher = new Map<Subscriber, readonly string[]>()
  let unlisten = (): void => {}

  const forget = (subscriber: Subscriber): void => {
    for (const userId of byWatcher.get(subscriber) ?? []) {
      const watchers = byWatched.get(userId)
      watchers?.delete(subscriber)
      if (watchers?.size === 0) byWatched.delete(userId)
    }
    byWatcher.delete(subscriber)
  }
  const deliver = (subscriber: Subscriber, messages: readonly Message[], event: RookeryEvent): void => {
    for (const message of messages) {
      const frame = message.frameFor(subscriber)
      if (frame) subscriber.deliver(frame, event)
    }
  }
  const take = (event: RookeryEvent): void => {
    if (event.name !== statusChanged.name) return
    const { userId } = event.payload as PayloadOf<typeof statusChanged>
    let messages: readonly Message[] | undefined
    for (const subscriber of byWatched.get(userId) ?? []) {
      // The owner hears of it as such.
      if (subscriber.userId === userId) continue
      const told = messages ??= subscriber.format.encode(event)
      if (!subscriber.isGuest) deliver(subscriber, told, event)
      // Whom a guest may know of changes with its channels.
      else hub.isFor(subscriber, { userId: subscriber.userId, visibleUserId: userId }).then((isFor) => { if (isFor) deliver(subscriber, told, event) }, () => {})
    }
  }

  return {
    set(subscriber, userIds) {
      forget(subscriber)
      if (userIds.length === 0) return
      for (const userId of userIds) {
        const watchers = byWatched.get(userId)
        if (watchers) watchers.add(subscriber)
        else byWatched.set(userId, new Set([subscriber]))
      }
      byWatcher.set(subscriber, userIds)
    },
    forget,
    start() { unlisten = bus.onEphemeral(take) },
    stop() { unlisten() },
  }
}
