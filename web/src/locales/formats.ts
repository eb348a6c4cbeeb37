import { computed, type ComputedRef } from 'vue'
import { useLanguages } from './languages.ts'

/** Moments and numbers in the reader's language, all in milliseconds since 1970. Give no patterns of your own. */
export interface Formats {
  time(at: number): string
  /** The day as a heading: today, yesterday, else its date. */
  day(at: number, now?: number): string
  dateTime(at: number): string
  /** Such as "5 minutes ago". */
  ago(at: number, now?: number): string
  number(value: number): string
  /** A size, such as "1.5 MB". */
  bytes(value: number): string
  list(items: readonly string[]): string
  /** What a clock in another time zone shows. */
  timeIn(at: number, timeZone: string): string
}

const dayMs = 86_400_000
const units: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [['year', 365 * dayMs], ['month', 30 * dayMs], ['day', dayMs], ['hour', 3_600_000], ['minute', 60_000]]

const sizes = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const

export function createFormats(locale: string): Formats {
  const time = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' })
  const weekday = new Intl.DateTimeFormat(locale, { weekday: 'long', month: 'long', day: 'numeric' })
  const date = new Intl.DateTimeFormat(locale, { year: 'numeric', month: 'long', day: 'numeric' })
  const dateTime = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'short' })
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  const number = new Intl.NumberFormat(locale)
  const list = new Intl.ListFormat(locale)
  const startOfDay = (at: number): number => new Date(at).setHours(0, 0, 0, 0)
  return {
    time: (at) => time.format(at),
    day(at, now = Date.now()) {
      const days = Math.round((startOfDay(at) - startOfDay(now)) / dayMs)
      if (days === 0 || days === -1) {
        const word = relative.format(days, 'day')
        return word.charAt(0).toLocaleUpperCase(locale) + word.slice(1)
      }
      return (new Date(at).getFullYear() === new Date(now).getFullYear() ? weekday : date).format(at)
    },
    dateTime: (at) => dateTime.format(at),
    ago(at, now = Date.now()) {
      for (const [unit, ms] of units) if (Math.abs(now - at) >= ms) return relative.format(-Math.round((now - at) / ms), unit)
      return relative.format(0, 'minute')
    },
    number: (value) => number.format(value),
    bytes(value) {
      const step = Math.min(sizes.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, value)) / 10)))
      return new Intl.NumberFormat(locale, { style: 'unit', unit: sizes[step] ?? 'byte', unitDisplay: 'short', maximumFractionDigits: step > 1 ? 1 : 0 }).format(value / 1024 ** step)
    },
    list: (items) => list.format(items),
    timeIn: (at, timeZone) => new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit', timeZone }).format(at),
  }
}

export function useFormats(): ComputedRef<Formats> {
  const { current } = useLanguages()
  return computed(() => createFormats(current.value === 'en-XA' ? 'en' : current.value))
}
