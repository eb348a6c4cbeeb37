import type { PluginLogLine } from '@rookery/sdk/protocol'
import type { Clock } from '../clock.ts'
import { ownText } from '../own-text.ts'

/** The last lines of each plugin, for who looks after it. */
export interface PluginLogs {
  write(pluginId: string, level: PluginLogLine['level'], message: string, fields?: Readonly<Record<string, unknown>>): void
  /** What may happen as often as it likes: a line at once, and from then on at most one a minute, which says how `times` often. */
  note(pluginId: string, message: string, times?: number): void
  /** Those that came after the line of that number; all where it was said before the server started. */
  read(pluginId: string, after: number): PluginLogLine[]
  forget(pluginId: string): void
}

const maximumLines = 200
const maximumMessageLength = 4000
const maximumFieldsLength = 2000
const notedEveryMs = 60_000

export function createPluginLogs({ clock }: { clock: Clock }): PluginLogs {
  const rings = new Map<string, { lines: PluginLogLine[], count: number }>()
  /** What was noted since the last line about it. */
  const notes = new Map<string, Map<string, { times: number, toldAt: number }>>()
  const write: PluginLogs['write'] = (pluginId, level, message, fields) => {
    let ring = rings.get(pluginId)
    if (!ring) rings.set(pluginId, ring = { lines: [], count: 0 })
    ring.lines[ring.count % maximumLines] = {
      number: ring.count + 1, at: clock.now(), level, message: message.slice(0, maximumMessageLength), fields: fields ? ownText(JSON.stringify(fields).slice(0, maximumFieldsLength)) : '',
    }
    ring.count += 1
  }
  const tell = (pluginId: string, message: string, note: { times: number, toldAt: number }): void => {
    const now = clock.now()
    if (note.times === 0 || Math.abs(now - note.toldAt) < notedEveryMs) return
    write(pluginId, 'warn', message, { times: note.times })
    note.times = 0
    note.toldAt = now
  }
  return {
    write,
    note(pluginId, message, times = 1) {
      let mine = notes.get(pluginId)
      if (!mine) notes.set(pluginId, mine = new Map())
      let note = mine.get(message)
      if (!note) mine.set(message, note = { times: 0, toldAt: -notedEveryMs })
      note.times += times
      tell(pluginId, message, note)
    },
    read(pluginId, after) {
      // Nothing may have happened since that would have told of it.
      for (const [message, note] of notes.get(pluginId) ?? []) tell(pluginId, message, note)
      const { lines = [], count = 0 } = rings.get(pluginId) ?? {}
      return lines.filter(({ number }) => number > after || after > count).sort((one, other) => one.number - other.number)
    },
    forget(pluginId) {
      rings.delete(pluginId)
      notes.delete(pluginId)
    },
  }
}
