import { deepEqual, equal, throws } from 'node:assert/strict'
import { readCalendar } from '../../src/plugins/jobs/calendar.ts'

const at = (text: string): number => Date.parse(text)
/** The next moments of a calendar, one after the other. */
const following = (cron: string, from: string, count: number, timeZone?: string): string[] => {
  const calendar = readCalendar(cron, timeZone)
  const moments: string[] = []
  for (let moment = at(from); moments.length < count;) {
    moment = calendar.next(moment)
    moments.push(new Date(moment).toISOString().slice(0, 16))
  }
  return moments
}

describe('A calendar', () => {
  it('has minutes, hours, days, months and days of the week, as numbers, names, ranges, steps and lists', () => {
    deepEqual(following('*/20 9-10 * * *', '2026-03-01T09:30:30Z', 4), ['2026-03-01T09:40', '2026-03-01T10:00', '2026-03-01T10:20', '2026-03-01T10:40'])
    deepEqual(following('0 0 1 jan,JUL *', '2026-03-01T00:00:00Z', 3), ['2026-07-01T00:00', '2027-01-01T00:00', '2027-07-01T00:00'])
    deepEqual(following('30 7 * * mon-fri', '2026-11-20T08:00:00Z', 2), ['2026-11-23T07:30', '2026-11-24T07:30'])
    deepEqual(following('0 12 * * 7', '2026-11-21T00:00:00Z', 2), ['2026-11-22T12:00', '2026-11-29T12:00'])
    deepEqual(following('5/25 0 * * *', '2026-01-01T00:00:00Z', 3), ['2026-01-01T00:05', '2026-01-01T00:30', '2026-01-01T00:55'])
  })

  it('takes either of two kinds of days where both are named', () => {
    deepEqual(following('0 0 13 * fri', '2026-11-01T00:00:00Z', 3), ['2026-11-06T00:00', '2026-11-13T00:00', '2026-11-20T00:00'])
  })

  it('never stands still at a moment that fits', () => {
    equal(readCalendar('* * * * *').next(at('2026-01-01T00:00:00Z')), at('2026-01-01T00:01:00Z'))
    equal(readCalendar('0 0 29 feb *').next(at('2096-03-01T00:00:00Z')), at('2104-02-29T00:00:00Z'))
  })

  it('goes by the clock of a place, also where it is put forward and back', () => {
    deepEqual(following('30 2 * * *', '2026-03-27T12:00:00Z', 3, 'Europe/Berlin'), ['2026-03-28T01:30', '2026-03-29T01:30', '2026-03-30T00:30'])
    deepEqual(following('30 2 * * *', '2026-03-07T12:00:00Z', 3, 'America/New_York'), ['2026-03-08T07:30', '2026-03-09T06:30', '2026-03-10T06:30'])
    // Shown twice in that night.
    deepEqual(following('30 2 * * *', '2026-10-24T12:00:00Z', 2, 'Europe/Berlin'), ['2026-10-25T00:30', '2026-10-26T01:30'])
    deepEqual(following('0 9 * * *', '2026-07-01T00:00:00Z', 1, 'Asia/Kathmandu'), ['2026-07-01T03:15'])
  })

  it('says what is wrong with it', () => {
    for (const [cron, words] of [
      ['* * * *', /five words/], ['60 * * * *', /60 is no minute/], ['* 24 * * *', /hour/], ['* * 0 * *', /day/], ['* * * 13 *', /month/], ['* * * * 8', /day of the week/],
      ['9-5 * * * *', /minute/], ['*/0 * * * *', /minute/], ['1/2/3 * * * *', /minute/], ['1-2-3 * * * *', /minute/], ['*-5 * * * *', /minute/], ['x * * * *', /minute/], [', * * * *', /minute/], ['0 0 30 feb *', /never comes/],
    ] as const) throws(() => readCalendar(cron), words, cron)
    throws(() => readCalendar('* * * * *', 'Europe/Atlantis'), /no time zone/)
  })
})
