/** Time stands still until a test moves it. */
export interface TestClock {
  /** Milliseconds since 1970. */
  now(): number
  /** Does on its way what becomes due. */
  advance(ms: number): Promise<void>
}

interface Moving extends TestClock {
  /** Without doing anything that becomes due. */
  pass(ms: number): void
}

export function createTestClock(startAt: number, onMove: () => Promise<void>): Moving {
  let at = startAt
  return {
    now: () => at,
    pass(ms) { at += ms },
    async advance(ms) {
      at += ms
      await onMove()
    },
  }
}
