import { deepEqual, equal } from 'node:assert/strict'
import { openSocket, type Person, type Socket } from '../../../test/harness/mattermost-client.ts'
import { enablePlugin } from '../../../test/harness/plugin-actions.ts'
import { postRoute, rawPlugin } from '../../../test/harness/raw-plugin.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'

type Outcome = { readonly error?: { readonly code: string, readonly message: string, readonly retryAfterMs: number } }

const createCrier = (id: string, listenerMegabytes?: number) => rawPlugin({
  id, capabilities: ['routes', 'realtime', 'users:props', 'channels:props'], limits: { callsPerSecond: 1000, ...(listenerMegabytes && { listenerMegabytes }) },
  contributes: { events: ['cried'], routes: [postRoute('do')] },
  source: `rookery.on('route POST /do', async (envelope) => {
    const { name, times, input } = JSON.parse(envelope.input.body)
    const told = []
    for (let index = 0; index < times; index += 1) told.push((await calls(envelope, [name, input]))[0])
    return { json: told }
  })`,
})

describe('What plugins tell clients', () => {
  let world: World
  let sockets: Socket[]
  let now = Date.now()
  before(async () => {
    world = await createWorld({ bundles: [createCrier('crier', 1), createCrier('herald')], clock: { now: () => now } })
    for (const id of ['crier', 'herald']) await enablePlugin(world, id)
    sockets = await Promise.all([world.ada, world.ada, world.bob, world.admin].map(({ token }) => openSocket(world.server.url, token)))
  })
  after(async () => {
    for (const socket of sockets) socket.close()
    await world.close()
  })
  // The clock stands: a long while later nothing is owed any more.
  beforeEach(() => { now += 600_000 })

  const ask = async (plugin: string, name: string, input: object, times: number): Promise<Outcome[]> =>
    (await fetch(`${world.server.url}/plugins/${plugin}/do`, { method: 'POST', headers: { Authorization: `Bearer ${world.ada.token}` }, body: JSON.stringify({ name, times, input }) })).json() as Promise<Outcome[]>
  const cry = (audience: object, { plugin = 'crier', times = 100, length = 16_000 } = {}): Promise<Outcome[]> => ask(plugin, 'realtime.publish', { event: 'cried', payload: { text: 'x'.repeat(length) }, audience }, times)
  const done = (told: readonly Outcome[]): number => told.filter(({ error }) => !error).length
  const about = ({ user: { id: userId } }: Person): object => ({ userId })

  it('is counted as often as there are clients that hear it', async () => {
    const all = await cry({ teamId: world.team.id })
    // A megabyte, for four of 16 KB at a time.
    equal(done(all), 17)
    deepEqual(all.at(-1)?.error, {
      code: 'plugin_over_quota', message: 'This plugin has used up its 1048576 bytes to listeners a second. Try again in 1 s.', details: { quota: '1048576 bytes to listeners a second', retryAfterSeconds: 1 }, retryAfterMs: 1000,
    })
    now += 600_000
    deepEqual([done(await cry(about(world.ada), { times: 60 })), done(await cry(about(world.stranger), { times: 30 }))], [33, 0])
    now += 600_000
    equal(done(await cry(about(world.stranger))), 100, 'whom nobody hears costs nothing')
    now += 600_000
    equal(done(await cry({ channelId: world.channel.id }, { length: 10 })), 100, 'little is heard by all')
    now += 600_000
    equal(done(await cry({ channelId: world.channel.id }, { plugin: 'herald' })), 100, 'who says nothing of it may tell 16 MB')
    await sockets[0]?.event('custom_herald_cried')
  })

  it('includes what the server tells of things on which it keeps something', async () => {
    const input = { userId: world.ada.user.id, props: { text: 'x'.repeat(16_000) } }
    const told = await ask('crier', 'users.setProps', input, 20)
    deepEqual([done(told), told.at(-1)?.error?.code], [16, 'plugin_over_quota'])
    equal((await ask('crier', 'channels.setProps', { channelId: world.channel.id, props: { a: 1 } }, 1))[0]?.error?.code, 'plugin_over_quota')
    now += 600_000
    equal(done(await ask('crier', 'channels.setProps', { channelId: world.channel.id, props: { a: 1 } }, 100)), 100)
  })
})
