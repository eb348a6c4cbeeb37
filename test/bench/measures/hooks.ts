import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Line, Measure } from '../measure.ts'
import { median } from '../gauges.ts'
import type { PluginCounts, PluginServerApi } from '../plugin-server.ts'
import { startWorker, type Worker } from '../worker.ts'

/** What a hook of a post carries, so that both sides carry the same. */
const input = { message: 'The loom has four hundred hooks and one of them sticks again. '.repeat(2), channelId: 'c'.repeat(26) }

const hostilePosts = 4000
/** Calls until what a hook runs is compiled. */
const warmUp = 1500
/** In which a round goes back and forth. */
const turns = 10

interface BareHop { time(times: number, count?: number): Promise<number>, stop(): void }

/** The least that it can cost: a forked child with one isolate, asked one call after the other. */
async function openBareHop(): Promise<BareHop> {
  const child: ChildProcess = fork(fileURLToPath(new URL('../peers/bare-plugin.ts', import.meta.url)), { execArgv: ['--no-node-snapshot', '--disable-warning=ExperimentalWarning'] })
  await once(child, 'message')
  const text = JSON.stringify(input)
  let call = 0
  const ask = async (count: number): Promise<void> => {
    call += 1
    child.send({ call, text, count })
    await once(child, 'message')
  }
  return {
    async time(times, count = 1) {
      const took: number[] = []
      for (let index = 0; index < times; index += 1) {
        const startedAt = performance.now()
        await ask(count)
        took.push((performance.now() - startedAt) * 1000)
      }
      return median(took)
    },
    stop() { child.kill('SIGKILL') },
  }
}

/**
 * The slowest of a hundred posts while six plugins are hostile, and while nobody is: what the others cost stays the same.
 * Rounds are many, for forty posts of four thousand decide, and one stall of the machine is ten of them.
 */
async function besideHostile(server: Worker<PluginServerApi>, others: PluginCounts, rounds: number): Promise<{ ours: number, peers: number }[]> {
  const results: { ours: number, peers: number }[] = []
  await server.call('enable', others)
  await server.call('timeHooks', warmUp)
  for (let round = 0; round < rounds; round += 1) {
    // Enough that it is not over within the second in which they are found out, and that a handful of posts does not decide.
    const calm = (await server.call('timePosts', hostilePosts)).p99
    await server.call('setHostile', true, others)
    results.push({ ours: (await server.call('timePosts', hostilePosts)).p99, peers: calm })
    await server.call('setHostile', false, others)
  }
  return results
}

/** B6: what plugins cost that take part in every post, and those that do not. */
export const hooks: Measure = {
  name: 'hooks',
  async run({ rounds, isQuick }): Promise<Line[]> {
    const server = await startWorker<PluginServerApi>('./plugin-server.ts')
    const bare = await openBareHop()
    const times = isQuick ? 300 : 1000
    try {
      await server.call('open')
      const prepare = async (kind: 'idle' | 'no-op' | 'double', count: number): Promise<void> => {
        await server.call('enable', { [kind]: count })
        // Their isolates are new each time; the one of the peer is asked on and on.
        await server.call('timeHooks', warmUp)
      }
      /** In short turns: what else this machine has to do changes from second to second. */
      const inTurns = async (count = 1): Promise<{ ours: number, peers: number }> => {
        const ours: number[] = []
        const peers: number[] = []
        for (let turn = 0; turn < turns; turn += 1) {
          peers.push(await bare.time(times / turns, count))
          ours.push(await server.call('timeHooks', times / turns))
        }
        return { ours: median(ours), peers: median(peers) }
      }
      await bare.time(300)
      const chains = new Map<number, { ours: number, peers: number }[]>([[1, []], [5, []], [20, []]])
      const posts = new Map<number, { ours: number, peers: number }[]>([[1, []], [20, []]])
      const alike: { ours: number, peers: number }[] = []
      const doubled: { ours: number, peers: number }[] = []
      const idle: { ours: number, peers: undefined }[] = []
      for (let round = 0; round < rounds; round += 1) {
        await prepare('idle', 20)
        idle.push({ ours: await server.call('timeHooks', times) / 20, peers: undefined })
        const { median: without } = await server.call('timePosts', times)
        for (const [count, results] of chains) {
          await prepare('no-op', count)
          results.push(await inTurns())
          if (count === 20) alike.push(await inTurns(20))
          posts.get(count)?.push({ ours: (await server.call('timePosts', times)).median, peers: without })
        }
        await prepare('double', 20)
        doubled.push(await inTurns())
      }

      const withoutHooks = await besideHostile(server, {}, rounds * 2)
      const withHook = await besideHostile(server, { 'no-op': 1 }, rounds * 2)

      await server.call('enable', { broad: 100 })
      const entered = await server.call('enterEach', 'broad', 100)
      await new Promise((resolve) => { setTimeout(resolve, 3000) })
      const memory = { ours: await server.call('residentBytes', 'broad') / 2 ** 20, peers: undefined }
      console.log(`  100 plugins enabled and entered: ${await server.call('residentPlugins', 'broad')} resident, ${memory.ours.toFixed(0)} MiB`)
      const again = await server.call('enterEach', 'broad', 40)
      console.log(`  entered: ${median(entered).toFixed(2)} ms, again: ${median(again).toFixed(2)} ms`)
      const back: { ours: number, peers: undefined }[] = []
      for (let round = 0; round < (isQuick ? 2 : 5); round += 1) back.push({ ours: await server.call('backAfterKill', 'broad', round), peers: undefined })
      const cold = await server.call('enterEach', 'broad', 100)

      const line = { peer: 'bare fork and isolate, one call', unit: 'µs' }
      const alone = { peer: '', unit: 'ms' }
      return [
        { ...alone, measure: 'B6 a plugin whose filter does not pass, per post', unit: 'µs', goal: { atMost: 2 }, rounds: idle },
        ...[...chains].map(([count, results]) => ({ ...line, measure: `B6 hooks of ${count} no-op plugins on a post`, goal: count === 1 ? { atMost: 1.5 } : count === 20 ? { atMost: 3 } : undefined, rounds: results })),
        { ...line, measure: 'B6 hooks of 20 no-op plugins that guard too', goal: undefined, rounds: doubled },
        // What as many calls cost where nobody enters an isolate on the thread itself.
        { ...line, peer: 'bare fork, 20 isolates in turn', measure: 'B6 hooks of 20 no-op plugins on a post', goal: undefined, rounds: alike },
        ...[...posts].map(([count, results]) => ({ ...line, peer: 'same server without plugins', measure: `B6 a post with ${count} no-op plugins`, goal: undefined, rounds: results })),
        ...[{ measure: 'B6 a post while six plugins are hostile, p99', goal: { atMost: 2 }, rounds: withoutHooks }, { measure: 'B6 a post with a no-op plugin while six others are hostile, p99', goal: undefined, rounds: withHook }]
          .map((kindly) => ({ peer: 'same server, nobody hostile', unit: 'µs', ...kindly })),
        { ...alone, measure: 'B6 cold isolate, bundle of 100 KB, first call answered', goal: { atMost: 15 }, rounds: cold.map((ours) => ({ ours, peers: undefined })) },
        { ...alone, measure: 'B6 host with 100 plugins of 100 KB, each entered once', unit: 'MiB', goal: { atMost: 250 }, rounds: [memory] },
        { ...alone, measure: 'B6 host killed until its features answer', goal: { atMost: 1000 }, rounds: back },
      ]
    } finally {
      bare.stop()
      await server.call('close').catch(() => {})
      await server.stop()
    }
  },
}
