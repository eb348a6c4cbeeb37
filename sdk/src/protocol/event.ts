import type { Static, TSchema } from 'typebox'

/**
 * Who may see an event, as selectors that are resolved at delivery with the membership of that moment.
 * All selectors that are given must hold; an audience without selectors is every signed-in user.
 */
export interface Audience {
  readonly userId?: string
  readonly channelId?: string
  readonly teamId?: string
  readonly omitUserIds?: readonly string[]
  readonly connectionId?: string
  readonly omitConnectionId?: string
  /** Only those who administer the system. */
  readonly adminsOnly?: boolean
  /** Only those who may see this user: everyone, or for guests those who share a channel. */
  readonly visibleUserId?: string
}

export interface EventDefinition<Name extends string = string, Payload extends TSchema = TSchema> {
  readonly name: Name
  readonly summary: string
  readonly payload: Payload
  /** Durable events are rows of the log; the others are hints that may be lost. */
  readonly durable: boolean
}

export type PayloadOf<E extends EventDefinition> = Static<E['payload']>

/** Defines an event: past tense, payload schema, and whether the log keeps it. */
export function defineEvent<const Name extends string, Payload extends TSchema>(
  parts: { name: Name, summary: string, payload: Payload, durable?: boolean },
): EventDefinition<Name, Payload> {
  return { durable: true, ...parts }
}

/** An event as it is delivered. Ephemeral events carry no cursor. */
export interface RookeryEvent<E extends EventDefinition = EventDefinition> {
  readonly name: E['name']
  readonly at: number
  readonly payload: PayloadOf<E>
  readonly audience: Audience
  /** Position in the log, opaque and ordered by the log alone. */
  readonly cursor?: string
}
