import type { Client } from '@rookery/sdk/client'
import type { EventDefinition, PayloadOf } from '@rookery/sdk/protocol'

/** The event stream as stores hear it: in order, and never in the middle of reading everything anew. */
export interface Live {
  on<E extends EventDefinition>(definition: E, handler: (payload: PayloadOf<E>) => void): void
  /** Keeps events back; answers how to let them go on, those that came meanwhile first. */
  hold(): () => void
  /** Called where the server does not know what was missed: read everything anew. */
  onGap(handler: () => void): void
  onConnection(handler: (isConnected: boolean) => void): void
  /** Called where the server knows the session no longer. */
  onSignedOut(handler: () => void): void
}

/**
 * A snapshot that was asked for before an event happened must not overwrite what the event changed: while somebody
 * holds the stream, events wait. Reducers are idempotent, so an event that a snapshot already holds does no harm.
 */
export function createLive({ events }: Pick<Client, 'events'>): Live {
  let holders = 0
  let waiting: (() => void)[] = []
  return {
    on(definition, handler) {
      events.on(definition, (payload) => {
        if (holders > 0) waiting.push(() => { handler(payload) })
        else handler(payload)
      })
    },
    hold() {
      holders += 1
      let isHeld = true
      return () => {
        if (!isHeld) return
        isHeld = false
        holders -= 1
        if (holders > 0) return
        const told = waiting
        waiting = []
        for (const tell of told) tell()
      }
    },
    onGap(handler) { events.onGap(handler) },
    onConnection(handler) { events.onConnection(handler) },
    onSignedOut(handler) { events.onSignedOut(handler) },
  }
}
