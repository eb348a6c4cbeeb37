import { Type, type Static, type TSchema } from 'typebox'
import { defineOperation } from './operation.ts'
import { Fields } from './schema.ts'

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

/** Whether one position in the log lies behind another. */
export function isCursorAfter(cursor: string, other: string): boolean {
  const [transaction = '', row = ''] = cursor.split('-')
  const [otherTransaction = '', otherRow = ''] = other.split('-')
  return transaction === otherTransaction ? isLarger(row, otherRow) : isLarger(transaction, otherTransaction)
}

/** Compares whole numbers of any size as text without leading zeros. */
const isLarger = (digits: string, other: string): boolean => digits.length === other.length ? digits > other : digits.length > other.length

/** An event as the native socket tells it. Where only the cursor has moved, the event is `log.reached`. */
export interface EventFrame {
  readonly event: string
  readonly at: number
  readonly cursor?: string
  readonly payload: unknown
}

/** Says how far the log has come where there was nothing to tell, so that a quiet client resumes from near. */
export const logReached = 'log.reached'

export const eventsSubscribe = defineOperation({
  name: 'events.subscribe',
  summary: 'From now on the websocket that asks is told of events; with a cursor, first of what it missed since. Where that is not known any more, isComplete is false and the client reads everything anew.',
  input: Fields({ cursor: Type.Optional(Type.String({ maxLength: 64 })) }),
  output: Fields({ cursor: Type.String(), isComplete: Type.Boolean() }),
  errors: ['not_a_socket'],
})
