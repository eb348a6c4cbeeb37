import { RookeryError } from '@rookery/sdk/protocol'
import type { Clock } from '../clock.ts'
import type { Settings } from '../config/index.ts'

export interface RateState { readonly limit: number, readonly remaining: number, readonly resetSeconds: number }

/** Counts requests per key against the present settings. */
export interface RateLimit {
  readonly isOn: boolean
  /** Counts one, or throws `rate_limited`. */
  count(key: string): RateState
}

/** Beyond, the key that was idle longest is forgotten. */
const maximumKeys = 100_000

/** A bucket per key: it holds `burst` requests and is filled again at `requestsPerSecond`. */
export function createRateLimit({ settings, clock }: { settings: Pick<Settings, 'limits'>, clock: Clock }): RateLimit {
  const buckets = new Map<string, { left: number, updatedAt: number }>()
  return {
    get isOn() { return settings.limits.requestsPerSecond > 0 },
    count(key) {
      const { requestsPerSecond, burst } = settings.limits
      const now = clock.now()
      const bucket = buckets.get(key) ?? { left: burst, updatedAt: now }
      // The clock may have been set back: then no time has passed.
      bucket.left = Math.min(burst, bucket.left + Math.max(0, now - bucket.updatedAt) / 1000 * requestsPerSecond)
      bucket.updatedAt = now
      buckets.delete(key)
      buckets.set(key, bucket)
      if (buckets.size > maximumKeys) for (const [oldest] of buckets) { buckets.delete(oldest); break }
      if (bucket.left < 1) throw new RookeryError('rate_limited', { retryAfterSeconds: Math.max(1, Math.ceil((1 - bucket.left) / requestsPerSecond)) })
      bucket.left -= 1
      return { limit: burst, remaining: Math.floor(bucket.left), resetSeconds: Math.ceil((burst - bucket.left) / requestsPerSecond) }
    },
  }
}
