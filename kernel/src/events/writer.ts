import type { Audience, EventDefinition, PayloadOf, RookeryEvent } from '@rookery/sdk/protocol'
import type { Clock } from '../clock.ts'
import { json, sql, type Database, type Transaction } from '../storage/index.ts'
import type { Bus, Written } from './bus.ts'

/** Adds an event to the transaction at hand. */
export type Emit = <E extends EventDefinition>(definition: E, payload: PayloadOf<E>, audience: Audience) => void

export interface Writer {
  /**
   * Runs a change in one transaction together with the events it causes. When it returns, all of it is durable, this
   * node's memory knows, and readers of the log have been woken.
   */
  write<Value>(handler: (transaction: Transaction, emit: Emit) => Promise<Value>, options?: { actorId?: string }): Promise<Value>
  /** Tells this node's memory of events that a statement wrote to the log by itself; readers of the log need not read what they are given. */
  committed(events: readonly RookeryEvent[], written?: Written): void
  /** Calls the listener with committed events, before the writer's caller hears of success. */
  onCommitted(listener: (event: RookeryEvent) => void): () => void
  /** Sends an event that nobody keeps. */
  publish<E extends EventDefinition>(definition: E, payload: PayloadOf<E>, audience: Audience): void
}

export function createWriter({ db, bus, clock }: { db: Database, bus: Bus, clock: Clock }): Writer {
  const listeners = new Set<(event: RookeryEvent) => void>()
  const committed: Writer['committed'] = (events, written) => {
    for (const event of events) for (const listener of listeners) listener(event)
    if (events.length > 0) bus.wake(written)
  }
  return {
    async write(handler, { actorId = '' } = {}) {
      let events: RookeryEvent[] = []
      const value = await db.transact(async (transaction) => {
        // A transaction that is tried again begins with no events.
        events = []
        const emit: Emit = (definition, payload, audience) => {
          if (!definition.durable) throw new Error(`The event ${definition.name} is not durable: publish it after the commit`)
          events.push({ name: definition.name, at: clock.now(), payload, audience } as RookeryEvent)
        }
        const result = await handler(transaction, emit)
        if (events.length > 0) await insertEvents(transaction, events, actorId)
        return result
      })
      committed(events)
      return value
    },
    committed,
    onCommitted(listener) {
      listeners.add(listener)
      return () => { listeners.delete(listener) }
    },
    publish(definition, payload, audience) {
      bus.publish({ name: definition.name, at: clock.now(), payload, audience } as RookeryEvent)
    },
  }
}

async function insertEvents(transaction: Transaction, events: readonly RookeryEvent[], actorId: string): Promise<void> {
  await transaction.query(sql`
    insert into events (at, name, actor_id, payload, audience)
    select (e ->> 'at')::bigint, e ->> 'name', ${actorId}, e -> 'payload', e -> 'audience'
    from json_array_elements(${json(events)}::json) with ordinality as x(e, place) order by place`)
}
