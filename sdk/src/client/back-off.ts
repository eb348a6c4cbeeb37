export interface BackOffOptions {
  /** Before the first new attempt (default 500). */
  readonly minimumMs?: number
  /** Before any attempt (default 30,000). */
  readonly maximumMs?: number
  /** Between 0 and 1 (default Math.random). */
  readonly random?: () => number
}

export interface BackOff {
  /** How long to wait before the next attempt: twice as long each time, and nobody together with all others. */
  next(): number
  /** To be called when an attempt succeeded. */
  reset(): void
}

export function createBackOff({ minimumMs = 500, maximumMs = 30_000, random = Math.random }: BackOffOptions = {}): BackOff {
  let attempts = 0
  return {
    next() {
      const ceiling = Math.min(maximumMs, minimumMs * 2 ** attempts)
      attempts = Math.min(attempts + 1, 30)
      return ceiling / 2 + random() * ceiling / 2
    },
    reset() { attempts = 0 },
  }
}
