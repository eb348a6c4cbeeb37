import { setTimeout as wait } from 'node:timers/promises'
import { postBody } from '../bench.ts'
import { quantile } from '../gauges.ts'
import type { LoadApi } from '../load/load.ts'
import { interleave, type Line, type Measure } from '../measure.ts'
import { squareSize } from '../population.ts'
import { startWorker } from '../worker.ts'

const path = '/api/v4/websocket'
const slowCount = 50
/** Of each kind in a turn. So much large ones are more than the buffers of the network on their way take. */
const beats = 20
const largeCharacters = 700_000
const patienceMs = 10_000

/** F8: how long others wait for what is said while 50 of 1,000 sockets stop reading, against the same while all read. */
export const slowReaders: Measure = {
  name: 'slow-readers',
  async run({ server, load, port, population: { people, square }, rounds }): Promise<Line[]> {
    const members = people.slice(0, squareSize)
    const [author] = members as [typeof members[0]]
    const ask = async <Answer>(method: string, address: string, body?: unknown): Promise<Answer> => {
      const response = await fetch(`${server.url}/api/v4${address}`, { method, headers: { Authorization: `Bearer ${author.token}` }, ...(body !== undefined && { body: JSON.stringify(body) }) })
      if (!response.ok) throw new Error(`${address} answered ${response.status}: ${await response.text()}`)
      return await response.json() as Answer
    }
    // What is large is told to these alone.
    const slow = members.slice(-slowCount)
    const [team] = await ask<{ id: string }[]>('GET', '/users/me/teams')
    const heavy = await ask<{ id: string }>('POST', '/channels', { team_id: team?.id, name: `heavy-${Date.now()}`, display_name: 'Heavy', type: 'P' })
    await ask('POST', `/channels/${heavy.id}/members`, { user_ids: slow.map(({ id }) => id) })
    const others = members.slice(1, -slowCount)
    const client = { method: 'POST', path: '/api/v4/posts', token: author.token, body: postBody(square, author.id) }
    const sleepers = await startWorker<LoadApi>('./load/load.ts')

    const play = async (isAsleep: boolean): Promise<number> => {
      await sleepers.call('openCrowd', { port, path, tokens: slow.map(({ token }) => token) })
      if (isAsleep) await sleepers.call('sleepCrowd')
      const { lost: before } = await sleepers.call('crowd')
      const waitedMs: number[] = []
      for (let beat = 0; beat < beats; beat += 1) {
        await ask('POST', '/posts', { channel_id: heavy.id, message: `large ${beat}`, props: { filler: 'x'.repeat(largeCharacters) } })
        waitedMs.push(...await load.call('askHeard', { port, client, expect: 201, follow: others.length }))
      }
      await sleepers.call('wakeCrowd')
      const startedAt = performance.now()
      const lost = async (): Promise<number> => (await sleepers.call('crowd')).lost - before
      while (isAsleep && await lost() < slowCount && performance.now() - startedAt < patienceMs) await wait(20)
      if (await lost() !== (isAsleep ? slowCount : 0)) throw new Error(`${await lost()} of ${slowCount} were let go, ${isAsleep ? 'asleep' : 'though they read'}`)
      await sleepers.call('closeCrowd')
      return quantile(waitedMs, 0.99)
    }
    try {
      await load.call('openCrowd', { port, path, tokens: others.map(({ token }) => token) })
      return [{
        measure: `F8 wait of ${others.length} while ${slowCount} stop reading, p99`, peer: 'the same while all read', unit: 'ms', goal: { atMost: 1.5 },
        rounds: await interleave(rounds, () => play(true), () => play(false)),
      }]
    } finally {
      await load.call('closeCrowd')
      await sleepers.stop()
    }
  },
}
