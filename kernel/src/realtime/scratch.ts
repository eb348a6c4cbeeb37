import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'

/** Larger writes are seldom, and have memory of their own. */
const scratchBytes = 64 * 1024

/** Of others it is not known that nothing waits when nothing is left of what they were given: TLS, streams of tests. */
const isPlain = (stream: Duplex): boolean => stream.constructor === Socket

/**
 * Memory for what is about to be written, used again as soon as the system has taken it: a frame for each of a thousand
 * sockets would else be a megabyte for every post, and collecting it costs as much as writing it.
 */
export class Scratch {
  #memory: Buffer | undefined
  /** What was given out last; a thousand receivers of one event ask for as much. */
  #last: Buffer | undefined

  /** So many bytes that are to be filled and written at once. */
  take(stream: Duplex, bytes: number): Buffer {
    // Where something waits already, this will too.
    if (bytes > scratchBytes || !isPlain(stream) || stream.writableLength > 0) return Buffer.allocUnsafeSlow(bytes)
    if (this.#last?.length === bytes) return this.#last
    this.#memory ??= Buffer.allocUnsafeSlow(scratchBytes)
    return this.#last = this.#memory.subarray(0, bytes)
  }

  /** After the write: what waits keeps its memory. */
  settle(stream: Duplex, written: Buffer): void {
    if (written === this.#last && stream.writableLength > 0) this.#memory = this.#last = undefined
  }
}
