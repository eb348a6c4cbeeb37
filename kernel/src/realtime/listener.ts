import type { Audience, RookeryEvent } from '@rookery/sdk/protocol'
import type { Frame } from './frame.ts'

export type EndReason = 'session_ended' | 'server_stops'

/** Somebody who listens: one websocket, or one that may come back soon. */
export interface Listener {
  /** Of the connection, as clients name it. */
  readonly id: string
  readonly userId: string
  readonly sessionId: string
  /** Shows whether the session still lives. */
  readonly token: string
  readonly format: WireFormat
  isAdmin: boolean
  /** Guests are told only of people with whom they share a channel. */
  isGuest: boolean
  /** Of the account, where what is told has words in several languages and the client is given those of one. */
  locale?: string
  /** Whether the client tells which notifications it has shown. */
  readonly acknowledges: boolean
  /** False while its client is away and may come back. */
  readonly isAttached: boolean
  /** Takes a frame that is meant for it. It must not throw. */
  deliver(frame: Frame, event: RookeryEvent): void
  /** Its session has ended, or the server goes away. */
  end(reason: EndReason): void
}

/** A part of an event for an audience; the frame may differ by who receives it, made once per variant. */
export interface Message {
  readonly audience: Audience
  frameFor(listener: Listener): Frame | undefined
}

/** How a door tells events. Each event is encoded once for all of its listeners. */
export interface WireFormat {
  readonly name: string
  encode(event: RookeryEvent): readonly Message[]
}
