import { encodeBase32Hex } from './base32.ts'
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
const randomBytesPerId = 10
const idsPerDraw = 256
const twoTo32 = 2 ** 32

/**
 * The 12 bits after the version count up within a millisecond from a random start below 2048 (so at least 2048 ids fit);
 * when they are used up the id borrows the next millisecond. 62 bits are random in every id.
 */
export function createIds({ clock, randomBytes }: IdsDependencies): Ids {
  let lastAt = -1
  let counter = 0
  let pool: Uint8Array = new Uint8Array(0)
  let poolOffset = 0

  // One array for all ids: they are made for every request.
  const bytes = new Uint8Array(16)

  /** Answers where in the pool the bytes for one id begin. */
  const drawRandom = (): number => {
    if (poolOffset + randomBytesPerId > pool.length) {
      pool = randomBytes(randomBytesPerId * idsPerDraw)
      poolOffset = 0
    }
    poolOffset += randomBytesPerId
    return poolOffset - randomBytesPerId
  }

  return {
    next() {
      const random = drawRandom()
      const now = clock.now()
      if (now > lastAt) {
        lastAt = now
        counter = (pool[random]! << 3) | (pool[random + 1]! & 7)
      } else if (++counter === counterLimit) {
        lastAt += 1
        counter = 0
      }
      const high = Math.floor(lastAt / twoTo32)
      const low = lastAt % twoTo32
      bytes[0] = high >>> 8
      bytes[1] = high
      bytes[2] = low >>> 24
      bytes[3] = low >>> 16
      bytes[4] = low >>> 8
      bytes[5] = low
      bytes[6] = 0x70 | (counter >>> 8)
      bytes[7] = counter
      for (let place = 8; place < 16; place += 1) bytes[place] = pool[random + place - 6]!
      bytes[8] = 0x80 | (bytes[8]! & 0x3f)
      return encodeBase32Hex(bytes)
    },
  }
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
