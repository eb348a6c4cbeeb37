import type { RookeryEvent } from '@rookery/sdk/protocol'
import type { Log } from '../telemetry/index.ts'
import type { Position } from './position.ts'

/** A stretch of the log: all that lies behind `previous` up to `last`, where nothing can come to stand in between any more. */
export interface Stretch { readonly previous: Position, readonly last: Position }

/** The events of a stretch, as they stand in the log since a moment ago. */
export interface Written extends Stretch { readonly events: readonly RookeryEvent[] }

/**
 * Carries hints between the parts of a node: that the log has grown, and perhaps by what, and events that nobody keeps (typing, presence).
 * It may lose what it carries; the log is the truth.
 */
export interface Bus {
  wake(written?: Written): void
  onWake(listener: (written?: Written) => void): () => void
  publish(event: RookeryEvent): void
  onEphemeral(listener: (event: RookeryEvent) => void): () => void
}

/** A bus within this process: one node only. */
export function createLocalBus({ log }: { log: Log }): Bus {
  const wakeListeners = new Set<(written?: Written) => void>()
  const ephemeralListeners = new Set<(event: RookeryEvent) => void>()
  const listen = <Listener>(listeners: Set<Listener>, listener: Listener): (() => void) => {
    listeners.add(listener)
    return () => { listeners.delete(listener) }
  }
  return {
    wake(written) { for (const listener of wakeListeners) listener(written) },
    onWake: (listener) => listen(wakeListeners, listener),
    publish(event) {
      for (const listener of ephemeralListeners) {
        try { listener(event) } catch (error) { log.error('A listener failed on an ephemeral event', { event: event.name, error }) }
      }
    },
    onEphemeral: (listener) => listen(ephemeralListeners, listener),
  }
}
