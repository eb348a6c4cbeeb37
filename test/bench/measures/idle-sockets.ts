import { setTimeout as wait } from 'node:timers/promises'
import { residentBytes } from '../gauges.ts'
import type { Line, Measure } from '../measure.ts'
import type { BareWsApi } from '../peers/bare-ws.ts'
import { startWorker } from '../worker.ts'

const settleMs = 3000

/** B8: what a socket costs on which nothing is said, and that it costs no more after a while. */
export const idleSockets: Measure = {
  name: 'idle-sockets',
  async run({ server, port, load, population: { people }, isQuick }): Promise<Line[]> {
    const rounds: { ours: number, peers: number }[] = []
    const growth: { ours: number, peers: undefined }[] = []
    for (let round = 0; round < (isQuick ? 1 : 3); round += 1) {
      // Both begin as fresh processes: what an older heap has to spare would hide what sockets take.
      await server.stop()
      await server.start()
      const peer = await startWorker<BareWsApi>('./peers/bare-ws.ts')
      const perSocket = async (processId: number, options: { port: number, path: string, tokens: string[] }): Promise<number> => {
        await wait(settleMs)
        const before = residentBytes(processId)
        await load.call('openCrowd', options)
        await wait(settleMs)
        return (residentBytes(processId) - before) / people.length / 1024
      }
      try {
        const peers = await perSocket(peer.processId, { port: await peer.call('listen'), path: '/', tokens: people.map(() => '') })
        await load.call('closeCrowd')
        const ours = await perSocket(server.processId, { port, path: '/api/v4/websocket', tokens: people.map(({ token }) => token) })
        rounds.push({ ours, peers })
        if (round > 0) continue
        const { lost } = await load.call('crowd')
        const before = residentBytes(server.processId)
        await wait(isQuick ? 30_000 : 300_000)
        growth.push({ ours: (residentBytes(server.processId) - before) / before * 100, peers: undefined })
        const gone = (await load.call('crowd')).lost - lost
        if (gone > 0) throw new Error(`${gone} idle sockets were lost`)
      } finally {
        await load.call('closeCrowd')
        await peer.stop()
      }
    }
    return [
      { measure: 'B8 memory per idle socket, 5,000 sockets', peer: 'bare ws', unit: 'KiB', goal: { atMost: 3 }, rounds },
      { measure: `B8 5,000 idle sockets held ${isQuick ? '30 s' : '5 min'}: growth of memory`, peer: '', unit: '%', goal: { atMost: 5 }, rounds: growth },
    ]
  },
}
