import { deepEqual, equal } from 'node:assert/strict'
import { createCache } from '../../src/storage/cache.ts'

describe('memory in front of a query', () => {
  it('loads once for all who ask at the same time, and again after it was told to forget', async () => {
    const loads: string[] = []
    const cache = createCache({ maximum: 10, load: async (key) => { loads.push(key); return key === 'none' ? undefined : { key, count: loads.length } } })
    const [first, second] = await Promise.all([cache.get('a'), cache.get('a')])
    equal(first, second)
    equal(await cache.get('a'), first)
    equal(await cache.get('none'), undefined)
    equal(await cache.get('none'), undefined)
    cache.forget('a')
    equal(cache.peek('a'), undefined)
    deepEqual(await cache.get('a'), { key: 'a', count: 4 })
    deepEqual(loads, ['a', 'none', 'none', 'a'])
  })

  it('does not keep what was forgotten while it was loaded: the rows may be those before the change', async () => {
    const answers = [Promise.withResolvers<{ version: number }>(), Promise.withResolvers<{ version: number }>()]
    let asked = 0
    const cache = createCache({ maximum: 10, load: () => answers[asked++]!.promise })
    const stale = cache.get('a')
    cache.forget('a')
    const fresh = cache.get('a')
    answers[1]!.resolve({ version: 2 })
    deepEqual(await fresh, { version: 2 })
    answers[0]!.resolve({ version: 1 })
    deepEqual(await stale, { version: 1 })
    deepEqual(await cache.get('a'), { version: 2 })
  })

  it('asks again after a load that failed', async () => {
    let asked = 0
    const cache = createCache({ maximum: 10, load: () => (asked++ === 0 ? Promise.reject(new Error('gone')) : Promise.resolve({ here: true })) })
    equal(await cache.get('a').catch((error: Error) => error.message), 'gone')
    deepEqual(await cache.get('a'), { here: true })
  })
})
