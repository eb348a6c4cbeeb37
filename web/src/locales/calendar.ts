/** The days of a time zone; that of the browser where none is given. Moments are milliseconds since 1970. */
export interface Calendar {
  /** Such as 2026-11-21. */
  dayOf(at: number): string
  /** Midnight before a moment, and the one after it. */
  rangeOf(at: number): readonly [from: number, until: number]
  /** When a day begins. */
  startOf(day: string): number
  /** A day so many later, such as 1 for the next. */
  later(day: string, days: number): string
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** A zone that this browser does not know is that of the browser. */
export function knownZone(timeZone: string | undefined): { timeZone?: string } {
  try {
    return timeZone ? { timeZone: new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone } : {}
  } catch {
    return {}
  }
}

export function createCalendar(timeZone?: string): Calendar {
  const zone = knownZone(timeZone)
  const days = new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit', ...zone })
  const clock = new Intl.DateTimeFormat('en', { hour: 'numeric', minute: 'numeric', second: 'numeric', hourCycle: 'h23', ...zone })
  const dayOf = (at: number): string => days.format(at)
  /** The first moment from there on that is of the day; clocks that were put on or back are off by less than two hours. */
  const settle = (near: number, day: string): number => {
    let at = near
    while (dayOf(at) < day) at += hourMs / 2
    while (dayOf(at - 1) >= day) at -= hourMs / 2
    return at
  }
  const later = (day: string, count: number): string => new Date(Date.parse(`${day}T00:00:00Z`) + count * dayMs).toISOString().slice(0, 10)
  const startOf = (day: string): number => {
    const noon = Date.parse(`${day}T12:00:00Z`)
    const { hour = 0, minute = 0, second = 0 } = Object.fromEntries(clock.formatToParts(noon).map(({ type, value }) => [type, Number(value)])) as Partial<Record<string, number>>
    const midnight = noon - ((hour * 60 + minute) * 60 + second) * 1000
    // Far from Greenwich it is noon there on the day before or after.
    const shown = dayOf(noon)
    return settle(shown === day ? midnight : midnight + (shown > day ? -dayMs : dayMs), day)
  }
  return {
    dayOf, startOf, later,
    rangeOf(at) {
      const day = dayOf(at)
      return [startOf(day), startOf(later(day, 1))]
    },
  }
}
