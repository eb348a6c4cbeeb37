import { deepEqual, equal } from 'node:assert/strict'
import type { User } from '@rookery/sdk/protocol'
import { createCalendar } from '../../src/locales/calendar.ts'
import { dndEndOf } from '../../src/views/people/dnd-ends.ts'
import { hoursAhead, marksOf, zoneOf } from '../../src/views/people/person-facts.ts'

const person = (rest: object): User => ({ isBot: false, roles: 'system_user', deleteAt: 0, pluginProps: {}, ...rest }) as unknown as User

describe('what a card tells of a person', () => {
  it('finds the time zone that holds, and none that does not exist', () => {
    equal(zoneOf({ useAutomaticTimezone: 'true', automaticTimezone: 'Asia/Tokyo', manualTimezone: 'Europe/Berlin' }), 'Asia/Tokyo')
    equal(zoneOf({ useAutomaticTimezone: 'false', automaticTimezone: 'Asia/Tokyo', manualTimezone: 'Europe/Berlin' }), 'Europe/Berlin')
    deepEqual([zoneOf({}), zoneOf({ automaticTimezone: 'Middle/Earth' })], ['', ''])
  })

  it('counts the hours between two clocks, in summer and over the date line', () => {
    const [winter, summer] = [Date.UTC(2026, 0, 15, 23, 30), Date.UTC(2026, 6, 15, 12)]
    deepEqual([hoursAhead(winter, 'Europe/Berlin', 'UTC'), hoursAhead(summer, 'Europe/Berlin', 'UTC')], [1, 2])
    deepEqual([hoursAhead(winter, 'Asia/Kolkata', 'UTC'), hoursAhead(winter, 'Pacific/Honolulu', 'Pacific/Auckland')], [5.5, -23])
  })

  it('marks guests, bots, admins and who left', () => {
    deepEqual(marksOf(person({})), [])
    deepEqual(marksOf(person({ roles: 'system_guest', deleteAt: 1 })), ['guest', 'deactivated'])
    deepEqual(marksOf(person({ roles: 'system_admin system_user' })), ['systemAdmin'])
    deepEqual(marksOf(person({ roles: 'system_admin', isBot: true })), ['bot'])
  })

  it('ends do-not-disturb when it was asked to', () => {
    const [now, calendar] = [new Date(2026, 0, 31, 17, 20).getTime(), createCalendar()]
    deepEqual([dndEndOf('open', now, calendar), dndEndOf('halfHour', now, calendar) - now, dndEndOf('twoHours', now, calendar) - now], [0, 1_800_000, 7_200_000])
    equal(dndEndOf('tomorrow', now, calendar), new Date(2026, 1, 1, 9).getTime())
  })
})
