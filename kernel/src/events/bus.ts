import type { RookeryEvent } from '@rookery/sdk/protocol'
import type { Log } from '../telemetry/index.ts'

/**
 * Carries hints between the parts of a node: that the log has grown, and events that nobody keeps (typing, presence).
 * It may lose what it carries; the log is the truth.
 */
export interface Bus {
  wake(): void
  onWake(listener: () => void): () => void
  publish(event: RookeryEvent): void
  onEphemeral(listener: (event: RookeryEvent) => void): () => void
}

/** A bus within this process: one node only. */
export function createLocalBus({ log }: { log: Log }): Bus {
  const wakeListeners = new Set<() => void>()
  const ephemeralListeners = new Set<(event: RookeryEvent) => void>()
  const listen = <Listener>(listeners: Set<Listener>, listener: Listener): (() => void) => {
    listeners.add(listener)
    return () => { listeners.delete(listener) }
  }
  return {
    wake() { for (const listener of wakeListeners) listener() },
    onWake: (listener) => listen(wakeListeners, listener),
    publish(event) {
      for (const listener of ephemeralListeners) {
        try { listener(event) } catch (error) { log.error('A listener failed on an ephemeral event', { event: event.name, error }) }
      }
    },
    onEphemeral: (listener) => listen(ephemeralListeners, listener),
  }
}
