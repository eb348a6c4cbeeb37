import pg from 'pg'
import { openBench, postBody } from './bench.ts'
const bench = await openBench({ rounds: 1, isQuick: true, nodeArguments: [] })
const { people, rooms } = bench.population
const c = new pg.Client(bench.connection); await c.connect()
await bench.load.call('openCrowd', { port: bench.port, path: '/api/v4/websocket', tokens: people.slice(16, 176).map(({ token }) => token) })
const clients = rooms.map((r, i) => ({ method: 'POST', path: '/api/v4/posts', token: people[i]!.token, body: postBody(r, people[i]!.id) }))
const cpu = async () => Number((await import('node:child_process')).execSync("ps -eo comm,cputimes,args | grep '[p]ostgres' | awk '{s+=$2} END {print s}'").toString())
await c.query('select pg_stat_reset()')
for (let i = 0; i < 3; i++) {
  const r = await bench.load.call('ask', { port: bench.port, clients: clients.slice(0, Number(process.argv[2] ?? 16)), expect: 201, durationMs: 3000 })
  console.log(r.perSecond, 'p50', [...r.latencies].sort((a, b) => a - b)[r.latencies.length >> 1])
}
const s = await c.query("select relname, seq_scan, seq_tup_read, idx_scan, idx_tup_fetch, n_tup_ins, n_tup_upd, n_tup_hot_upd, n_dead_tup from pg_stat_user_tables where seq_scan + coalesce(idx_scan,0) > 0 order by seq_tup_read desc limit 14")
console.table(s.rows)
await c.end(); await bench.close()
