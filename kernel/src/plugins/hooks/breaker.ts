import type { Clock } from '../../clock.ts'

/** Spares everybody the wait for a hook that fails again and again. */
export interface Breaker {
  /** Whether the hook may be asked now. After a pause one call is let through, to see. */
  isClosed(): boolean
  succeeded(): void
  /** It was let through, and then not asked. */
  abstained(): void
  failed(): void
  readonly failures: number
  /** Open: nobody is asked. */
  readonly isBroken: boolean
}

const window = 20
const maximumFailures = 5
const pauseMs = 10_000

export function createBreaker({ clock }: { clock: Clock }): Breaker {
  /** A bit for each of the last calls, 1 where it failed. */
  let outcomes = 0
  let openUntilAt = 0
  let isTrying = false
  let failures = 0
  const note = (failure: 0 | 1): void => { outcomes = (outcomes << 1 | failure) & (1 << window) - 1 }
  const recentFailures = (): number => {
    let count = 0
    for (let left = outcomes; left !== 0; left &= left - 1) count += 1
    return count
  }
  return {
    get failures() { return failures },
    get isBroken() { return clock.now() < openUntilAt },
    isClosed() {
      if (openUntilAt === 0) return true
      if (clock.now() < openUntilAt || isTrying) return false
      isTrying = true
      return true
    },
    succeeded() {
      if (openUntilAt > 0) { openUntilAt = 0; outcomes = 0 }
      isTrying = false
      note(0)
    },
    abstained() { isTrying = false },
    failed() {
      failures += 1
      note(1)
      if (isTrying || recentFailures() >= maximumFailures) openUntilAt = clock.now() + pauseMs
      isTrying = false
    },
  }
}
