import type { Clock } from '../clock.ts'
import type { Log, LogFields } from '../telemetry/index.ts'

/** What the server's log says of plugins that fail: enough to know, however often they do. */
export interface Complaints {
  warn(pluginId: string, message: string, fields: LogFields): void
}

/** Of one plugin, in a minute; the next line says how many were left out. */
const linesPerMinute = 60
const minuteMs = 60_000

export function createComplaints({ log, clock }: { log: Log, clock: Clock }): Complaints {
  const counts = new Map<string, { lines: number, since: number, leftOut: number }>()
  return {
    warn(pluginId, message, fields) {
      const now = clock.now()
      let count = counts.get(pluginId)
      if (!count || now - count.since >= minuteMs || now < count.since) counts.set(pluginId, count = { lines: 0, since: now, leftOut: count?.leftOut ?? 0 })
      if (count.lines >= linesPerMinute) { count.leftOut += 1; return }
      count.lines += 1
      log.warn(message, { plugin: pluginId, ...fields, ...(count.leftOut > 0 && { leftOut: count.leftOut }) })
      count.leftOut = 0
    },
  }
}
