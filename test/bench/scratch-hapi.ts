import { startWorker } from './worker.ts'
import { cpuMicroseconds, median } from './gauges.ts'
const load = await startWorker<any>('./load/load.ts')
const variants = [[], ['req'], ['pre'], ['six'], ['raw6'], ['async'], ['listener', 'opts'], ['query'], ['routes', 'debug'], ['nostate'], ['nocomp'], ['nocache'], ['nostate', 'nocache', 'routes', 'debug']]
const peers = await Promise.all(variants.map(async (v) => { const w = await startWorker<any>('./scratch-hapi-peer.ts'); return { v, w, port: await w.call('go', v), out: [] as number[] } }))
for (let round = 0; round < 4; round++) for (const p of peers) {
  const b = cpuMicroseconds(p.w.processId)
  const r = await load.call('ask', { port: p.port, clients: Array.from({ length: 32 }, () => ({ path: '/ping' })), durationMs: 700 })
  if (round) p.out.push((cpuMicroseconds(p.w.processId) - b) / r.latencies.length)
}
for (const p of peers) { console.log(p.v.join(' ').padEnd(40), median(p.out).toFixed(2), p.out.map((x) => x.toFixed(1)).join(' ')); await p.w.stop() }
await load.stop()
