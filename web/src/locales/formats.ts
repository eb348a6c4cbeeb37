import { createCalendar, knownZone, type Calendar } from './calendar.ts'
import { isolate } from './directions.ts'

/** Twelve or twenty-four hours, and where (an IANA time zone). */
export interface Clock { readonly hours?: 12 | 24, readonly timeZone?: string }

/** Moments and numbers in the reader's language, all in milliseconds since 1970. Give no patterns of your own. */
export interface Formats {
  time(at: number): string
  /** When something ends: the time, with its day where that is not today. */
  until(at: number, now?: number): string
  /** The day as a heading: today, yesterday, else its date. */
  day(at: number, now?: number): string
  dateTime(at: number): string
  /** A day such as 2026-11-21, in few letters. */
  shortDay(day: string): string
  /** Such as "in 2 minutes"; for waiting, so never less than it takes. */
  within(ms: number): string
  /** Such as "5 minutes ago". */
  ago(at: number, now?: number): string
  number(value: number): string
  /** A size, such as "1.5 MB". */
  bytes(value: number): string
  /** How long something takes, such as "3 min". */
  duration(ms: number): string
  list(items: readonly string[]): string
  /** What a clock in another time zone shows. */
  timeIn(at: number, timeZone: string): string
  /** For sorting names: case and accents decide last, and numbers count. */
  compare(one: string, other: string): number
  /** On which day a week begins: 1 for Monday, 7 for Sunday. */
  readonly firstWeekday: number
  /** The days of the reader. */
  readonly calendar: Calendar
  /** Where the reader is; that of the browser where nothing else was chosen. */
  readonly timeZone: string
}

const dayMs = 86_400_000
const units: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [['year', 365 * dayMs], ['month', 30 * dayMs], ['day', dayMs], ['hour', 3_600_000], ['minute', 60_000]]

const sizes = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const
const lengths = [['day', dayMs], ['hour', 3_600_000], ['minute', 60_000], ['second', 1000]] as const

/** Browsers have it as a function or, older ones, as a property; some do not have it. */
function firstWeekdayOf(locale: string): number {
  const known = new Intl.Locale(locale) as Intl.Locale & { getWeekInfo?: () => { firstDay: number }, weekInfo?: { firstDay: number } }
  return (known.getWeekInfo?.() ?? known.weekInfo)?.firstDay ?? 1
}

export function createFormats(locale: string, { hours, timeZone }: Clock = {}): Formats {
  const zone = knownZone(timeZone)
  const cycle = hours === 12 ? { hourCycle: 'h12' } as const : hours === 24 ? { hourCycle: 'h23' } as const : {}
  const time = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit', ...cycle, ...zone })
  const weekdayTime = new Intl.DateTimeFormat(locale, { weekday: 'short', hour: 'numeric', minute: '2-digit', ...cycle, ...zone })
  const dayTime = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', ...cycle, ...zone })
  const weekday = new Intl.DateTimeFormat(locale, { weekday: 'long', month: 'long', day: 'numeric', ...zone })
  const date = new Intl.DateTimeFormat(locale, { year: 'numeric', month: 'long', day: 'numeric', ...zone })
  const dateTime = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'short', ...cycle, ...zone })
  const shortDay = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric', timeZone: 'UTC' })
  const calendar = createCalendar(timeZone)
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  const number = new Intl.NumberFormat(locale)
  const list = new Intl.ListFormat(locale)
  const collator = new Intl.Collator(locale, { numeric: true })
  const amount = (value: number, unit: string, maximumFractionDigits: number, unitDisplay: 'long' | 'short' = 'short'): string =>
    new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay, maximumFractionDigits }).format(value)
  /** Days since 1970, where the reader is. */
  const dayNumber = (at: number): number => Date.parse(`${calendar.dayOf(at)}T00:00:00Z`) / dayMs
  const yearOf = (at: number): string => calendar.dayOf(at).slice(0, 4)
  return {
    calendar,
    timeZone: time.resolvedOptions().timeZone,
    time: (at) => time.format(at),
    until(at, now = Date.now()) {
      const days = dayNumber(at) - dayNumber(now)
      return days === 0 ? time.format(at) : Math.abs(days) < 7 ? weekdayTime.format(at) : dayTime.format(at)
    },
    day(at, now = Date.now()) {
      const days = dayNumber(at) - dayNumber(now)
      if (days === 0 || days === -1) {
        const word = relative.format(days, 'day')
        return word.charAt(0).toLocaleUpperCase(locale) + word.slice(1)
      }
      return (yearOf(at) === yearOf(now) ? weekday : date).format(at)
    },
    dateTime: (at) => dateTime.format(at),
    shortDay: (day) => shortDay.format(Date.parse(`${day}T00:00:00Z`)),
    within: (ms) => (ms < 60_000 ? relative.format(Math.max(1, Math.ceil(ms / 1000)), 'second') : relative.format(Math.ceil(ms / 60_000), 'minute')),
    ago(at, now = Date.now()) {
      for (const [unit, ms] of units) if (Math.abs(now - at) >= ms) return relative.format(-Math.round((now - at) / ms), unit)
      return relative.format(0, 'minute')
    },
    number: (value) => number.format(value),
    bytes(value) {
      const step = Math.min(sizes.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, value)) / 10)))
      return amount(value / 1024 ** step, sizes[step] ?? 'byte', step > 1 ? 1 : 0, step === 0 ? 'long' : 'short')
    },
    duration(ms) {
      const [unit, length] = lengths.find(([, length]) => ms >= length) ?? ['millisecond', 1]
      return amount(ms / length, unit, ms / length < 10 ? 1 : 0)
    },
    list: (items) => list.format(items.map((item) => isolate(item, locale))),
    timeIn: (at, timeZone) => new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit', ...cycle, timeZone }).format(at),
    compare: (one, other) => collator.compare(one, other),
    firstWeekday: firstWeekdayOf(locale),
  }
}
