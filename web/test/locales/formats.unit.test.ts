import { deepEqual, equal } from 'node:assert/strict'
import { createCalendar } from '../../src/locales/calendar.ts'
import { createFormats } from '../../src/locales/formats.ts'

const afternoon = Date.UTC(2026, 10, 21, 15, 5)
const plain = (text: string): string => text.replace(/\s/gu, ' ')

describe('formats', () => {
  it('have the clock of the language, or the one that was chosen, where the reader is', () => {
    const zone = { timeZone: 'UTC' }
    equal(plain(createFormats('en', zone).time(afternoon)), '3:05 PM')
    equal(plain(createFormats('en', { ...zone, hours: 24 }).time(afternoon)), '15:05')
    equal(plain(createFormats('de', zone).time(afternoon)), '15:05')
    equal(plain(createFormats('de', { ...zone, hours: 12 }).time(afternoon)), '3:05 PM')
    equal(plain(createFormats('en', { timeZone: 'Asia/Tokyo', hours: 24 }).time(afternoon)), '00:05')
    equal(plain(createFormats('en', { timeZone: 'Mars/Olympus', hours: 24 }).time(afternoon)), createFormats('en', { hours: 24 }).time(afternoon))
  })

  it('count days where the reader is', () => {
    const tokyo = createFormats('en', { timeZone: 'Asia/Tokyo' })
    equal(tokyo.day(afternoon, afternoon), 'Today')
    equal(tokyo.day(afternoon - 600_000, afternoon), 'Yesterday')
    equal(createFormats('en', { timeZone: 'UTC' }).day(afternoon - 600_000, afternoon), 'Today')
    equal(createFormats('en', { timeZone: 'UTC' }).day(Date.UTC(2025, 11, 31, 23), Date.UTC(2026, 0, 2)), 'December 31, 2025')
  })

  it('say when something ends, with its day where that is not today', () => {
    const formats = createFormats('en', { timeZone: 'UTC' })
    const days = (count: number): string => plain(formats.until(afternoon + count * 86_400_000, afternoon))
    deepEqual([days(0), days(1), days(6), days(7)], ['3:05 PM', 'Sun 3:05 PM', 'Fri 3:05 PM', 'Nov 28, 2026, 3:05 PM'])
    // Where it is tomorrow already.
    equal(plain(createFormats('en', { timeZone: 'Asia/Tokyo', hours: 24 }).until(afternoon, afternoon - 600_000)), 'Sun 00:05')
    equal(formats.timeZone, 'UTC')
    equal(createFormats('en', { timeZone: 'Mars/Olympus' }).timeZone, createFormats('en').timeZone)
  })

  it('tell how long to wait, never less than it takes', () => {
    const formats = createFormats('en')
    equal(formats.within(200), 'in 1 second')
    equal(formats.within(59_001), 'in 60 seconds')
    equal(formats.within(61_000), 'in 2 minutes')
  })

  it('have days of 23, 24 and 25 hours, east and west of everything', () => {
    const hours = (timeZone: string, at: number): number => {
      const [from, until] = createCalendar(timeZone).rangeOf(at)
      return (until - from) / 3_600_000
    }
    equal(hours('Europe/Berlin', Date.UTC(2026, 2, 29, 10)), 23)
    equal(hours('Europe/Berlin', Date.UTC(2026, 9, 25, 10)), 25)
    equal(hours('Australia/Lord_Howe', Date.UTC(2026, 3, 4, 20)), 24.5)
    for (const timeZone of ['Pacific/Kiritimati', 'Etc/GMT+12', 'Asia/Kathmandu', 'America/St_Johns', 'Africa/Cairo', 'America/Havana']) {
      const { dayOf, later, rangeOf, startOf } = createCalendar(timeZone)
      for (let at = Date.UTC(2026, 0, 1, 1, 30); at < Date.UTC(2027, 0, 1); at += 7 * 3_600_000) {
        const [from, until] = rangeOf(at)
        const day = dayOf(at)
        equal(from <= at && at < until, true, `${timeZone} ${day}`)
        equal(`${dayOf(from)} ${dayOf(from - 1)} ${dayOf(until)} ${startOf(day)}`, `${day} ${later(day, -1)} ${later(day, 1)} ${from}`, timeZone)
      }
    }
  })
})
