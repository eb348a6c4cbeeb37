import { maximumWaitingBytes } from './outbox.ts'
import type { Frame } from './frame.ts'

/** As many events as Mattermost keeps for a client that comes back. */
export const maximumResumeFrames = 128

/**
 * The last frames of one connection with their sequence numbers, for a client that lost its socket. Frames are shared
 * between connections, so a queue costs references; both its length and its bytes are bounded.
 */
export class ResumeQueue {
  /** In a ring: the frame of a sequence number stands at its remainder. */
  readonly #frames: (Frame | undefined)[] = []
  #first: number
  #next: number
  #bytes = 0
  readonly #maximumFrames: number
  readonly #maximumBytes: number

  /** `first` is the sequence number of the first frame. */
  constructor(first = 0, maximumFrames: number = maximumResumeFrames, maximumBytes: number = maximumWaitingBytes) {
    this.#first = this.#next = first
    this.#maximumFrames = maximumFrames
    this.#maximumBytes = maximumBytes
  }

  /** The sequence number that the next frame gets. */
  get next(): number { return this.#next }
  /** The oldest sequence number that is still here; `next` where nothing is. */
  get first(): number { return this.#first }
  get bytes(): number { return this.#bytes }

  /** Answers the frame's sequence number. */
  push(frame: Frame): number {
    const place = this.#next % this.#maximumFrames
    this.#bytes += frame.bytes.length
    if (this.#next - this.#first === this.#maximumFrames) {
      // It takes the place of the oldest.
      this.#bytes -= this.#frames[place]?.bytes.length ?? 0
      this.#first += 1
    }
    this.#frames[place] = frame
    const sequence = this.#next++
    while (this.#bytes > this.#maximumBytes && this.#first < sequence) this.#drop()
    return sequence
  }

  /** Whether a client that expects this number next can go on without loss. */
  covers(sequence: number): boolean { return sequence >= this.#first && sequence <= this.#next }

  /** Frames from a number on; it must be covered. */
  from(sequence: number): readonly Frame[] {
    return Array.from({ length: this.#next - sequence }, (_none, place) => this.#frames[(sequence + place) % this.#maximumFrames] as Frame)
  }

  #drop(): void {
    const place = this.#first++ % this.#maximumFrames
    this.#bytes -= this.#frames[place]?.bytes.length ?? 0
    this.#frames[place] = undefined
  }
}
