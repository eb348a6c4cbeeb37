import type { Duplex } from 'node:stream'
import { writeFrame, type Frame } from './frame.ts'
import type { Turn } from './turn.ts'

/** Whose frames these are. */
export interface OutboxOwner {
  /** Called once, when the reader is too slow to be served further. */
  terminate(): void
}

interface Item { readonly frame: Frame, readonly sequence: number, readonly ownId: string }

/** Most outboxes have nothing to do most of the time: they share it, and nothing is ever put in. */
const none: Item[] = []

/** What one slow reader may cost in memory. */
export const maximumWaitingBytes = 1024 * 1024

/**
 * Frames on their way to one socket: all of a turn of the event loop leave in one write. A class, for there is one per
 * socket and closures would cost memory ten thousand times.
 */
export class Outbox {
  readonly #socket: Duplex
  readonly #owner: OutboxOwner
  readonly #turn: Turn
  readonly #maximumBytes: number
  #items: Item[] = none
  #bytes = 0
  #isOpen = true

  constructor(socket: Duplex, owner: OutboxOwner, turn: Turn, maximumBytes: number = maximumWaitingBytes) {
    this.#socket = socket
    this.#owner = owner
    this.#turn = turn
    this.#maximumBytes = maximumBytes
  }

  /** Queues a frame; false where it does not go out any more. A frame larger than all that may wait passes alone. */
  push(frame: Frame, sequence = 0, ownId = ''): boolean {
    if (!this.#isOpen) return false
    const waiting = this.waitingBytes
    if (waiting > 0 && waiting + frame.bytes.length > this.#maximumBytes) {
      this.close()
      this.#owner.terminate()
      return false
    }
    const item = { frame, sequence, ownId }
    if (this.#items.length > 0) this.#items.push(item)
    else {
      this.#items = [item]
      this.#turn.add(this)
    }
    this.#bytes += frame.bytes.length
    return true
  }

  /** Writes what waits now, such as before a close frame. */
  flush(): void {
    const leaving = this.#items
    if (leaving.length === 0) return
    const size = this.#bytes
    this.#items = none
    this.#bytes = 0
    if (!this.#isOpen || this.#socket.destroyed || !this.#socket.writable) return
    const [first] = leaving
    if (leaving.length === 1 && first && first.frame.sequenceAt < 0 && first.frame.ownIdAt.length === 0) {
      this.#socket.write(first.frame.bytes)
      return
    }
    const { scratch } = this.#turn
    const target = scratch.take(this.#socket, size)
    let offset = 0
    for (const { frame, sequence, ownId } of leaving) offset = writeFrame(frame, target, offset, sequence, ownId)
    this.#socket.write(target)
    scratch.settle(this.#socket, target)
  }

  /** Bytes that the reader has not taken yet. */
  get waitingBytes(): number { return this.#bytes + this.#socket.writableLength }

  close(): void {
    this.#isOpen = false
    this.#items = none
    this.#bytes = 0
  }
}
