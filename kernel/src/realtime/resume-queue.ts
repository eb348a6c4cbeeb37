import { maximumWaitingBytes } from './outbox.ts'
import type { Frame } from './frame.ts'

/** As many events as Mattermost keeps for a client that comes back. */
export const maximumResumeFrames = 128

/**
 * The last frames of one connection with their sequence numbers, for a client that lost its socket. Frames are shared
 * between connections, so a queue costs references; both its length and its bytes are bounded.
 */
export class ResumeQueue {
  #frames: Frame[] = []
  #bytes = 0
  #next: number
  readonly #maximumFrames: number
  readonly #maximumBytes: number

  /** `first` is the sequence number of the first frame. */
  constructor(first = 0, maximumFrames: number = maximumResumeFrames, maximumBytes: number = maximumWaitingBytes) {
    this.#next = first
    this.#maximumFrames = maximumFrames
    this.#maximumBytes = maximumBytes
  }

  /** The sequence number that the next frame gets. */
  get next(): number { return this.#next }
  /** The oldest sequence number that is still here; `next` where nothing is. */
  get first(): number { return this.#next - this.#frames.length }
  get bytes(): number { return this.#bytes }

  /** Answers the frame's sequence number. */
  push(frame: Frame): number {
    this.#frames.push(frame)
    this.#bytes += frame.bytes.length
    while (this.#frames.length > this.#maximumFrames || (this.#bytes > this.#maximumBytes && this.#frames.length > 1)) {
      this.#bytes -= this.#frames.shift()?.bytes.length ?? 0
    }
    return this.#next++
  }

  /** Whether a client that expects this number next can go on without loss. */
  covers(sequence: number): boolean { return sequence >= this.first && sequence <= this.#next }

  /** Frames from a number on; it must be covered. */
  from(sequence: number): readonly Frame[] { return this.#frames.slice(sequence - this.first) }
}
