import { randomInt } from 'node:crypto'

/** What `npm test` draws from, so that a change is judged by what it changed; the nightly run looks for new cases. */
export const everydaySeed = 20_261_121

/** Chance that can be repeated: the same seed gives the same row of numbers. */
export interface Random {
  /** From 0 up to, not including, 1. */
  next(): number
  between(lowest: number, highest: number): number
  chance(share: number): boolean
  pick<Item>(items: readonly Item[]): Item
}

/** The seed of this run: a new one in the nightly run, or that of ROOKERY_TEST_SEED to see a failure again. */
export const seedOf = (): number => Number(process.env['ROOKERY_TEST_SEED'] ?? (process.env['ROOKERY_NIGHTLY'] === '1' ? randomInt(2 ** 31) : everydaySeed))

/** mulberry32: small, and random enough to choose moments. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    next,
    between: (lowest, highest) => lowest + next() * (highest - lowest),
    chance: (share) => next() < share,
    pick(items) {
      if (items.length === 0) throw new RangeError('There is nothing to pick from')
      return items[Math.floor(next() * items.length)] as never
    },
  }
}
