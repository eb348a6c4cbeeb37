import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { pluginsEnable, pluginsGet, pluginsLogs, pluginsUsage, type Plugin, type PluginLogLine } from '@rookery/sdk/protocol'
import { command, enablePlugin, eventually } from '../../../test/harness/plugin-actions.ts'
import { createPackage, installPackage } from '../../../test/harness/plugin-packages.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'

const routes = (...paths: string[]) => ({ capabilities: { routes: { reason: 'Answers.' } }, contributes: { routes: paths.map((path) => ({ method: 'GET' as const, path, session: 'required' as const })) } })
const talking = `
  const say = ({ invocation }, message, count = 1) => rookery.call('calls', { invocation, calls: Array.from({ length: count }, (_, index) => ({ name: 'log.write', input: { level: 'info', message: message + index, fields: { index } }, asActor: false })) })
  rookery.on('describe', () => ({}))
  rookery.on('route GET /say', async (asked) => { await say(asked, 'line ', 5); return { text: 'said' } })
  rookery.on('route GET /talk', async (asked) => { for (let part = 0; part < 3; part += 1) await say(asked, 'part ' + part + ' ', 30); return { text: 'said' } })
  rookery.on('route GET /throw', () => { throw new TypeError('I will not') })
  rookery.on('route GET /hang', () => new Promise(() => {}))`

describe('Looking after a plugin', () => {
  let world: World
  before(async () => {
    world = await createWorld({ settings: { plugins: { acceptPackages: 'unsigned' } }, pluginHosts: { quarantineDeaths: 1 } })
    await installPackage(world, await createPackage({ ...routes('/say', '/talk', '/throw', '/hang'), source: talking, keys: null }))
    await installPackage(world, await createPackage({ id: 'neighbour', ...routes('/say'), source: talking, keys: null }))
    await enablePlugin(world, 'growing')
    await enablePlugin(world, 'neighbour')
  })
  after(() => world.close())

  const ask = (path: string, pluginId = 'growing'): Promise<Response> => fetch(`${world.server.url}/plugins/${pluginId}${path}`, { headers: { Authorization: `Bearer ${world.ada.token}` } })
  const get = async (pluginId = 'growing'): Promise<Plugin> => (await command(world, pluginsGet, { pluginId })).plugin
  const logs = (after = 0): Promise<PluginLogLine[]> => command(world, pluginsLogs, { pluginId: 'growing', after })

  it('shows what it said and what was said of it, the last two hundred lines', async () => {
    deepEqual(await logs(), [])
    equal((await ask('/say')).status, 200)
    equal((await ask('/throw')).status, 500)
    const lines = await logs()
    deepEqual(lines.map(({ number, level, message, fields }) => [number, level, message, fields]).slice(0, 2), [[1, 'info', 'line 0', '{"index":0}'], [2, 'info', 'line 1', '{"index":1}']])
    match(lines.at(-1)?.message ?? '', /^route GET \/throw failed: I will not/)
    deepEqual((await logs(4)).map(({ number }) => number), [5, 6])
    // A hundred lines a second, and no more.
    const all = await eventually(async () => { await ask('/talk'); return logs() }, (found) => (found.at(-1)?.number ?? 0) > 200)
    equal(all.length, 200)
    equal((all.at(-1)?.number ?? 0) - (all[0]?.number ?? 0), 199)
    await rejects(command(world, pluginsLogs, { pluginId: 'nobody' }), { code: 'plugin_not_found' })
  })

  it('tells what it used', async () => {
    // The hosts say it with their next heartbeat.
    const { usage, hooks, observers, deaths, stored } = await eventually(() => command(world, pluginsUsage, { pluginId: 'growing' }), (told) => told.usage.cpuTimeMs > 0)
    ok(usage.invocations >= 6 && usage.calls >= 100 && usage.heapBytes > 0 && usage.refusedCalls >= 0)
    deepEqual([hooks, observers, deaths, stored], [[], [], 0, { valueKeys: 0, valueBytes: 0, fileBytes: 0, databaseBytes: 0 }])
    await rejects(command(world, pluginsUsage, { pluginId: 'nobody' }), { code: 'plugin_not_found' })
  })

  it('keeps who kills its host in quarantine, alone, until it is enabled again', async () => {
    const { hosts } = world.server.kernel.plugins
    const killed = async (): Promise<void> => {
      // A host that dies before it was ready says nothing of who lives in it.
      await eventually(() => ask('/say'), ({ status }) => status === 200)
      const before = hosts.statistics('growing')?.invocations ?? 0
      const hanging = ask('/hang')
      // Whoever is in flight when it happens is under suspicion.
      await eventually(() => hosts.statistics('growing')?.invocations ?? 0, (count) => count > before)
      process.kill(hosts.processOf('growing') as number, 'SIGKILL')
      equal((await hanging).status, 503)
    }
    await killed()
    equal((await get()).state, 'enabled')
    await killed()
    const quarantined = await eventually(get, ({ state }) => state === 'quarantined')
    equal(quarantined.reason, 'its host died too often')
    deepEqual([(await ask('/say')).status, (await ask('/say', 'neighbour')).status, (await get('neighbour')).state], [503, 200, 'enabled'])
    await world.server.restart()
    equal((await get()).state, 'quarantined')
    equal((await command(world, pluginsEnable, { pluginId: 'growing' })).state, 'enabled')
    deepEqual([(await get()).reason, (await ask('/say')).status], ['', 200])
  })
})
