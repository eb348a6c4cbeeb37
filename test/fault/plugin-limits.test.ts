import { deepEqual, equal, rejects } from 'node:assert/strict'
import { createHeldClock } from '../harness/held-clock.ts'
import { createTestHosts, polite, type TestHosts } from '../harness/plugin-hosts.ts'

const deadline = { deadlineMs: 10_000 }

describe('the limits of a plugin', function () {
  this.timeout(60_000)
  let test: TestHosts
  afterEach(() => { test.hosts.stop() })

  it('make it wait twice as long after each death of its host, and then for an admin', async () => {
    const clock = createHeldClock()
    test = createTestHosts({}, { clock })
    await test.load('suspect', `${polite}; rookery.on('wait', () => new Promise(() => {}))`)
    const die = async (): Promise<void> => {
      const lost = rejects(test.hosts.invoke('suspect', 'wait', null, deadline), { code: 'plugin_unavailable' })
      process.kill(test.hosts.processOf('suspect') as number, 'SIGKILL')
      await lost
    }
    const isRefusedFor = (retryAfterSeconds: number): Promise<void> => rejects(test.hosts.invoke('suspect', 'ping', null, deadline), { code: 'plugin_unavailable', details: { plugin: 'suspect', retryAfterSeconds } })
    await clock.hold(async () => {
      // The first takes place among others, and might have been their doing.
      await die()
      await test.backAfterMs('suspect')
      for (const seconds of [1, 2, 4, 8]) {
        await die()
        await isRefusedFor(seconds)
        clock.advance(seconds * 1000 - 1)
        await isRefusedFor(1)
        clock.advance(1)
        await test.backAfterMs('suspect')
      }
      await die()
      clock.advance(3_600_000)
      equal(test.hosts.state('suspect'), 'quarantined')
      await rejects(test.hosts.invoke('suspect', 'ping', null, deadline), { code: 'plugin_unavailable' })
      test.hosts.forgive('suspect')
      await test.backAfterMs('suspect')
    })
  })

  it('give it the heap that it asked for and no more, and leave its neighbours theirs', async () => {
    test = createTestHosts()
    const hoarder = `${polite}; rookery.on('hoard', (megabytes) => { const hoard = []; while (hoard.length < megabytes) hoard.push(new Array(2 ** 17).fill(hoard.length + 0.5)); return hoard.length })`
    const hoard = (id: string, megabytes: number): Promise<unknown> => test.hosts.invoke(id, 'hoard', megabytes, deadline)
    await test.load('small', hoarder, { limits: { heapBytes: 16 * 2 ** 20 } })
    await test.load('large', hoarder, { limits: { heapBytes: 160 * 2 ** 20 } })
    await test.load('neighbour', polite)
    equal(await hoard('large', 64), 64)
    await rejects(hoard('small', 64), { code: 'plugin_unavailable' })
    equal(await test.hosts.invoke('neighbour', 'ping', null, deadline), 'pong')
    // It begins anew, within what it has.
    await test.backAfterMs('small')
    equal(await hoard('small', 4), 4)
    deepEqual([test.hosts.state('small'), test.hosts.state('large')], ['loaded', 'loaded'])
    equal(await hoard('large', 64), 64)
  })
})
