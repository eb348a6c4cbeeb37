import pg from 'pg'
import { readFileSync } from 'node:fs'
import { openBench } from './bench.ts'
const bench = await openBench({ rounds: 1, isQuick: true, nodeArguments: [] })
const { people, rooms } = bench.population
const c = new pg.Client(bench.connection); await c.connect()
if (process.argv[2]) { await c.query('drop function append_posts'); await c.query(readFileSync(process.argv[2], 'utf8')) }
for (const s of (process.env['SETS'] ?? '').split(';')) if (s) await c.query(s)
let n = 0
const post = (k: number) => Array.from({ length: k }, (_e, place) => ({ place, id: String(++n).padStart(26, '0'), channelId: rooms[place % 16], userId: people[place % 16]!.id, rootId: '', message: 'The loom has four hundred hooks and one of them sticks again. '.repeat(2), type: '', props: {}, hashtags: '', fileIds: [], pendingPostId: `x:${n}`, isPinned: false, isTrusted: false, countsAsUnread: true, marksViewed: true, mentionsEverybody: false, hereUserIds: [], mentionWords: 'the loom has four hundred hooks and one of them sticks again The'.split(' '), embeds: [], createAt: null }))
for (const q of ['select 1', "insert into bench_posts (id, create_at, update_at, user_id, channel_id, message, pending_post_id) values (lpad($1,26,'0'),1,1,'u','c','mmmm mmmm mmmmm mmmm','x'||$1)"]) {
  const t = performance.now(); const N = 500
  for (let i = 0; i < N; i++) await c.query({ name: q.slice(0, 8), text: q, values: q.includes('$1') ? [String(i)] : [] })
  console.log(q.slice(0, 30), ((performance.now() - t) / N).toFixed(3), 'ms')
}
for (const k of [0, 1, 1, 4, 8, 16, 64]) {
  const t = performance.now(); const N = 200
  for (let i = 0; i < N; i++) await c.query({ name: 'append_posts', text: 'select place, verdict, payload from append_posts($1::jsonb, $2)', values: [JSON.stringify(post(k)), Date.now()] })
  console.log('append_posts', k, ((performance.now() - t) / N).toFixed(3), 'ms')
}
await c.query("load 'auto_explain'"); await c.query("set auto_explain.log_min_duration=0; set auto_explain.log_nested_statements=on; set auto_explain.log_analyze=on; set client_min_messages=log; set auto_explain.log_timing=off; set auto_explain.log_triggers=on")
let total = 0
c.on('notice', (x) => { const m = x.message ?? ''; const d = Number(/duration: ([\d.]+)/.exec(m)?.[1]); total += d; if (process.argv[3]) console.log(d, m.split('\n')[1]?.slice(0, 110), process.argv[3] === 'full' ? m : '') })
await c.query('select place, verdict, payload from append_posts($1::jsonb, $2)', [JSON.stringify(post(1)), Date.now()])
await c.end(); await bench.close()
