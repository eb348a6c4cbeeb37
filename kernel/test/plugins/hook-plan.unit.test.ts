import { deepEqual, equal, throws } from 'node:assert/strict'
import type { TransformContribution } from '@rookery/sdk/protocol'
import { createBreaker } from '../../src/plugins/hooks/breaker.ts'
import { compileFilter } from '../../src/plugins/hooks/filter.ts'
import { createGauge } from '../../src/plugins/hooks/gauge.ts'
import { orderTransforms } from '../../src/plugins/hooks/hook-plan.ts'
import { pick } from '../../src/plugin-host/needs.ts'
import { createQuota } from '../../src/plugins/quota.ts'
import { findRoute } from '../../src/plugins/route-matcher.ts'

const order = (hooks: Record<string, Partial<TransformContribution>>): string => {
  const planned = Object.entries(hooks).map(([id, contribution]) => ({ plugin: { id }, contribution }))
  return orderTransforms(planned as never).map(({ plugin }) => plugin.id).join(' ')
}

describe('The order of transforms', () => {
  it('is phase, then priority, then id; before and after overrule priority within a phase', () => {
    equal(order({ d: {}, c: {}, b: { phase: 'late', priority: 100 }, a: { phase: 'late' }, e: { phase: 'early', priority: -1 }, f: { priority: 1 } }), 'e f c d b a')
    equal(order({ a: { after: ['c'] }, b: {}, c: {} }), 'b c a')
    equal(order({ a: { priority: 9 }, b: { before: ['a'] }, z: { before: ['b'] } }), 'z b a')
    equal(order({ a: { phase: 'late', before: ['b'] }, b: {} }), 'b a')
    equal(order({ a: { after: ['b'] }, b: { after: ['a'] } }), 'a b')
  })
})

describe('A filter of a hook', () => {
  const says = (filter: Parameters<typeof compileFilter>[0], subject: { message?: string, type?: string, isBot?: boolean }): boolean =>
    compileFilter(filter)({ message: '', type: '', isBot: false, ...subject })

  it('judges types, bots, words in any case and expressions; all must hold', () => {
    equal(says({}, {}), true)
    equal(says({}, { isBot: true }), false)
    equal(says({ bots: 'include' }, { isBot: true }), true)
    deepEqual([says({ bots: 'only' }, { isBot: true }), says({ bots: 'only' }, {})], [true, false])
    deepEqual([says({ types: [''] }, {}), says({ types: ['me'] }, {})], [true, false])
    deepEqual([says({ contains: ['Straße', 'سلام'] }, { message: 'an der STRASSE straße' }), says({ contains: ['سلام'] }, { message: 'السلام عليكم' }), says({ contains: ['x'] }, { message: 'y' })], [true, true, false])
    deepEqual([says({ matches: '^\\d+$' }, { message: '42' }), says({ matches: '^\\d+$', contains: ['4'] }, { message: '52' })], [true, false])
  })

  it('takes linear time, whatever the expression, and refuses what cannot', () => {
    const startedAt = process.cpuUsage()
    equal(says({ matches: '(a+)+$' }, { message: `${'a'.repeat(5000)}!` }), false)
    equal(process.cpuUsage(startedAt).user < 2_000_000, true)
    throws(() => compileFilter({ matches: '(a)\\1' }))
    throws(() => compileFilter({ matches: '(?=a)' }))
  })
})

describe('What a hook is given', () => {
  it('is the fields that it needs, and no others', () => {
    const event = { post: { message: 'hi', userId: 'u', props: { secret: 1 } }, channel: { id: 'c' }, mentions: ['m'], nothing: null }
    deepEqual(pick(event, ['post.message', 'post.userId', 'mentions', 'nothing', 'absent', 'post.absent.deep', 'mentions.length', 'nothing.deep']), { post: { message: 'hi', userId: 'u' }, mentions: ['m'], nothing: null })
    deepEqual(pick(event, ['toString', 'constructor.name', '__proto__.x']), {})
    deepEqual(pick('text', ['length']), {})
  })
})

describe('The breaker of a hook', () => {
  it('opens after five failures in twenty calls, for ten seconds, and then lets one through', () => {
    let now = 0
    const breaker = createBreaker({ clock: { now: () => now } })
    const call = (isGood: boolean): boolean => {
      const isAsked = breaker.isClosed()
      if (isAsked) breaker[isGood ? 'succeeded' : 'failed']()
      return isAsked
    }
    for (let count = 0; count < 30; count += 1) equal(call(count % 5 !== 0), true)
    deepEqual([breaker.failures, breaker.isBroken], [6, false])
    for (let count = 0; count < 5; count += 1) call(false)
    deepEqual([breaker.isBroken, call(true)], [true, false])
    now = 10_000
    deepEqual([call(false), call(true)], [true, false])
    now = 20_000
    deepEqual([breaker.isClosed(), breaker.isClosed()], [true, false])
    breaker.succeeded()
    deepEqual([call(false), call(true), breaker.isBroken], [true, true, false])
  })
})

describe('The gauge of a hook', () => {
  it('remembers the last calls and orders them', () => {
    const gauge = createGauge()
    deepEqual([gauge.calls, gauge.percentile(99)], [0, 0])
    for (let ms = 1; ms <= 600; ms += 1) gauge.took(ms)
    deepEqual([gauge.calls, gauge.percentile(50), gauge.percentile(99)], [600, 345, 595])
  })
})

describe('A quota', () => {
  it('fills again with time and never above its measure', () => {
    let now = 0
    let postsPerSecond = 2
    const quota = createQuota({ clock: { now: () => now }, limits: () => ({ postsPerSecond }) })
    const take = (count: number): number => {
      let taken = 0
      for (let left = count; left > 0; left -= 1) {
        try { quota.take('posts'); taken += 1 } catch (error) { equal((error as { code: string }).code, 'plugin_over_quota') }
      }
      return taken
    }
    equal(take(5), 2)
    now = 500
    equal(take(5), 1)
    now = 60_000
    equal(take(5), 2)
    now = 0
    equal(take(5), 0)
    // Another version of the plugin may use more, or less, from the same moment on.
    postsPerSecond = 4
    equal(take(5), 0)
    now = 60_000
    equal(take(6), 4)
    postsPerSecond = 1
    now = 120_000
    equal(take(5), 1)
  })
})

describe('A route of a plugin', () => {
  const routes = ['/polls/:id', '/polls/new', '/polls/:id/votes/:vote', '/'].map((path) => ({ method: 'GET' as const, path, session: 'required' as const }))
  const found = (path: string, method = 'GET'): unknown => {
    const { route, parameters } = findRoute(routes, method, path) ?? {}
    return route && [route.path, parameters]
  }
  it('is found by method and parts; exact ones go first', () => {
    deepEqual(found('/polls/new'), ['/polls/new', {}])
    deepEqual(found('/polls/a%2Fb'), ['/polls/:id', { id: 'a/b' }])
    deepEqual(found('/polls/%E0%A4'), ['/polls/:id', { id: '%E0%A4' }])
    deepEqual(found('/polls/1/votes/2'), ['/polls/:id/votes/:vote', { id: '1', vote: '2' }])
    deepEqual(found('/'), ['/', {}])
    deepEqual([found('/polls/'), found('/polls'), found('/polls/new', 'POST'), found('/other')], [undefined, undefined, undefined, undefined])
  })
})
