import { equal } from 'node:assert/strict'
import { createPace } from '../../src/plugins/pace.ts'

describe('The pace of what plugins say', () => {
  it('lets much through at once, and then so much a second', () => {
    let now = 0
    const pace = createPace({ atOnce: 1000, perSecond: 100 }, () => now)
    pace.took(1000)
    equal(pace.waitMs(), 0)
    pace.took(50)
    equal(pace.waitMs(), 500)
    now += 400
    equal(pace.waitMs(), 100)
    now += 100
    equal(pace.waitMs(), 0)
    now += 60_000
    // What was not used is not saved up.
    pace.took(1100)
    equal(pace.waitMs(), 1000)
  })

  it('does not mind a clock that goes back', () => {
    let now = 1000
    const pace = createPace({ atOnce: 10, perSecond: 10 }, () => now)
    pace.took(20)
    now = 0
    equal(pace.waitMs(), 1000)
    now = 1000
    equal(pace.waitMs(), 0)
  })
})
