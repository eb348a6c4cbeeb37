import { systemClock, type Clock } from '../../kernel/src/clock.ts'

/** Goes as the host's, and ahead of it where a test would have to wait. */
export interface HeldClock extends Clock {
  advance(ms: number): void
  /** Time stands still while this runs. */
  hold<Value>(during: () => Promise<Value>): Promise<Value>
}

export function createHeldClock(): HeldClock {
  let aheadMs = 0
  let heldAt: number | undefined
  const now = (): number => heldAt ?? systemClock.now() + aheadMs
  return {
    now,
    advance(ms) {
      if (heldAt === undefined) aheadMs += ms
      else heldAt += ms
    },
    async hold(during) {
      heldAt = now()
      try {
        return await during()
      } finally {
        aheadMs = heldAt - systemClock.now()
        heldAt = undefined
      }
    },
  }
}
