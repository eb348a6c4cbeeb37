import { RookeryError, type PluginLimits } from '@rookery/sdk/protocol'
import type { Clock } from '../clock.ts'

/** What a plugin may use in a second. */
export type QuotaName = 'calls' | 'posts' | 'log lines' | 'realtime events'

export interface Quota {
  /** Throws `plugin_over_quota`. */
  take(name: QuotaName): void
}

const standard: Readonly<Record<QuotaName, number>> = { calls: 200, posts: 10, 'log lines': 100, 'realtime events': 100 }

/** Buckets that hold what may be used in a second and fill again at that rate. */
export function createQuota({ clock, limits = {} }: { clock: Clock, limits?: PluginLimits | undefined }): Quota {
  const rates: Record<QuotaName, number> = { ...standard, calls: limits.callsPerSecond ?? standard.calls, posts: limits.postsPerSecond ?? standard.posts }
  const buckets = new Map<QuotaName, { tokens: number, filledAt: number }>()
  return {
    take(name) {
      const rate = rates[name]
      const now = clock.now()
      const { tokens, filledAt } = buckets.get(name) ?? { tokens: rate, filledAt: now }
      const filled = Math.min(rate, tokens + Math.max(0, now - filledAt) * rate / 1000)
      if (filled < 1) {
        buckets.set(name, { tokens: filled, filledAt: now })
        throw new RookeryError('plugin_over_quota', { quota: `${rate} ${name} a second`, retryAfterSeconds: 1 })
      }
      buckets.set(name, { tokens: filled - 1, filledAt: now })
    },
  }
}
