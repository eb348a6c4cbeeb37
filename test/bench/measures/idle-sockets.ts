import { setTimeout as wait } from 'node:timers/promises'
import { collectableArguments, heldBytes } from '../gauges.ts'
import type { Line, Measure } from '../measure.ts'
import type { BareWsApi } from '../peers/bare-ws.ts'
import { startWorker } from '../worker.ts'

const path = '/api/v4/websocket'

/**
 * B8: what a socket costs on which nothing is said, and that it costs no more after a while. The first half of the
 * sockets may fill what the process has free from its start, and what it grows by once; the second half finds neither.
 */
export const idleSockets: Measure = {
  name: 'idle-sockets',
  async run({ server, port, load, population: { people }, isQuick }): Promise<Line[]> {
    const half = people.length / 2
    const halves: { ours: number, peers: number }[][] = [[], []]
    const growth: { ours: number, peers: undefined }[] = []
    for (let round = 0; round < (isQuick ? 1 : 3); round += 1) {
      // Both begin as fresh processes.
      await server.stop()
      await server.start()
      const peer = await startWorker<BareWsApi>('./peers/bare-ws.ts', collectableArguments)
      const perSocket = async (processId: number, options: { port: number, path: string, tokens: readonly string[] }): Promise<number[]> => {
        const steps = [await heldBytes(processId)]
        for (const start of [0, half]) {
          await load.call('openCrowd', { ...options, tokens: options.tokens.slice(start, start + half) })
          steps.push(await heldBytes(processId))
        }
        return steps.slice(1).map((bytes, step) => (bytes - (steps[step] as number)) / half / 1024)
      }
      try {
        const peers = await perSocket(peer.processId, { port: await peer.call('listen'), path: '/', tokens: people.map(() => '') })
        await load.call('closeCrowd')
        const ours = await perSocket(server.processId, { port, path, tokens: people.map(({ token }) => token) })
        halves.forEach((rounds, index) => { rounds.push({ ours: ours[index] as number, peers: peers[index] as number }) })
        if (round > 0) continue
        const { lost } = await load.call('crowd')
        const before = await heldBytes(server.processId)
        await wait(isQuick ? 30_000 : 300_000)
        growth.push({ ours: (await heldBytes(server.processId) - before) / before * 100, peers: undefined })
        const gone = (await load.call('crowd')).lost - lost
        if (gone > 0) throw new Error(`${gone} idle sockets were lost`)
      } finally {
        await load.call('closeCrowd')
        await peer.stop()
      }
    }
    const [first, second] = halves as [typeof halves[0], typeof halves[0]]
    const line = { peer: 'bare ws', unit: 'KiB', goal: { atMost: 3 } }
    const count = (sockets: number): string => sockets.toLocaleString('en')
    return [
      { ...line, measure: `B8 memory per idle socket, the first ${count(half)}`, rounds: first },
      { ...line, measure: `B8 memory per idle socket, ${count(half)} to ${count(people.length)}`, rounds: second },
      { measure: `B8 ${count(people.length)} idle sockets held ${isQuick ? '30 s' : '5 min'}: growth of memory`, peer: '', unit: '%', goal: { atMost: 5 }, rounds: growth },
    ]
  },
}
