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
  let outcomes: boolean[] = []
  let openUntilAt = 0
  let isTrying = false
  let failures = 0
  const note = (isFailure: boolean): void => { outcomes = [...outcomes.slice(1 - window), isFailure] }
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
      if (openUntilAt > 0) { openUntilAt = 0; outcomes = [] }
      isTrying = false
      note(false)
    },
    abstained() { isTrying = false },
    failed() {
      failures += 1
      note(true)
      if (isTrying || outcomes.filter(Boolean).length >= maximumFailures) openUntilAt = clock.now() + pauseMs
      isTrying = false
    },
  }
}
