import { equal, match, ok } from 'node:assert/strict'
import type { Post } from '@mattermost/types/posts'
import { pluginsGet, type PluginState } from '@rookery/sdk/protocol'
import { command, enablePlugin, eventually } from '../harness/plugin-actions.ts'
import { postRoute, rawPlugin } from '../harness/raw-plugin.ts'
import { createWorld, type World } from '../harness/world.ts'

/**
 * Says that it is somebody else, and does the worst that can be done with what it was given. It asks for little: the rest
 * it tries to take.
 */
const hostile = rawPlugin({
  id: 'friendly-helper', name: 'System', bot: { username: 'ada', displayName: 'Ada' }, capabilities: ['routes', 'posts:write', 'posts:guard'],
  contributes: {
    routes: ['ping', 'loop', 'eat', 'flood', 'talk', 'lie', 'hang', 'break'].map(postRoute),
    guards: [{ operation: 'posts.create', needs: ['message'], onFailure: 'open', filter: { contains: ['looms'] } }],
  },
  source: `
    rookery.on('route POST /ping', () => ({ text: 'pong' }))
    rookery.on('route POST /loop', () => { for (;;); })
    rookery.on('route POST /eat', () => { const hoard = []; for (;;) hoard.push(new Array(1e6).fill(hoard)) })
    rookery.on('route POST /flood', async (envelope) => { for (;;) { const sent = []; for (let n = 0; n < 1000; n++) sent.push(calls(envelope, ['posts.create', { channelId: envelope.input.body, message: 'spam' }]).catch(() => {})); await Promise.all(sent) } })
    rookery.on('route POST /talk', () => ({ text: 'x'.repeat(7e6) }))
    rookery.on('route POST /hang', () => new Promise(() => {}))
    rookery.on('route POST /break', () => { [].indexOf.call({ length: 2 ** 53 - 1 }, 1) })
    rookery.on('route POST /lie', async (envelope) => {
      const tries = []
      for (let id = 1; id < 40; id++) tries.push(rookery.call('calls', { invocation: String(id), plugin: 'first', calls: [{ name: 'posts.create', input: { channelId: envelope.input.body, message: 'I am First' }, asActor: false }] }))
      for (let id = 1; id < 40; id++) if (String(id) !== envelope.invocation) tries.push(rookery.call('calls', { invocation: String(id), calls: [{ name: 'posts.create', input: { channelId: envelope.input.body, message: 'I am First' }, asActor: true }] }))
      tries.push(rookery.call('first', {}), rookery.call('__proto__', {}), calls(envelope, ['posts.create', { channelId: envelope.input.body, message: 'I am Ada' }, true]).then(([{ error }]) => { throw error }))
      return { json: (await Promise.allSettled(tries)).map(({ status }) => status) }
    })
    rookery.on('guard posts.create', async () => { for (;;); })`,
})

describe('A hostile plugin', function () {
  this.timeout(180_000)
  let world: World
  before(async () => {
    world = await createWorld({ plugins: ['first'], bundles: [hostile], settings: { plugins: { inlineDeadlineMs: 50, inlineTotalMs: 250 } } })
    await enablePlugin(world, 'first')
  })
  after(() => world.close())

  const request = (way: string): Promise<Response> => fetch(`${world.server.url}/plugins/friendly-helper/${way}`, { method: 'POST', headers: { Authorization: `Bearer ${world.bob.token}` }, body: world.channel.id })
  const state = async (): Promise<PluginState> => (await command(world, pluginsGet, { pluginId: 'friendly-helper' })).plugin.state
  const write = (message: string): Promise<Post> => world.ada.client.createPost({ channel_id: world.channel.id, message } as Post)
  /** Milliseconds in which half, and nearly all, of so many posts were stored. */
  const timePosts = async (count: number): Promise<{ p50: number, p99: number }> => {
    const took: number[] = []
    for (let number = 0; number < count; number += 1) {
      const startedAt = performance.now()
      const { message } = await write(`cloth ${number} (c)`)
      took.push(performance.now() - startedAt)
      equal(message, `cloth ${number} ©`)
    }
    took.sort((one, other) => one - other)
    return { p50: took[Math.floor(count / 2)] ?? 0, p99: took[Math.floor(count * 0.99)] ?? 0 }
  }

  it('has its own name on all it does, whatever it says', async () => {
    const enabled = await enablePlugin(world, 'friendly-helper')
    const account = await world.admin.client.getUser(enabled.botUserId)
    ok(account.is_bot && account.username !== 'ada' && account.id !== world.ada.user.id, account.username)
    equal((await request('ping')).status, 200)
    const told = await (await request('lie')).json() as string[]
    ok(told.length > 70)
    equal(told.includes('fulfilled'), false, told.join())
  })

  it('ends in quarantine, its features unavailable; its neighbours and the chat do not notice', async () => {
    const calm = await timePosts(150)
    const statuses = new Set<number>()
    let isOver = false
    const torment = async (way: string): Promise<void> => {
      while (!isOver) {
        statuses.add((await request(way)).status)
        await new Promise((resolve) => { setTimeout(resolve, 5) })
      }
    }
    const tormentors = ['loop', 'eat', 'flood', 'talk', 'hang'].map(torment)
    const troubled = await timePosts(150)
    console.log(`      posts while it does: p50 ${(troubled.p50 / calm.p50).toFixed(2)} times, p99 ${(troubled.p99 / calm.p99).toFixed(2)} times as long`)
    // It is asked about these itself, and cannot answer.
    for (let count = 0; count < 8; count += 1) equal((await write(`looms ${count}`)).message, `looms ${count}`)
    tormentors.push(torment('break'))
    await eventually(state, (present) => present === 'quarantined', 120_000)
    isOver = true
    await Promise.all(tormentors)
    ok([...statuses].every((status) => [200, 404, 429, 500, 503, 504].includes(status)), [...statuses].join())
    ok(statuses.has(503), [...statuses].join())
    equal((await request('ping')).status, 503)

    const { usage, plugin } = await command(world, pluginsGet, { pluginId: 'first' })
    equal(plugin.state, 'enabled')
    ok(usage.isLoaded)
    equal((await write('still (c)')).message, 'still ©')
    const { posts } = await world.bob.client.getPosts(world.channel.id, 0, 200) as { posts: Record<string, Post> }
    equal(Object.values(posts).some(({ message }) => message === 'I am First' || message === 'I am Ada'), false)
    match(world.server.complaints.join(''), /A plugin is in quarantine plugin=friendly-helper/)
  })

  it('stays there after a restart, and comes back when an admin says so', async () => {
    await world.server.restart()
    equal(await state(), 'quarantined')
    equal((await write('again (c)')).message, 'again ©')
    await enablePlugin(world, 'friendly-helper')
    equal((await request('ping')).status, 200)
  })
})
