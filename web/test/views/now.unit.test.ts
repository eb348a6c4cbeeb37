import { deepEqual } from 'node:assert/strict'
import { mock } from 'node:test'
import { effectScope } from 'vue'
import { useNow } from '../../src/views/now.ts'

describe('the present moment', () => {
  afterEach(() => { mock.timers.reset() })

  it('is told anew as long as somebody shows it', () => {
    mock.timers.enable({ apis: ['setInterval', 'Date'], now: 1000 })
    const scope = effectScope()
    const now = scope.run(() => useNow(30_000))
    const seen = [now?.value]
    for (const ms of [29_999, 1, 60_000]) {
      mock.timers.tick(ms)
      seen.push(now?.value)
    }
    scope.stop()
    mock.timers.tick(60_000)
    deepEqual([...seen, now?.value], [1000, 1000, 31_000, 91_000, 91_000])
  })
})
