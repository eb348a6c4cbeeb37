import { cpuMicroseconds } from '../gauges.ts'
import { interleave, turnMs, turnsPerRound, type Line, type Measure } from '../measure.ts'
import type { Bench } from '../bench.ts'
import type { Asking } from '../load/load.ts'
import type { BareHttpApi } from '../peers/bare-http.ts'
import { startWorker } from '../worker.ts'

const connections = 32
/** Requests per second of many clients who ask the same, and what one costs its server. */
async function rate({ load }: Bench, processId: number, port: number, asking: Asking): Promise<{ perSecond: number, cpu: number }> {
  const before = cpuMicroseconds(processId)
  const { perSecond, latencies } = await load.call('ask', { port, clients: Array.from({ length: connections }, () => asking), durationMs: turnMs })
  return { perSecond, cpu: (cpuMicroseconds(processId) - before) / latencies.length }
}

type Rounds = readonly { readonly ours: { perSecond: number, cpu: number }, readonly peers: { perSecond: number, cpu: number } }[]

const lines = (measure: string, peer: string, atLeast: number, rounds: Rounds): Line[] => [
  { measure, peer, unit: 'requests/s', goal: { atLeast }, rounds: rounds.map(({ ours, peers }) => ({ ours: ours.perSecond, peers: peers.perSecond })) },
  { measure: `${measure}: cost`, peer, unit: 'CPU µs per request', goal: undefined, rounds: rounds.map(({ ours, peers }) => ({ ours: ours.cpu, peers: peers.cpu })) },
]

/** B4: 60 posts of a channel: the last ones, which the server may remember, and older ones, which it reads each time. */
export const history: Measure = {
  name: 'history',
  async run(bench): Promise<Line[]> {
    const { server, port, connection, population: { archive, archived, people }, rounds } = bench
    const peer = await startWorker<BareHttpApi>('./peers/bare-http.ts')
    try {
      const peerPort = await peer.call('node', { connection, channelId: archive })
      const { token } = people[0] as { token: string }
      const compare = (query: string): Promise<Rounds> => interleave(rounds * turnsPerRound,
        () => rate(bench, server.processId, port, { path: `/api/v4/channels/${archive}/posts?per_page=60${query}`, token }),
        () => rate(bench, peer.processId, peerPort, { path: '/history' }))
      const name = 'node:http, named statement of pg, JSON.stringify'
      return [
        ...lines('B4 history: last 60 posts', name, 0.6, await compare('')),
        ...lines('B4 history: 60 older posts', name, 0.6, await compare(`&before=${archived}`)),
      ]
    } finally {
      await peer.stop()
    }
  },
}

/** B5: what a route costs before it does anything. */
export const routes: Measure = {
  name: 'routes',
  async run(bench): Promise<Line[]> {
    const { server, port, connection, population: { archive, people }, rounds } = bench
    const peer = await startWorker<BareHttpApi>('./peers/bare-http.ts')
    try {
      const hapi = await peer.call('hapi')
      const node = await peer.call('node', { connection, channelId: archive })
      const bare = (): ReturnType<typeof rate> => rate(bench, peer.processId, hapi, { path: '/ping' })
      const { token } = people[0] as { token: string }
      const ping = await interleave(rounds * turnsPerRound, () => rate(bench, server.processId, port, { path: '/api/v4/system/ping' }), bare)
      const me = await interleave(rounds * turnsPerRound, () => rate(bench, server.processId, port, { path: '/api/v4/users/me', token }), bare)
      const raw = await interleave(rounds, () => rate(bench, server.processId, port, { path: '/api/v4/system/ping' }), () => rate(bench, peer.processId, node, { path: '/ping' }))
      return [
        ...lines('B5 GET system/ping', 'bare hapi', 0.85, ping),
        ...lines('B5 GET users/me, signed in', 'bare hapi, nobody signed in', 0.7, me),
        ...lines('B5 GET system/ping', 'bare node:http', 0, raw).map((line) => ({ ...line, goal: undefined })),
      ]
    } finally {
      await peer.stop()
    }
  },
}
