/** What a hook has cost. */
export interface Gauge {
  /** Counts a call and how long it took, in milliseconds. */
  took(ms: number): void
  timedOut(): void
  readonly calls: number
  readonly timeouts: number
  /** So many of a hundred of the last calls took no longer. */
  percentile(share: number): number
}

/** As many calls are remembered. */
const size = 512

export function createGauge(): Gauge {
  const last: number[] = []
  let calls = 0
  let timeouts = 0
  return {
    get calls() { return calls },
    get timeouts() { return timeouts },
    took(ms) {
      last[calls % size] = ms
      calls += 1
    },
    timedOut() { timeouts += 1 },
    percentile(share) {
      const sorted = [...last].sort((one, other) => one - other)
      const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share / 100))] ?? 0
      return Math.round(value * 1000) / 1000
    },
  }
}
