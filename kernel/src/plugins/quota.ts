import { limitsOf, RookeryError, type PluginLimits } from '@rookery/sdk/protocol'
import type { Clock } from '../clock.ts'

/** What a plugin may use in a time. */
export type QuotaName = 'calls' | 'posts' | 'log lines' | 'realtime events' | 'bytes to listeners' | 'audit events' | 'requests' | 'bytes read or written'

export interface Quota {
  /** Throws `plugin_over_quota`. */
  take(name: QuotaName, amount?: number): void
  /** Counts what has been used already: the next who takes of it may have to wait. */
  spend(name: QuotaName, amount: number): void
}

/** Of these nobody has more. */
const fixed = { 'log lines': 100, 'realtime events': 100, 'audit events': 20, 'bytes read or written': 4 * 2 ** 20 }
/** All others count by the second. */
const byMinute: ReadonlySet<QuotaName> = new Set(['requests'])

function ratesOf(limits: PluginLimits | undefined): Readonly<Record<QuotaName, number>> {
  const { callsPerSecond, postsPerSecond, requestsPerMinute, listenerMegabytes } = limitsOf({ limits })
  return { ...fixed, calls: callsPerSecond, posts: postsPerSecond, requests: requestsPerMinute, 'bytes to listeners': listenerMegabytes * 2 ** 20 }
}

/** Buckets that hold what may be used in a second or minute and fill again at that rate. `limits` are asked each time: another version of the plugin may have others. */
export function createQuota({ clock, limits }: { clock: Clock, limits: () => PluginLimits | undefined }): Quota {
  const buckets = new Map<QuotaName, { tokens: number, filledAt: number }>()
  let known = limits()
  let rates = ratesOf(known)
  const fill = (name: QuotaName): { readonly tokens: number, readonly now: number, readonly rate: number, readonly periodMs: number } => {
    const periodMs = byMinute.has(name) ? 60_000 : 1000
    const present = limits()
    if (present !== known) {
      known = present
      rates = ratesOf(present)
    }
    const rate = rates[name]
    const now = clock.now()
    const { tokens, filledAt } = buckets.get(name) ?? { tokens: rate, filledAt: now }
    return { tokens: Math.min(rate, tokens + Math.max(0, now - filledAt) * rate / periodMs), now, rate, periodMs }
  }
  return {
    take(name, amount = 1) {
      const { tokens, now, rate, periodMs } = fill(name)
      if (tokens < 1) {
        buckets.set(name, { tokens, filledAt: now })
        const period = periodMs === 1000 ? 'second' : 'minute'
        throw new RookeryError('plugin_over_quota', { quota: `${rate} ${name} a ${period}`, retryAfterSeconds: Math.max(1, Math.ceil((1 - tokens) * periodMs / rate / 1000)) })
      }
      buckets.set(name, { tokens: tokens - amount, filledAt: now })
    },
    spend(name, amount) {
      const { tokens, now } = fill(name)
      buckets.set(name, { tokens: tokens - amount, filledAt: now })
    },
  }
}
