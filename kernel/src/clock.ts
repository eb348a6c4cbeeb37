/** What the time is. Everything that asks for the time asks a clock it was given. */
export interface Clock {
  /** Milliseconds since 1970, a whole number. */
  now(): number
}

/**
 * The host's wall clock. It follows the host, so it may step backwards when the host's clock is set back, by any
 * amount: who needs an order takes ids (`ids.ts` never goes back within a process) or `greatest(now, last + 1)`,
 * and who measures a duration bounds it below by 0.
 */
export const systemClock: Clock = { now: () => Date.now() }

/** A clock that stands still until a test moves it. */
export interface TestClock extends Clock {
  advance(ms: number): void
  set(at: number): void
}

/** Starts on a fixed day, so that tests do not depend on the day they run. */
export function createTestClock(startAt: number = Date.UTC(2030, 0, 1)): TestClock {
  let at = startAt
  return {
    now: () => at,
    advance(ms) { at += ms },
    set(newAt) { at = newAt },
  }
}
