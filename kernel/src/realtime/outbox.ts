import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { writeFrame, type Frame } from './frame.ts'
import type { Turn } from './turn.ts'

/** Whose frames these are. */
export interface OutboxOwner {
  /** Called once, when the reader is too slow to be served further. */
  terminate(): void
}

interface Item { readonly frame: Frame, readonly sequence: number, readonly ownId: string }

/** Most outboxes have no more than one frame to write: they share it, and nothing is ever put in. */
const none: Item[] = []

/** Of others it is not known that nothing waits when nothing is left of what they were given: TLS, streams of tests. */
const isPlain = (stream: Duplex): boolean => stream.constructor === Socket

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
  /** The first that waits, with what stands in its slots; an object for it would be one for each receiver of each event. */
  #first: Frame | undefined
  #sequence = 0
  #ownId = ''
  #others: Item[] = none
  #bytes = 0
  /** What the socket had not passed on after the last write: it only becomes less, so of one who keeps up nobody asks. */
  #left = 0
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
    const waiting = this.#bytes + this.#unsent()
    if (waiting > 0 && waiting + frame.bytes.length > this.#maximumBytes) {
      this.close()
      this.#owner.terminate()
      return false
    }
    this.#bytes += frame.bytes.length
    if (!this.#first) {
      this.#first = frame
      this.#sequence = sequence
      this.#ownId = ownId
      this.#turn.add(this)
    } else if (this.#others === none) this.#others = [{ frame, sequence, ownId }]
    else this.#others.push({ frame, sequence, ownId })
    return true
  }

  /** Writes what waits now, such as before a close frame. */
  flush(): void {
    const [first, others, size] = [this.#first, this.#others, this.#bytes]
    if (!first) return
    this.#forget()
    if (!this.#isOpen || !this.#socket.writable) return
    const written = this.#assemble(first, others, size)
    this.#socket.write(written)
    this.#left = this.#socket.writableLength
    if (this.#left > 0) this.#turn.scratch.giveAway(written)
  }

  /** What is written together; in memory that is used again where it is surely gone afterwards. */
  #assemble(first: Frame, others: readonly Item[], size: number): Buffer {
    const isAlone = others === none
    if (isAlone && first.sequenceAt < 0 && first.ownIdAt.length === 0) return first.bytes
    const { scratch } = this.#turn
    // Where something waits already, this will too.
    const isPassing = this.#unsent() === 0 && isPlain(this.#socket)
    if (isAlone && isPassing) return scratch.show(first, this.#sequence, this.#ownId)
    const target = isPassing ? scratch.take(size) : Buffer.allocUnsafeSlow(size)
    let offset = writeFrame(first, target, 0, this.#sequence, this.#ownId)
    for (const { frame, sequence, ownId } of others) offset = writeFrame(frame, target, offset, sequence, ownId)
    return target
  }

  #forget(): void {
    this.#first = undefined
    this.#others = none
    this.#bytes = 0
  }

  /** Bytes that were written and that the reader has not taken yet. */
  #unsent(): number { return this.#left === 0 ? 0 : this.#left = this.#socket.writableLength }

  close(): void {
    this.#isOpen = false
    this.#forget()
  }
}
