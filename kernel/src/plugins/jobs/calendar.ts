/** When something is to be done again, by a calendar and the clock of a place. */
export interface Calendar {
  /** The next moment after one, in milliseconds since 1970. */
  next(after: number): number
}

interface Field { readonly name: string, readonly from: number, readonly to: number, readonly names?: readonly string[] }

const fields: readonly Field[] = [
  { name: 'minute', from: 0, to: 59 },
  { name: 'hour', from: 0, to: 23 },
  { name: 'day', from: 1, to: 31 },
  { name: 'month', from: 1, to: 12, names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] },
  // Sunday is 0 and 7.
  { name: 'day of the week', from: 0, to: 7, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
]

const dayMs = 86_400_000
/** A 29th of February that is a Monday comes every 28 years, and every 40 where a century leaves one out. */
const farthestDays = 41 * 366

/**
 * Five words, as cron has them: minute, hour, day, month, day of the week; each `*`, a number, a range, a step (`0-30/5`)
 * or a list of these. Where both days are named, either will do. Throws with words for its author.
 */
export function readCalendar(text: string, timeZone = 'UTC'): Calendar {
  const words = text.trim().toLowerCase().split(/\s+/)
  if (words.length !== fields.length) throw new Error(`${text} has not five words`)
  const [minutes, hours, days, months, weekdays] = words.map((word, index) => readField(word, fields[index] as Field)) as [Set<number>, Set<number>, Set<number>, Set<number>, Set<number>]
  if (weekdays.has(7)) weekdays.add(0)
  const isEither = words[2] !== '*' && words[4] !== '*'
  const offsetAt = readZone(timeZone)
  const fits = (day: Date): boolean => {
    if (!months.has(day.getUTCMonth() + 1)) return false
    const [isDay, isWeekday] = [days.has(day.getUTCDate()), weekdays.has(day.getUTCDay())]
    return isEither ? isDay || isWeekday : isDay && isWeekday
  }
  const next = (after: number): number => {
    // As if the clock on that wall were one of UTC.
    const wall = after + offsetAt(after)
    const today = Math.floor(wall / dayMs) * dayMs
    for (let days = 0; days < farthestDays; days += 1) {
      const day = today + days * dayMs
      if (!fits(new Date(day))) continue
      for (let minute = 0; minute < 1440; minute += 1) {
        if (!hours.has(Math.floor(minute / 60)) || !minutes.has(minute % 60)) continue
        const time = day + minute * 60_000
        // What a clock that is put back shows twice is done the first time.
        if (time <= wall) continue
        const moment = momentOf(time, offsetAt)
        if (moment > after) return moment
      }
    }
    throw new Error(`${text} never comes`)
  }
  next(0)
  return { next }
}

/** A time that a clock put forward never shows is as long after midnight as it would have been. */
function momentOf(wall: number, offsetAt: (moment: number) => number): number {
  const candidates = [wall - offsetAt(wall - dayMs), wall - offsetAt(wall + dayMs)].sort((one, other) => one - other)
  return candidates.find((moment) => moment + offsetAt(moment) === wall) ?? candidates[1] as number
}

function readZone(timeZone: string): (moment: number) => number {
  let format: Intl.DateTimeFormat
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' })
  } catch {
    throw new Error(`${timeZone} is no time zone`)
  }
  return (moment) => {
    const parts = Object.fromEntries(format.formatToParts(moment).map(({ type, value }) => [type, Number(value)])) as Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second', number>
    const shown = Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second)
    return shown - Math.floor(moment / 1000) * 1000
  }
}

function readField(word: string, { name, from, to, names = [] }: Field): Set<number> {
  const refuse = (): never => { throw new Error(`${word} is no ${name}`) }
  const numberOf = (text: string): number => {
    const named = names.indexOf(text)
    if (named >= 0) return named + (from === 1 ? 1 : 0)
    const number = /^\d{1,2}$/.test(text) ? Number(text) : NaN
    return number >= from && number <= to ? number : refuse()
  }
  const found = new Set<number>()
  for (const part of word.split(',')) {
    const [range = '', step = '1', ...more] = part.split('/')
    const [first = '', last, ...others] = range.split('-')
    if (more.length > 0 || others.length > 0 || !/^[1-9]\d?$/.test(step)) refuse()
    const begin = first === '*' ? from : numberOf(first)
    const end = first === '*' ? to : last !== undefined ? numberOf(last) : part.includes('/') ? to : begin
    if (begin > end || (first === '*' && last !== undefined)) refuse()
    for (let number = begin; number <= end; number += Number(step)) found.add(number)
  }
  return found
}
