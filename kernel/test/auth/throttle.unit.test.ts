import assert from 'node:assert/strict'
import { RookeryError } from '@rookery/sdk/protocol'
import { accountLimits, createThrottle, networkOf, type Throttle } from '../../src/auth/throttle.ts'
import { createTestClock } from '../../src/clock.ts'

const refusedFor = (throttle: Throttle, key = 'ada'): number => {
  try {
    throttle.attempt(key)
    return 0
  } catch (error) {
    assert.ok(error instanceof RookeryError && error.code === 'too_many_attempts')
    return error.details.retryAfterSeconds as number
  }
}

const attempts = (throttle: Throttle, count: number, key = 'ada'): number[] => Array.from({ length: count }, () => refusedFor(throttle, key))

describe('throttle', () => {
  it('refuses after ten attempts, says when to come back, and keeps its word', () => {
    const clock = createTestClock()
    const throttle = createThrottle({ clock, limits: accountLimits })
    assert.deepEqual(attempts(throttle, 12), [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 30, 30])
    assert.equal(refusedFor(throttle, 'bob'), 0)
    clock.advance(29_999)
    assert.equal(refusedFor(throttle), 1)
    clock.advance(1)
    assert.deepEqual(attempts(throttle, 2), [0, 30])
    clock.advance(300_000)
    assert.deepEqual(attempts(throttle, 11), [...Array<number>(10).fill(0), 30])
  })

  it('forgets a key that succeeds', () => {
    const throttle = createThrottle({ clock: createTestClock(), limits: accountLimits })
    attempts(throttle, 10)
    throttle.succeed('ada')
    assert.deepEqual([throttle.size, refusedFor(throttle)], [0, 0])
  })

  it('takes the addresses of one IPv6 subscriber for one', () => {
    assert.deepEqual(
      ['192.0.2.1', '2001:db8:0:7:1:2:3:4', '2001:0DB8::7:ffff:0:0:1', '2001:db8:0:8::1', '::1', 'fe80::1'].map(networkOf),
      ['192.0.2.1', '2001:db8:0:7', '2001:db8:0:7', '2001:db8:0:8', '0:0:0:0', 'fe80:0:0:0'],
    )
  })

  it('takes back one attempt that turned out to be none', () => {
    const throttle = createThrottle({ clock: createTestClock(), limits: accountLimits })
    attempts(throttle, 10)
    throttle.refund('ada')
    throttle.refund('nobody')
    assert.deepEqual(attempts(throttle, 2), [0, 30])
  })

  it('gives nothing back when the clock is set back', () => {
    const clock = createTestClock()
    const throttle = createThrottle({ clock, limits: accountLimits })
    attempts(throttle, 10)
    clock.advance(-1_000_000)
    assert.equal(refusedFor(throttle), 30)
    clock.advance(30_000)
    assert.equal(refusedFor(throttle), 0)
  })

  it('remembers so many keys, those of the latest attempts', () => {
    const throttle = createThrottle({ clock: createTestClock(), limits: { attempts: 1, windowMs: 1000, maximumKeys: 2 } })
    assert.deepEqual([refusedFor(throttle, 'a'), refusedFor(throttle, 'b'), refusedFor(throttle, 'a'), refusedFor(throttle, 'c')], [0, 0, 1, 0])
    assert.equal(throttle.size, 2)
    assert.deepEqual([refusedFor(throttle, 'a'), refusedFor(throttle, 'b')], [1, 0])
  })
})
