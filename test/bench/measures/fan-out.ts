import { buildFrame } from '../../../kernel/src/realtime/index.ts'
import { authorCount, squareSize } from '../population.ts'
import { postBody, type Bench } from '../bench.ts'
import { cpuMicroseconds } from '../gauges.ts'
import { interleave, type Line, type Measure } from '../measure.ts'
import type { BareWsApi } from '../peers/bare-ws.ts'
import { startWorker } from '../worker.ts'

/** B1: posts through the whole server to a channel with 1,000 listening members. */
export const fanOut: Measure = {
  name: 'fan-out',
  async run(bench): Promise<Line[]> {
    const { load, population: { people, square }, port, rounds } = bench
    const peer = await startWorker<BareWsApi>('./peers/bare-ws.ts')
    const receivers = people.slice(0, squareSize)
    const authors = receivers.slice(0, authorCount)
    const clients = authors.map(({ id, token }) => ({ method: 'POST', path: '/api/v4/posts', token, body: postBody(square, id) }))
    try {
      const peerPort = await peer.call('listen')
      // Two crowds, one process: the frames of both are counted together and only one side speaks at a time.
      await load.call('openCrowd', { port, path: '/api/v4/websocket', tokens: receivers.map(({ token }) => token) })
      await load.call('openCrowd', { port: peerPort, path: '/', tokens: receivers.map(() => '') })
      await load.call('until', squareSize)

      const perDelivery = async (processId: number, tell: () => Promise<unknown>, events: number): Promise<number> => {
        const { frames } = await load.call('crowd')
        const before = cpuMicroseconds(processId)
        await tell()
        await load.call('until', frames + events * squareSize)
        return (cpuMicroseconds(processId) - before) / (events * squareSize)
      }
      const payloadBytes = await frameBytes(bench, clients[0] as (typeof clients)[0])
      const frame = buildFrame('x'.repeat(payloadBytes)).bytes
      const alone = bench.isQuick ? 100 : 200
      const together = bench.isQuick ? 320 : 640
      const single = await interleave(rounds,
        () => perDelivery(bench.server.processId, () => load.call('ask', { port, clients: clients.slice(0, 1), expect: 201, count: alone, follow: squareSize }), alone),
        () => perDelivery(peer.processId, () => peer.call('broadcast', { events: alone, perTick: 1, frame, pauseMs: 10 }), alone))
      const burst = await interleave(rounds,
        () => perDelivery(bench.server.processId, () => load.call('ask', { port, clients, expect: 201, count: together }), together),
        () => perDelivery(peer.processId, () => peer.call('broadcast', { events: together, perTick: authorCount, frame, pauseMs: 0 }), together))
      const line = { peer: `bare ws, one prebuilt frame of ${payloadBytes} bytes`, unit: 'CPU µs per delivery' }
      return [
        { ...line, measure: 'B1 fan-out to 1,000 sockets, one post at a time', goal: { atMost: 1.5 }, rounds: single },
        { ...line, measure: 'B1 fan-out to 1,000 sockets, 16 authors at once', goal: { atMost: 0.7 }, rounds: burst },
      ]
    } finally {
      await load.call('closeCrowd')
      await peer.stop()
    }
  },
}

/** How large one `posted` is on the wire. */
async function frameBytes({ load, port }: Bench, client: { method: string, path: string, token: string, body: string }): Promise<number> {
  const { frames } = await load.call('crowd')
  await load.call('ask', { port, clients: [client], expect: 201, count: 1 })
  await load.call('until', frames + squareSize)
  return (await load.call('crowd')).lastBytes
}
