import type { RookeryEvent } from '@rookery/sdk/protocol'
import { isAfter, parseCursor, type Position } from '../events/index.ts'
import type { Frame } from './frame.ts'
import type { EndReason, Listener, WireFormat } from './listener.ts'
import type { Outbox } from './outbox.ts'

export interface SubscriberParts {
  readonly id: string
  readonly userId: string
  readonly sessionId: string
  readonly token: string
  readonly format: WireFormat
  readonly roles: readonly string[]
  readonly outbox: Outbox
  onEnd(reason: EndReason): void
}

/** What may wait while a replay is read, before it is given up. */
const maximumHeldBytes = 512 * 1024

/** A native websocket: silent until it subscribes, then it goes on from a position of the log without loss or doubling. */
export class Subscriber implements Listener {
  readonly id: string
  readonly userId: string
  readonly sessionId: string
  readonly token: string
  readonly format: WireFormat
  readonly acknowledges = false
  readonly isAttached = true
  readonly outbox: Outbox
  isAdmin: boolean
  isGuest: boolean
  isLive = false
  #held: Frame[] | undefined
  #heldBytes = 0
  /** What lies at or before this is told by the replay. */
  #after: Position | undefined
  readonly #onEnd: (reason: EndReason) => void

  constructor(parts: SubscriberParts) {
    this.id = parts.id
    this.userId = parts.userId
    this.sessionId = parts.sessionId
    this.token = parts.token
    this.format = parts.format
    this.outbox = parts.outbox
    this.isAdmin = parts.roles.includes('system_admin')
    this.isGuest = parts.roles.includes('system_guest')
    this.#onEnd = (reason) => { parts.onEnd(reason) }
  }

  /** Keeps what comes after a position until `goLive`. */
  hold(after: Position): void {
    this.isLive = false
    this.#after = after
    this.#held = []
    this.#heldBytes = 0
  }

  get isHeld(): boolean { return this.#held !== undefined }

  /** Whether more came while it was held than may wait: then it has to begin anew. */
  get isOverrun(): boolean { return this.#heldBytes > maximumHeldBytes }

  /** Sends what was missed, what came meanwhile, and from now on what comes. */
  goLive(missed: readonly Frame[]): void {
    const held = this.#held ?? []
    this.#held = undefined
    this.isLive = true
    for (const frame of missed) this.outbox.push(frame)
    for (const frame of held) this.outbox.push(frame)
  }

  deliver(frame: Frame, event: RookeryEvent): void {
    if (!this.isLive && !this.#held) return
    if (this.#after && event.cursor) {
      const position = parseCursor(event.cursor)
      if (position && !isAfter(position, this.#after)) return
      this.#after = undefined
    }
    if (this.isLive) this.outbox.push(frame)
    else if (!this.isOverrun) {
      this.#held?.push(frame)
      this.#heldBytes += frame.bytes.length
    }
  }

  end(reason: EndReason): void { this.#onEnd(reason) }
}
