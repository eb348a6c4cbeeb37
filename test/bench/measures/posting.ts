import type { Population } from '../population.ts'
import { message, postBody } from '../bench.ts'
import { quantile } from '../gauges.ts'
import { interleave, turnMs, turnsPerRound, type Line, type Measure } from '../measure.ts'
import { authorCount, receiversPerRoom } from '../population.ts'

const authorsOf = ({ people, rooms }: Population, count: number) => rooms.slice(0, count).map((channelId, number) => {
  const { id, token } = people[number] as { id: string, token: string }
  return { userId: id, channelId, client: { method: 'POST', path: '/api/v4/posts', token, body: postBody(channelId, id) } }
})

/** The ten people who listen in each of so many rooms. */
const receiversOf = ({ people }: Population, rooms: number): string[] =>
  people.slice(authorCount, authorCount + rooms * receiversPerRoom).map(({ token }) => token)

/** B2: how long an author waits until the post is durable. */
export const postAcknowledgement: Measure = {
  name: 'post-ack',
  async run({ load, port, population, connection, rounds, isQuick }): Promise<Line[]> {
    const authors = authorsOf(population, 1)
    const span = { durationMs: isQuick ? 1500 : 3000 }
    await load.call('openCrowd', { port, path: '/api/v4/websocket', tokens: receiversOf(population, 1) })
    try {
      const results = await interleave(rounds,
        async () => [...(await load.call('ask', { port, clients: authors.map(({ client }) => client), expect: 201, ...span })).latencies],
        async () => [...(await load.call('insert', { connection, authors, message, ...span })).latencies])
      const at = (share: number) => results.map(({ ours, peers }) => ({ ours: quantile(ours, share), peers: quantile(peers, share) }))
      const line = { peer: 'bare pg, insert and commit of the row', unit: 'ms' }
      return [
        { ...line, measure: 'B2 post acknowledged, 1 author, 10 receivers, p50', goal: { atMost: 4 }, rounds: at(0.5) },
        { ...line, measure: 'B2 post acknowledged, 1 author, 10 receivers, p99', goal: { atMost: 6 }, rounds: at(0.99) },
      ]
    } finally {
      await load.call('closeCrowd')
    }
  },
}

/** B3: posts per second that are stored and delivered. */
export const postRate: Measure = {
  name: 'post-rate',
  async run({ load, port, population, connection, rounds }): Promise<Line[]> {
    const authors = authorsOf(population, authorCount)
    const span = { durationMs: turnMs }
    await load.call('openCrowd', { port, path: '/api/v4/websocket', tokens: receiversOf(population, authorCount) })
    try {
      const results = await interleave(rounds * turnsPerRound,
        async () => (await load.call('ask', { port, clients: authors.map(({ client }) => client), expect: 201, ...span })).perSecond,
        async () => (await load.call('insert', { connection, authors, message, ...span })).perSecond)
      return [{ measure: 'B3 posts sustained, 16 authors, 10 receivers each', peer: 'bare pg, 16 connections inserting', unit: 'posts/s', goal: { atLeast: 0.2 }, rounds: results }]
    } finally {
      await load.call('closeCrowd')
    }
  },
}
