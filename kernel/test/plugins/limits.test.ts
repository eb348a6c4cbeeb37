import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { pluginsEnable, pluginsGet, pluginsLogs, type PluginLogLine } from '@rookery/sdk/protocol'
import { askNative, askPlugin, command, enablePlugin, eventually } from '../../../test/harness/plugin-actions.ts'
import { createPackage, installPackage } from '../../../test/harness/plugin-packages.ts'
import { postRoute } from '../../../test/harness/raw-plugin.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'
import { systemClock } from '../../src/clock.ts'

const reason = 'Is tested.'
const minuteMs = 60_000
const plain = {
  keys: null, limits: { valueKeys: 2 }, capabilities: { 'routes': { reason }, 'kv': { reason }, 'http': { reason, hosts: ['example.com'] }, 'posts:write': { reason }, 'posts:transform': { reason } },
  contributes: {
    routes: [...['calls', 'flood', 'hoard', 'wait'].map(postRoute), { ...postRoute('hang'), deadlineMs: 100 }],
    transforms: [{ operation: 'posts.create', needs: ['message'], filter: { contains: ['break'] } }],
  },
  source: `
    const ask = (invocation, calls) => rookery.call('calls', { invocation, calls: calls.map(([name, input]) => ({ name, input, asActor: false })) })
    rookery.on('describe', () => ({}))
    rookery.on('route POST /calls', async ({ invocation, input }) => {
      const { times, call } = JSON.parse(input.body)
      const codes = []
      for (let left = times; left > 0; left -= 50) codes.push(...(await ask(invocation, new Array(Math.min(50, left)).fill(call))).map(({ error }) => error?.details.quota ?? error?.code ?? 'done'))
      return { json: codes }
    })
    rookery.on('route POST /flood', async ({ invocation }) => {
      const outcomes = await Promise.allSettled(Array.from({ length: 240 }, () => ask(invocation, [['kv.get', { key: 'a' }]])))
      return { json: outcomes.filter(({ status }) => status === 'rejected').length }
    })
    rookery.on('route POST /hoard', () => { const hoard = []; for (;;) hoard.push(new Array(1e6).fill(1)) })
    rookery.on('route POST /hang', () => new Promise(() => {}))
    rookery.on('route POST /wait', () => new Promise(() => {}))
    rookery.on('transform posts.create', () => { throw new Error('no') })`,
}

describe('What a plugin may not', function () {
  this.timeout(60_000)
  let world: World
  let aheadMs = 0
  before(async () => {
    world = await createWorld({ clock: { now: () => systemClock.now() + aheadMs }, settings: { plugins: { acceptPackages: 'unsigned' } }, pluginHosts: { quarantineDeaths: 2, aloneMs: minuteMs * 600, missedBeats: 100 } })
    for (const id of ['growing', 'neighbour']) {
      await installPackage(world, await createPackage({ id, ...plain }))
      await enablePlugin(world, id)
    }
  })
  after(() => world.close())

  const logs = (pluginId = 'growing'): Promise<PluginLogLine[]> => command(world, pluginsLogs, { pluginId })
  /** What the log says of something, and how often that happened. */
  const told = async (words: string): Promise<string[]> => (await logs()).filter(({ message }) => message.includes(words)).map(({ level, message, fields }) => `${level} ${message} ${fields}`)
  const calls = (times: number, name: string, input: unknown): Promise<string[]> => askPlugin(world, 'growing', '/calls', { times, call: [name, input] })
  const count = (codes: readonly string[], code: string): number => codes.filter((each) => each === code).length
  const ask = async (path: string): Promise<number> =>
    (await fetch(`${world.server.url}/plugins/growing${path}`, { method: 'POST', headers: { Authorization: `Bearer ${world.ada.token}` }, body: '{}' })).status
  /** Buckets are full again. */
  const rest = (): void => { aheadMs += minuteMs }

  it('use beyond its limits is told to who looks after it, in one line a minute for each limit', async () => {
    const post = { channelId: world.channel.id, message: 'tea' }
    const limits: [limit: string, times: number, name: string, input: unknown, refusal?: string][] = [
      ['10 posts a second', 15, 'posts.create', post],
      ['100 log lines a second', 150, 'log.write', { level: 'info', message: 'x' }],
      ['60 requests a minute', 80, 'http.fetch', { url: 'https://elsewhere.org/' }],
      ['262144 bytes at once', 1, 'kv.set', { key: 'a', value: 'x'.repeat(300_000) }, 'body_too_large'],
    ]
    for (const [limit, times, name, input, refusal = limit] of limits) {
      rest()
      const refused = count(await calls(times, name, input), refusal)
      deepEqual(await told(limit), [`warn It met a limit: ${limit} {"times":1}`])
      rest()
      // The rest of them, as soon as a minute has passed.
      deepEqual((await told(limit)).slice(1), refused > 1 ? [`warn It met a limit: ${limit} {"times":${refused - 1}}`] : [], limit)
    }
    deepEqual(await calls(2, 'kv.set', { key: 'a', value: 1 }), ['done', 'done'])
    equal((await calls(1, 'kv.set', { key: 'b', value: 1 }))[0], 'done')
    const [full] = await calls(1, 'kv.set', { key: 'c', value: 1 })
    deepEqual(await told('keys or'), [`warn It met a limit: ${full} {"times":1}`])
    // Whoever keeps to them has nothing to read, and nobody else reads it.
    deepEqual(await logs('neighbour'), [])
    await rejects(askNative(world, world.ada, pluginsLogs, { pluginId: 'growing' }), { code: 'permission_missing' })
  })

  it('ask too often is told whoever refuses it: the kernel, or the host before it', async () => {
    rest()
    ok(count(await calls(250, 'kv.get', { key: 'a' }), '200 calls a second') > 0)
    deepEqual(await told('200 calls a second'), ['warn It met a limit: 200 calls a second {"times":1}'])
    const refused = await askPlugin<number>(world, 'growing', '/flood', {})
    const [line] = await eventually(() => told('too many calls per second'), (lines) => lines.length > 0)
    equal(line, `warn It met a limit: too many calls per second {"times":${refused}}`)
  })

  it('take its time is told, and that it fails too often to be asked', async () => {
    for (let times = 0; times < 3; times += 1) equal(await ask('/hang'), 504)
    deepEqual(await told('did not answer in time'), ['warn route POST /hang did not answer in time {"times":1}'])
    rest()
    deepEqual((await told('did not answer in time')).slice(1), ['warn route POST /hang did not answer in time {"times":2}'])
    for (let times = 0; times < 6; times += 1) await world.ada.client.createPost({ channel_id: world.channel.id, message: 'break' } as Parameters<typeof world.ada.client.createPost>[0])
    deepEqual(await told('is not asked for a while'), ['warn transform posts.create is not asked for a while: it failed too often {"times":1}'])
  })

  it('take all memory is told, and what becomes of it when its host dies: a host of its own, a pause, quarantine', async () => {
    equal(await ask('/hoard'), 503)
    await eventually(() => told('Its isolate was thrown away: it used more memory than it may'), (lines) => lines.length === 1)
    const { hosts } = world.server.kernel.plugins
    const kill = async (): Promise<void> => {
      await eventually(() => askPlugin(world, 'growing', '/calls', { times: 0 }).then(() => true, () => false), Boolean)
      const before = hosts.statistics('growing')?.invocations ?? 0
      const waiting = ask('/wait')
      await eventually(() => hosts.statistics('growing')?.invocations ?? 0, (invocations) => invocations > before)
      process.kill(hosts.processOf('growing') as number, 'SIGKILL')
      equal(await waiting, 503)
    }
    await kill()
    equal((await told('Its host died while it was at work, so that it has one of its own')).length, 1)
    deepEqual((await logs('neighbour')).map(({ message }) => message.replace(/:.*/, '')).filter((message) => message.includes('host')), ['The host that it shares with others died'])
    await kill()
    deepEqual([(await told('Its host died: ')).length, await told('It waits for')], [1, ['warn It waits for 1 s, because its host died {"times":1}']])
    // The pause is one of the server's clock.
    rest()
    await kill()
    await eventually(async () => (await command(world, pluginsGet, { pluginId: 'growing' })).plugin.state, (state) => state === 'quarantined')
    deepEqual(await told('quarantine'), ['warn It is in quarantine: its host died too often {"times":1}'])
    await command(world, pluginsEnable, { pluginId: 'growing' })
    equal((await askPlugin<string[]>(world, 'growing', '/calls', { times: 1, call: ['kv.get', { key: 'a' }] }))[0], 'done')
  })
})
