import { fillSlots, writeFrame, type Frame } from './frame.ts'

/** Larger writes are seldom, and have memory of their own. */
const scratchBytes = 64 * 1024

/**
 * Memory for what is about to be written, used again as soon as the system has taken it: a frame for each of a thousand
 * sockets would else be a megabyte for every post, and collecting it costs as much as writing it.
 */
export class Scratch {
  #memory: Buffer | undefined
  /** What was given out last; a thousand receivers of one event ask for as much. */
  #last: Buffer | undefined
  /** What stands there, alone: for the next receiver of the same only the slots are filled. */
  #shown: Frame | undefined

  /** So many bytes that are to be filled and written at once. */
  take(bytes: number): Buffer {
    if (bytes > scratchBytes) return Buffer.allocUnsafeSlow(bytes)
    this.#shown = undefined
    if (this.#last?.length === bytes) return this.#last
    this.#memory ??= Buffer.allocUnsafeSlow(scratchBytes)
    return this.#last = this.#memory.subarray(0, bytes)
  }

  /** A frame as one receiver gets it, to be written at once. */
  show(frame: Frame, sequence: number, ownId: string): Buffer {
    if (frame === this.#shown && this.#last) {
      fillSlots(frame, this.#last, 0, sequence, ownId)
      return this.#last
    }
    const target = this.take(frame.bytes.length)
    writeFrame(frame, target, 0, sequence, ownId)
    if (target === this.#last) this.#shown = frame
    return target
  }

  /** The system has not taken all of what was written: it keeps its memory. */
  giveAway(written: Buffer): void {
    if (written === this.#last) this.#memory = this.#last = this.#shown = undefined
  }
}
