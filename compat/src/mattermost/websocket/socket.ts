import type { Duplex } from 'node:stream'
import { WebSocket } from 'ws'
import { buildFrame, Outbox, type Frame, type Turn } from '@rookery/kernel'
import type { Reply } from './actions.ts'
import type { Connection, Line } from './connection.ts'

/** The client as its upgrade request showed it. */
export interface Origin {
  readonly address: string
  readonly userAgent: string
  readonly locale: string
  /** What it wants to go on with; undefined for a new connection. */
  readonly resume: { readonly connectionId: string, readonly sequence: number } | undefined
  readonly acknowledges: boolean
}

/**
 * One websocket with what we know of it. Fields instead of closures and timers: a server has ten thousand of these, and
 * one sweep looks after all. Durations are counted in sweeps, which no jump of the clock disturbs.
 */
export class Socket extends WebSocket implements Line {
  /** Undefined until it has shown a token. */
  connection: Connection | undefined = undefined
  origin: Origin | undefined = undefined
  outbox: Outbox | undefined = undefined
  /** Until it has shown a token it counts as a stranger's. */
  introduce: (() => void) | undefined = undefined
  /** While its token is looked up, what it says waits here. */
  early: { readonly bytes: Buffer, readonly isBinary: boolean }[] | undefined = undefined
  openedAt = 0
  heardAt = 0
  pingedAt = 0
  /** When it was asked to close; 0 before. */
  closedAt = 0
  messagesAt = 0
  messages = 0

  begin(stream: Duplex, origin: Origin, turn: Turn, now: number): void {
    this.origin = origin
    this.openedAt = this.heardAt = this.pingedAt = now
    this.outbox = new Outbox(stream, this, turn)
  }

  push(frame: Frame, sequence: number, ownId: string): void { this.outbox?.push(frame, sequence, ownId) }

  reply(reply: Reply): void { this.outbox?.push(buildFrame(JSON.stringify(reply))) }

  /** Closes in order: what waits goes out first. A client that does not answer is cut by the sweep. */
  leave(code: number, now: number): void {
    if (this.closedAt > 0) return
    this.closedAt = now
    this.outbox?.flush()
    this.outbox?.close()
    this.close(code)
  }

  /** Counts a message of the client; answers how many came within this sweep. */
  countMessage(now: number): number {
    if (this.messagesAt !== now) {
      this.messagesAt = now
      this.messages = 0
    }
    this.heardAt = now
    return this.messages += 1
  }
}
