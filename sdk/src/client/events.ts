import { isCursorAfter, logReached, type EventDefinition, type EventFrame, type PayloadOf } from '../protocol/index.ts'

type Handler<E extends EventDefinition> = (payload: PayloadOf<E>, event: { readonly at: number, readonly cursor: string | undefined }) => void

/** What happens on the server, told once and in order. */
export interface ClientEvents {
  /** Calls the handler with each event; answers how to stop. A handler that throws stops nobody else. */
  on<E extends EventDefinition>(definition: E, handler: Handler<E>): () => void
  /** Called where events were missed for good: read everything anew. */
  onGap(handler: () => void): () => void
  /** Called when the server is there, and when it is not. */
  onConnection(handler: (isConnected: boolean) => void): () => void
  /** Called where the server knows the session no longer: nothing is told any more until somebody signs in. */
  onSignedOut(handler: () => void): () => void
  /** Where the client stands in the log: give it to a later client to go on from there. */
  readonly cursor: string | undefined
}

export interface EventSink extends ClientEvents {
  take(frame: EventFrame): void
  /** After subscribing: where the server began. */
  began(cursor: string, isComplete: boolean): void
  connected(isConnected: boolean): void
  signedOut(): void
}

export function createEvents({ cursor, onError }: { cursor: string | undefined, onError: (error: unknown) => void }): EventSink {
  const handlers = new Map<string, Set<Handler<EventDefinition>>>()
  const gapHandlers = new Set<() => void>()
  const signedOutHandlers = new Set<() => void>()
  const connectionHandlers = new Set<(isConnected: boolean) => void>()
  const listen = <Listener>(set: Set<Listener>, listener: Listener): (() => void) => {
    set.add(listener)
    return () => { set.delete(listener) }
  }
  const call = (handler: () => void): void => { try { handler() } catch (error) { onError(error) } }
  return {
    on(definition, handler) {
      const known = handlers.get(definition.name) ?? new Set()
      handlers.set(definition.name, known)
      return listen(known, handler as Handler<EventDefinition>)
    },
    onGap: (handler) => listen(gapHandlers, handler),
    onConnection: (handler) => listen(connectionHandlers, handler),
    onSignedOut: (handler) => listen(signedOutHandlers, handler),
    get cursor() { return cursor },
    take({ event, at, cursor: position, payload }) {
      if (position) {
        // What a replay and the live stream both tell is heard once.
        if (cursor && !isCursorAfter(position, cursor)) return
        cursor = position
      }
      if (event === logReached) return
      for (const handler of handlers.get(event) ?? []) call(() => { handler(payload, { at, cursor: position }) })
    },
    began(position, isComplete) {
      if (!cursor || !isComplete || isCursorAfter(position, cursor)) cursor = position
      if (!isComplete) for (const handler of gapHandlers) call(handler)
    },
    signedOut() { for (const handler of signedOutHandlers) call(handler) },
    connected(isConnected) { for (const handler of connectionHandlers) call(() => { handler(isConnected) }) },
  }
}
