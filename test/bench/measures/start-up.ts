import { createServerProcess } from '../../harness/server-process.ts'
import type { Line, Measure } from '../measure.ts'

/** From the start of the process until it listens; once on an empty folder, then on a folder that is there. */
export const startUp: Measure = {
  name: 'start-up',
  async run({ isQuick }): Promise<Line[]> {
    const server = await createServerProcess({ environment: { ROOKERY_TELEMETRY_LEVEL: 'warn' } })
    const timed = async (): Promise<{ ours: number, peers: undefined }> => {
      const startedAt = performance.now()
      await server.start()
      return { ours: (performance.now() - startedAt) / 1000, peers: undefined }
    }
    try {
      const first = [await timed()]
      for (const { line, atMs } of server.phases()) console.log(`  first start, ${(atMs / 1000).toFixed(2)} s: ${line}`)
      const again: { ours: number, peers: undefined }[] = []
      for (let round = 0; round < (isQuick ? 2 : 5); round += 1) {
        await server.stop()
        again.push(await timed())
      }
      for (const { line, atMs } of server.phases()) console.log(`  restart, ${(atMs / 1000).toFixed(2)} s: ${line}`)
      await server.kill()
      const crashed = [await timed()]
      const line = { peer: '', unit: 's' }
      return [
        { ...line, measure: 'First start on an empty folder', goal: { atMost: 20 }, rounds: first },
        { ...line, measure: 'Restart', goal: { atMost: 3 }, rounds: again },
        { ...line, measure: 'Restart after kill -9', goal: { atMost: 3 }, rounds: crashed },
      ]
    } finally {
      await server.remove()
    }
  },
}
