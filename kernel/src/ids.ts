import { encodeBase32Hex, pairs } from './base32.ts'
import type { Clock } from './clock.ts'

/** Gives identifiers: UUIDv7 in base32hex, 26 characters [0-9a-v], ordered by time. */
export interface Ids {
  /** Greater than every id that this instance gave before, also within a millisecond and when the clock steps back. */
  next(): string
}

export interface IdsDependencies {
  readonly clock: Clock
  readonly randomBytes: (size: number) => Uint8Array
}

const counterLimit = 4096
/** For the start of the counter, four bits beside it, and 58 that follow. */
const wordsPerId = 8
const idsPerDraw = 256

/**
 * The 12 bits after the version count up within a millisecond from a random start below 2048 (so at least 2048 ids fit);
 * when they are used up the id borrows the next millisecond. 62 bits are random in every id.
 */
export function createIds({ clock, randomBytes }: IdsDependencies): Ids {
  let lastAt = -1
  let counter = 0
  /** The first 50 bits of what is given in this millisecond. */
  let head = ''
  let pool = new Uint16Array(0)
  let place = 0

  const startAt = (at: number): void => {
    lastAt = at
    head = headOf(at)
  }
  /** Ten bits, as text. */
  const random = (): string => pairs[pool[place++]! & 1023]!

  return {
    next() {
      if (place + wordsPerId > pool.length) {
        pool = new Uint16Array(Uint8Array.from(randomBytes(2 * wordsPerId * idsPerDraw)).buffer)
        place = 0
      }
      const now = clock.now()
      const start = pool[place++]! & 2047
      if (now > lastAt) {
        startAt(now)
        counter = start
      } else if (++counter === counterLimit) {
        startAt(lastAt + 1)
        counter = 0
      }
      const word = pool[place++]!
      // What the head leaves of the version, then the counter, the variant and the first four random bits: 20 in all.
      const middle = 3 << 18 | counter << 6 | 2 << 4 | word & 15
      return head + pairs[middle >>> 10]! + pairs[middle & 1023]! + random() + random() + random() + random() + random() + pairs[(pool[place++]! & 255) << 2]!
    },
  }
}

/** 48 bits for the time, then the first two of the version, which is 7. */
function headOf(at: number): string {
  let text = ''
  for (let bits = 40; bits >= 0; bits -= 10) {
    // Not with shifts: they would cut the time to 32 bits.
    text += pairs[Math.floor(at * 4 / 2 ** bits) % 1024 | (bits === 0 ? 1 : 0)]!
  }
  return text
}

/** What no id of this moment or later is less than. */
export function leastIdOf(at: number): string {
  const bytes = new Uint8Array(16)
  for (let place = 5, rest = Math.max(0, at); place >= 0; place -= 1, rest = Math.floor(rest / 256)) bytes[place] = rest % 256
  return encodeBase32Hex(bytes)
}

/** Whether the text has the form of an id. Ids from Mattermost have it too: 26 characters [a-z0-9]. */
export function isId(text: string): boolean {
  return /^[a-z0-9]{26}$/.test(text)
}
