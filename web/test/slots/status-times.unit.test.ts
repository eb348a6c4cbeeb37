import { deepEqual, equal } from 'node:assert/strict'
import { customStatusOf } from '../../src/data/custom-status.ts'
import { createCalendar } from '../../src/locales/calendar.ts'
import { endOf } from '../../src/slots/custom-status/status-times.ts'

const calendar = createCalendar()

describe('custom statuses', () => {
  it('end by the clock of whoever sets them', () => {
    const wednesday = new Date(2026, 10, 18, 10, 30).getTime()
    equal(endOf('', wednesday, calendar, 1), 0)
    equal(endOf('thirty_minutes', wednesday, calendar, 1), wednesday + 1_800_000)
    deepEqual(new Date(endOf('today', wednesday, calendar, 1)), new Date(2026, 10, 18, 23, 59, 59, 999))
    deepEqual(new Date(endOf('this_week', wednesday, calendar, 1)), new Date(2026, 10, 22, 23, 59, 59, 999))
    // Where weeks begin on Sunday, and on Saturday.
    deepEqual([7, 6].map((first) => new Date(endOf('this_week', wednesday, calendar, first)).getDate()), [21, 20])
    const sunday = new Date(2026, 10, 22, 9).getTime()
    deepEqual(new Date(endOf('this_week', sunday, calendar, 1)), new Date(2026, 10, 22, 23, 59, 59, 999))
  })

  it('are found wherever a plugin keeps them, until they expire', () => {
    const user = { pluginProps: { strange: null, other: { customStatus: { text: 3 } }, 'custom-status': { customStatus: { emoji: 'bus', text: 'On the way', duration: 'one_hour', expiresAt: 1000 } } } }
    equal(customStatusOf(user, 999)?.text, 'On the way')
    equal(customStatusOf(user, 1000), undefined)
    deepEqual([customStatusOf(undefined, 0), customStatusOf({ pluginProps: { one: null, two: { customStatus: null } } }, 0)], [undefined, undefined])
  })
})
