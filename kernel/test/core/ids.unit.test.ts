import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { encodeBase32Hex } from '../../src/base32.ts'
import { createTestClock, systemClock } from '../../src/clock.ts'
import { createIds, isId, leastIdOf } from '../../src/ids.ts'

const isIncreasing = (ids: readonly string[]): boolean => ids.every((id, index) => index === 0 || ids[index - 1]! < id)

describe('ids', () => {
  it('have the form of an id and hold the time of a UUIDv7', () => {
    const clock = createTestClock(0x0123_4567_89ab)
    const id = createIds({ clock, randomBytes }).next()
    assert.ok(isId(id))
    const bits = [...id].map((letter) => parseInt(letter, 32).toString(2).padStart(5, '0')).join('')
    assert.equal(parseInt(bits.slice(0, 48), 2), 0x0123_4567_89ab)
    assert.equal(bits.slice(48, 52), '0111')
    assert.equal(bits.slice(64, 66), '10')
    assert.equal(bits.slice(128), '00')
  })

  it('increase within a millisecond, beyond its counter and when the clock steps back', () => {
    const clock = createTestClock()
    const ids = createIds({ clock, randomBytes })
    const given: string[] = []
    for (let count = 0; count < 20_000; count += 1) {
      if (count === 15_000) clock.advance(-60_000)
      given.push(ids.next())
    }
    clock.advance(120_000)
    given.push(ids.next())
    assert.ok(isIncreasing(given))
  })

  it('increase whatever the clock does', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: -5, max: 5 }), { maxLength: 200 }), (steps) => {
      const clock = createTestClock()
      const ids = createIds({ clock, randomBytes })
      return isIncreasing(steps.map((step) => { clock.advance(step); return ids.next() }))
    }))
  })

  it('differ between instances in the same millisecond', () => {
    const clock = createTestClock()
    const given = Array.from({ length: 1000 }, () => createIds({ clock, randomBytes }).next())
    assert.equal(new Set(given).size, 1000)
  })

  it('know their form', () => {
    const wrong = ['', 'a'.repeat(25), 'a'.repeat(27), 'A'.repeat(26), `${'a'.repeat(25)}-`, `${'a'.repeat(26)}\n`, 'é'.repeat(26)]
    assert.deepEqual([...wrong, 'xjj3s9hn8ifmmndpqbwbkxzewe'].map(isId), [...wrong.map(() => false), true])
  })
})

describe('base32hex', () => {
  it('answers the vectors of RFC 4648', () => {
    const encoded = ['', 'f', 'fo', 'foo', 'foob', 'fooba', 'foobar'].map((text) => encodeBase32Hex(Buffer.from(text)))
    assert.deepEqual(encoded, ['', 'co', 'cpng', 'cpnmu', 'cpnmuog', 'cpnmuoj1', 'cpnmuoj1e8'])
  })

  it('keeps the order of bytes', () => {
    const sixteen = fc.uint8Array({ minLength: 16, maxLength: 16 })
    fc.assert(fc.property(sixteen, sixteen, (first, second) => {
      const [left, right] = [encodeBase32Hex(first), encodeBase32Hex(second)]
      return Buffer.compare(first, second) === (left < right ? -1 : left > right ? 1 : 0)
    }))
  })
})

describe('clock', () => {
  it('tells the time of the host, or what a test says', () => {
    assert.ok(Math.abs(systemClock.now() - Date.now()) < 1000)
    const clock = createTestClock()
    const before = clock.now()
    clock.advance(5)
    assert.equal(clock.now(), before + 5)
    clock.set(7)
    assert.equal(clock.now(), 7)
  })

  it('are never less than the least one of their moment, and always less than that of the next', () => {
    for (const at of [0, 1, Date.UTC(2026, 10, 21, 15, 5), 2 ** 47]) {
      const ids = createIds({ clock: { now: () => at }, randomBytes: (size) => new Uint8Array(size).fill(at % 256) })
      const id = ids.next()
      assert.ok(leastIdOf(at) <= id && id < leastIdOf(at + 1), String(at))
    }
  })
})
