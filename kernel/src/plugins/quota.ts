import { RookeryError, type PluginLimits } from '@rookery/sdk/protocol'
import type { Clock } from '../clock.ts'

/** What a plugin may use in a time. */
export type QuotaName = 'calls' | 'posts' | 'log lines' | 'realtime events' | 'requests'

export interface Quota {
  /** Throws `plugin_over_quota`. */
  take(name: QuotaName): void
}

const standard: Readonly<Record<QuotaName, number>> = { calls: 200, posts: 10, 'log lines': 100, 'realtime events': 100, requests: 60 }
/** All others count by the second. */
const byMinute: ReadonlySet<QuotaName> = new Set(['requests'])

/** Buckets that hold what may be used in a second or minute and fill again at that rate. */
export function createQuota({ clock, limits = {} }: { clock: Clock, limits?: PluginLimits | undefined }): Quota {
  const rates: Record<QuotaName, number> = { ...standard, calls: limits.callsPerSecond ?? standard.calls, posts: limits.postsPerSecond ?? standard.posts, requests: limits.requestsPerMinute ?? standard.requests }
  const buckets = new Map<QuotaName, { tokens: number, filledAt: number }>()
  return {
    take(name) {
      const rate = rates[name]
      const [periodMs, period] = byMinute.has(name) ? [60_000, 'minute'] : [1000, 'second']
      const now = clock.now()
      const { tokens, filledAt } = buckets.get(name) ?? { tokens: rate, filledAt: now }
      const filled = Math.min(rate, tokens + Math.max(0, now - filledAt) * rate / periodMs)
      if (filled < 1) {
        buckets.set(name, { tokens: filled, filledAt: now })
        throw new RookeryError('plugin_over_quota', { quota: `${rate} ${name} a ${period}`, retryAfterSeconds: Math.max(1, Math.ceil((1 - filled) * periodMs / rate / 1000)) })
      }
      buckets.set(name, { tokens: filled - 1, filledAt: now })
    },
  }
}
