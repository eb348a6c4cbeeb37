// node scripts/run.mjs test/bench/plugin-call.ts [-- --quick]
// One invocation of a plugin, from the kernel through host, worker and isolate and back, against a bare forked child
// with one isolate. In turns in one run; medians of the rounds.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createTestHosts, polite } from '../harness/plugin-hosts.ts'

export interface PluginCallRound { readonly ours: number, readonly peers: number }

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number

const input = { post: { message: 'The loom has four hundred hooks and one of them sticks again. '.repeat(2), channelId: 'c'.repeat(26), userId: 'u'.repeat(26) } }

/** Microseconds per call. */
async function timeCalls(count: number, underWay: number, call: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  let left = count
  await Promise.all(Array.from({ length: underWay }, async () => { while (left-- > 0) await call() }))
  return (performance.now() - startedAt) * 1000 / count
}

/** @param underWay calls at once: 1 tells how long one takes, more what one costs */
export async function measurePluginCall({ rounds, calls, underWay }: { rounds: number, calls: number, underWay: number }): Promise<readonly PluginCallRound[]> {
  const test = createTestHosts()
  const child = fork(fileURLToPath(new URL('peers/bare-plugin.ts', import.meta.url)), { execArgv: ['--no-node-snapshot', '--disable-warning=ExperimentalWarning'] })
  try {
    await once(child, 'message')
    const waiting = new Map<number, (value: unknown) => void>()
    child.on('message', ({ call, text }: { call: number, text: string }) => {
      waiting.get(call)?.(JSON.parse(text))
      waiting.delete(call)
    })
    let sequence = 0
    const bare = (): Promise<unknown> => new Promise((resolve) => {
      sequence += 1
      waiting.set(sequence, resolve)
      child.send({ call: sequence, text: JSON.stringify(input) })
    })
    await test.load('bench', polite)
    const ours = (): Promise<unknown> => test.hosts.invoke('bench', 'echo', input, { deadlineMs: 1000 })
    await timeCalls(calls, underWay, ours)
    await timeCalls(calls, underWay, bare)
    const results: PluginCallRound[] = []
    for (let round = 0; round < rounds; round += 1) {
      const isOursFirst = round % 2 === 0
      const first = await timeCalls(calls, underWay, isOursFirst ? ours : bare)
      const second = await timeCalls(calls, underWay, isOursFirst ? bare : ours)
      results.push(isOursFirst ? { ours: first, peers: second } : { ours: second, peers: first })
    }
    return results
  } finally {
    test.hosts.stop()
    child.kill('SIGKILL')
  }
}

if (import.meta.main) {
  const isQuick = process.argv.includes('--quick')
  for (const underWay of [1, 16]) {
    const results = await measurePluginCall({ rounds: isQuick ? 3 : 7, calls: isQuick ? 500 : 3000, underWay })
    const of = (read: (round: PluginCallRound) => number): string => median(results.map(read)).toFixed(2)
    console.log(`${underWay} under way: ours ${of(({ ours }) => ours)} µs, bare fork and isolate ${of(({ peers }) => peers)} µs, ratio ${of(({ ours, peers }) => ours / peers)} (goal ≤ 1.5)`)
  }
}
