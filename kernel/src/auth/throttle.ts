import { RookeryError, type ErrorCode } from '@rookery/sdk/protocol'
import type { Clock } from '../clock.ts'

export interface ThrottleLimits {
  /** Attempts without success that are let through within the window. */
  readonly attempts: number
  readonly windowMs: number
  /** Keys that are remembered; beyond, those without a recent attempt are forgotten first. */
  readonly maximumKeys: number
  /** Told to whoever comes too often (default `too_many_attempts`). */
  readonly refusal?: ErrorCode
}

/** For the attempts to sign in to one account. */
export const accountLimits: ThrottleLimits = { attempts: 10, windowMs: 300_000, maximumKeys: 100_000 }

/** For the attempts from one network address, behind which many people may sit. */
export const addressLimits: ThrottleLimits = { attempts: 100, windowMs: 300_000, maximumKeys: 100_000 }

/** For the mails that one address is sent because somebody asked for it, and those that one account asks for. */
export const mailLimits: ThrottleLimits = { attempts: 5, windowMs: 3_600_000, maximumKeys: 100_000, refusal: 'too_many_mails' }

/** What stands for one subscriber of a network: an address, or of IPv6 the 64 bits before what everybody chooses freely. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address
  const groups = (text: string): string[] => text.split(':').filter((group) => group !== '')
  const [head = '', tail] = address.split('::')
  const last = groups(tail ?? '')
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - groups(head).length - last.length)).fill('0')
  return [...groups(head), ...zeros, ...last].slice(0, 4).map((group) => group.toLowerCase().replace(/^0+(?=.)/, '')).join(':')
}

/** Counts attempts per key in this process. */
export interface Throttle {
  /** Counts an attempt before it is made, or throws the refusal. A refused attempt does not prolong the wait. */
  attempt(key: string): void
  /** Takes back one attempt, which turned out to be none. */
  refund(key: string): void
  /** Forgets the attempts of a key. */
  succeed(key: string): void
  readonly size: number
}

interface Bucket { spent: number, updatedAt: number }

/**
 * A bucket per key: each attempt spends one, and over the window all come back, evenly. So at most twice the limit passes
 * in any window, and memory is two numbers per key. Keys that many strangers can choose push out only the oldest.
 */
export function createThrottle({ clock, limits }: { readonly clock: Clock, readonly limits: ThrottleLimits }): Throttle {
  const buckets = new Map<string, Bucket>()
  const msPerAttempt = limits.windowMs / limits.attempts

  const refill = (bucket: Bucket, now: number): void => {
    // The clock may have been set back: then no time has passed.
    bucket.spent = Math.max(0, bucket.spent - Math.max(0, now - bucket.updatedAt) / msPerAttempt)
    bucket.updatedAt = now
  }

  return {
    attempt(key) {
      const now = clock.now()
      const bucket = buckets.get(key) ?? { spent: 0, updatedAt: now }
      refill(bucket, now)
      buckets.delete(key)
      buckets.set(key, bucket)
      if (buckets.size > limits.maximumKeys) {
        for (const [oldest] of buckets) { buckets.delete(oldest); break }
      }
      // Binary fractions of a refill may miss a whole attempt by a hair.
      if (bucket.spent + 1 > limits.attempts + 1e-9) {
        const retryAfterSeconds = Math.max(1, Math.ceil((bucket.spent + 1 - limits.attempts) * msPerAttempt / 1000 - 1e-6))
        throw new RookeryError(limits.refusal ?? 'too_many_attempts', { retryAfterSeconds })
      }
      bucket.spent += 1
    },
    refund(key) {
      const bucket = buckets.get(key)
      if (bucket) bucket.spent = Math.max(0, bucket.spent - 1)
    },
    succeed(key) { buckets.delete(key) },
    get size() { return buckets.size },
  }
}
