import type { PluginLogLine } from '@rookery/sdk/protocol'
import type { Clock } from '../clock.ts'
import { ownText } from '../own-text.ts'

/** The last lines of each plugin, for who looks after it. */
export interface PluginLogs {
  write(pluginId: string, level: PluginLogLine['level'], message: string, fields?: Readonly<Record<string, unknown>>): void
  /** Those that came after the line of that number. */
  read(pluginId: string, after: number): PluginLogLine[]
  forget(pluginId: string): void
}

const maximumLines = 200
const maximumMessageLength = 4000
const maximumFieldsLength = 2000

export function createPluginLogs({ clock }: { clock: Clock }): PluginLogs {
  const rings = new Map<string, { lines: PluginLogLine[], count: number }>()
  return {
    write(pluginId, level, message, fields) {
      let ring = rings.get(pluginId)
      if (!ring) rings.set(pluginId, ring = { lines: [], count: 0 })
      ring.lines[ring.count % maximumLines] = {
        number: ring.count + 1, at: clock.now(), level, message: message.slice(0, maximumMessageLength), fields: fields ? ownText(JSON.stringify(fields).slice(0, maximumFieldsLength)) : '',
      }
      ring.count += 1
    },
    read: (pluginId, after) => (rings.get(pluginId)?.lines ?? []).filter(({ number }) => number > after).sort((one, other) => one.number - other.number),
    forget(pluginId) { rings.delete(pluginId) },
  }
}
