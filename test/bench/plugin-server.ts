// A whole server with plugins in a process of its own, so that what it costs is not paid by whom it is measured.
import path from 'node:path'
import { bundlePlugin } from '@rookery/sdk/bundle'
import { pluginsDisable, pluginsEnable, postsCreate } from '@rookery/sdk/protocol'
import { systemContext, type Context } from '@rookery/kernel'
import type { PluginBundle } from '../../kernel/src/plugins/index.ts'
import { createWorld, type World } from '../harness/world.ts'
import { cpuMicroseconds, residentBytes } from './gauges.ts'
import { serveWorker } from './worker.ts'

export type PluginServerApi = typeof api

/** `no-op` ones are links of a chain, `double` ones guard too; `idle` ones have a filter that nothing passes; `broad` ones are as large as plugins with libraries are. */
export type PluginKind = 'no-op' | 'double' | 'idle' | 'broad' | 'hostile'

export type PluginCounts = Readonly<Partial<Record<PluginKind, number>>>

const counts: Readonly<Record<PluginKind, number>> = { 'no-op': 20, double: 20, idle: 20, broad: 100, hostile: 6 }
const broadBytes = 100 * 1024
const message = 'The loom has four hundred hooks and one of them sticks again. '.repeat(2)

const idOf = (kind: PluginKind, number: number): string => `${kind}-${number}`

/** Code that is parsed and kept, as that of libraries is. */
function padding(bytes: number): string {
  let code = 'globalThis.library = {\n'
  for (let number = 0; code.length < bytes; number += 1) code += `  call${number}(value, other) { const found = [value, other, 'text ${number}'].filter(Boolean); return found.length > ${number % 7} ? { found, number: ${number} } : null },\n`
  return `${code}}\n`
}

async function bundles(): Promise<PluginBundle[]> {
  const { manifest, source } = await bundlePlugin(path.join(import.meta.dirname, 'plugins/no-op'))
  const { transforms, guards } = manifest.contributes
  const filter = { contains: ['what nobody says'] }
  const contributesOf: Readonly<Record<PluginKind, Partial<PluginBundle['manifest']['contributes']>>> = {
    'no-op': { guards: [] },
    double: {},
    idle: { transforms: transforms.map((hook) => ({ ...hook, filter })), guards: guards.map((hook) => ({ ...hook, filter })) },
    broad: { transforms: [], guards: [] },
    hostile: { transforms: [], guards: [] },
  }
  const large = `${source}\n${padding(broadBytes - source.length)}`
  return Object.entries(counts).flatMap(([kind, count]) => Array.from({ length: count }, (_each, number) => ({
    manifest: { ...manifest, id: idOf(kind as PluginKind, number), contributes: { ...manifest.contributes, ...contributesOf[kind as PluginKind] } },
    source: kind === 'broad' ? large : kind === 'hostile' ? hostileSource(number) : source, isTrusted: false,
  })))
}

/** What each is when it is asked; the guests of the corpus do worse, and these do it all the time. */
const hostilities = [
  'for (;;);',
  'const hoard = []; for (;;) hoard.push(new Uint8Array(2 ** 20).fill(1))',
  'for (;;) rookery.call("calls", "x".repeat(1000)).catch(() => {})',
  'return "x".repeat(2 ** 22)',
  'return new Promise(() => {})',
  'let text = "a"; for (;;) text += text.slice(0, 2 ** 20)',
]
const hostileSource = (number: number): string => `rookery.on('guard posts.create', async () => { ${hostilities[number] ?? ''} })`

let world: World | undefined
let isHostile = false
const opened = (): World => {
  if (!world) throw new Error('the server is not open')
  return world
}

/** Ada writes in a channel with three members. */
const author = (): Context => ({ ...systemContext, actor: { kind: 'user', userId: opened().ada.user.id, sessionId: '', roles: ['system_user'] } })

const enter = (kind: PluginKind, number: number): Promise<unknown> => opened().server.kernel.plugins.hosts.invoke(
  idOf(kind, number), 'guard posts.create', { invocation: '', input: {}, granted: [], settings: {}, actor: {}, botUserId: '', deadlineAt: 0 }, { deadlineMs: 5000 })

const medianOf = (values: Float64Array): number => values.sort()[Math.floor(values.length / 2)] ?? Number.NaN

const api = {
  async open(): Promise<void> {
    world = await createWorld({ bundles: await bundles(), settings: { plugins: { inlineDeadlineMs: 50, inlineTotalMs: 250 } } })
  },

  /** So many of each kind run afterwards, and no others. */
  async enable(wantedCounts: PluginCounts): Promise<void> {
    const { operations, plugins } = opened().server.kernel
    const wanted = new Set(Object.entries(wantedCounts).flatMap(([kind, count]) => Array.from({ length: count }, (_each, number) => idOf(kind as PluginKind, number))))
    for (const { id, state } of plugins.registry.all.values()) {
      if (state === 'enabled' && !wanted.has(id)) await operations.dispatch(pluginsDisable, systemContext, { pluginId: id })
      if (state !== 'enabled' && wanted.has(id)) await operations.dispatch(pluginsEnable, systemContext, { pluginId: id, consent: ['posts:transform', 'posts:guard'] })
    }
  },

  /** What hooks add to one post, in microseconds: the median of so many, one after the other. */
  async timeHooks(times: number): Promise<number> {
    const { hooks } = opened().server.kernel.plugins
    const context = author()
    const { channel } = opened()
    const accessed = { channel: await opened().server.kernel.chat.directory.channels.get(channel.id) }
    const took = new Float64Array(times)
    for (let index = 0; index < times; index += 1) {
      const input = { channelId: channel.id, message }
      const startedAt = performance.now()
      const hooked = hooks.enter(postsCreate, context, input)
      if (hooked) await hooked.guard(await hooked.transform(input, accessed), accessed)
      took[index] = (performance.now() - startedAt) * 1000
    }
    return medianOf(took)
  },

  /** One post from its validation until it is durable, in microseconds: the median of so many. */
  async timePosts(times: number): Promise<{ median: number, p99: number }> {
    const { operations } = opened().server.kernel
    const took = new Float64Array(times)
    for (let index = 0; index < times; index += 1) {
      const startedAt = performance.now()
      await operations.dispatch(postsCreate, author(), { channelId: opened().channel.id, message })
      took[index] = (performance.now() - startedAt) * 1000
    }
    took.sort()
    return { median: took[Math.floor(times / 2)] ?? Number.NaN, p99: took[Math.floor(times * 0.99)] ?? Number.NaN }
  },

  /** Asks each of so many plugins once; how long each took, in milliseconds. */
  async enterEach(kind: PluginKind, count: number): Promise<number[]> {
    const took: number[] = []
    for (let number = 0; number < count; number += 1) {
      const startedAt = performance.now()
      await enter(kind, number)
      took.push(performance.now() - startedAt)
    }
    return took
  },

  hostOf: (kind: PluginKind) => opened().server.kernel.plugins.hosts.processOf(idOf(kind, 0)) ?? 0,
  residentPlugins: (kind: PluginKind) => Array.from({ length: counts[kind] }, (_each, number) => opened().server.kernel.plugins.hosts.statistics(idOf(kind, number))?.isResident ?? false).filter(Boolean).length,
  residentBytes: (kind: PluginKind) => residentBytes(api.hostOf(kind)),
  cpuMicroseconds: (kind: PluginKind) => cpuMicroseconds(api.hostOf(kind)),

  /**
   * Kills the host of one of the plugins and asks until that one answers; in milliseconds. Another one each time: whoever
   * was asked while its host died is suspected and lives alone, and who dies alone is held back on purpose.
   */
  async backAfterKill(kind: PluginKind, number: number): Promise<number> {
    const { hosts } = opened().server.kernel.plugins
    process.kill(hosts.processOf(idOf(kind, number)) ?? 0, 'SIGKILL')
    const startedAt = performance.now()
    // The kernel hears of it with its next turn of the loop.
    await new Promise((resolve) => { setTimeout(resolve, 1) })
    while (performance.now() - startedAt < 30_000) {
      const isBack = await enter(kind, number).then(() => true, () => false)
      if (isBack) return performance.now() - startedAt
      await new Promise((resolve) => { setTimeout(resolve, 5) })
    }
    return Infinity
  },

  /** While it is on, every hostile plugin is asked again as soon as it has answered or was stopped; others run on. */
  async setHostile(isOn: boolean, others: PluginCounts): Promise<void> {
    const { hosts } = opened().server.kernel.plugins
    await api.enable({ ...others, hostile: isOn ? counts.hostile : 0 })
    isHostile = isOn
    if (!isOn) return
    const torment = async (id: string): Promise<void> => {
      while (isHostile) {
        await hosts.invoke(id, 'guard posts.create', null, { deadlineMs: 200 }).catch(() => {})
        await new Promise((resolve) => { setTimeout(resolve, 5) })
      }
    }
    for (let number = 0; number < counts.hostile; number += 1) void torment(idOf('hostile', number))
  },

  async close(): Promise<void> { await world?.close() },
}

serveWorker(api)
