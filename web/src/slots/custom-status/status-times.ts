import type { CustomStatusDuration } from '@rookery/sdk/protocol'
import type { Calendar } from '../../locales/index.ts'

export const durations = ['', 'thirty_minutes', 'one_hour', 'four_hours', 'today', 'this_week'] as const satisfies readonly CustomStatusDuration[]
export type Duration = typeof durations[number]

const minuteMs = 60_000
const lengths: Readonly<Partial<Record<Duration, number>>> = { thirty_minutes: 30 * minuteMs, one_hour: 60 * minuteMs, four_hours: 240 * minuteMs }

/** When a status ends that is set now, by the clock of whoever sets it; 0 for never. The week begins on `firstWeekday` (1 is Monday). */
export function endOf(duration: Duration, now: number, { dayOf, later, startOf }: Calendar, firstWeekday: number): number {
  if (duration === '') return 0
  const length = lengths[duration]
  if (length !== undefined) return now + length
  const today = dayOf(now)
  const daysLeft = duration === 'this_week' ? (firstWeekday + 6 - new Date(`${today}T00:00:00Z`).getUTCDay()) % 7 : 0
  return startOf(later(today, daysLeft + 1)) - 1
}

/** What people say most, each with how long it usually lasts. The texts are `customStatus.preset.<key>`. */
export const presets = [
  { key: 'meeting', emoji: 'calendar', duration: 'one_hour' },
  { key: 'lunch', emoji: 'hamburger', duration: 'thirty_minutes' },
  { key: 'sick', emoji: 'sneezing_face', duration: 'today' },
  { key: 'home', emoji: 'house', duration: 'today' },
  { key: 'vacation', emoji: 'palm_tree', duration: 'this_week' },
] as const satisfies readonly { key: string, emoji: string, duration: Duration }[]

/** As characters; others are told by their name. */
const characters: Readonly<Record<string, string>> = { speech_balloon: '💬', calendar: '📆', hamburger: '🍔', sneezing_face: '🤧', house: '🏠', palm_tree: '🌴', headphones: '🎧', bus: '🚌' }
export const statusEmoji = Object.keys(characters)
export const characterOf = (name: string): string => characters[name] ?? `:${name}:`
