import { deepEqual, equal, ok } from 'node:assert/strict'
import type { Post } from '@mattermost/types/posts'
import { pluginsCallAction, pluginsGet, pluginsListWebParts, pluginsRunCommand, searchPosts } from '@rookery/sdk/protocol'
import { askNative, askPlugin, command, enablePlugin, eventually } from '../../../test/harness/plugin-actions.ts'
import { postRoute, rawPlugin } from '../../../test/harness/raw-plugin.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'

const pluginId = 'asked'
/** Asks for nothing itself. */
const asked = rawPlugin({
  id: pluginId, capabilities: ['routes', 'commands', 'realtime', 'posts:transform', 'posts:guard', 'posts:read', 'jobs', 'kv'],
  contributes: {
    routes: [postRoute('ping')], commands: [{ trigger: 'ask', description: 'Asks.' }], actions: [{ name: 'poke' }], jobs: [{ name: 'tick', everyMs: 60_000 }],
    transforms: [{ operation: 'posts.create', needs: ['message'], filter: { contains: ['shape'] } }],
    guards: [{ operation: 'posts.create', needs: ['message'], onFailure: 'open', filter: { contains: ['judge'] } }],
    observers: [{ name: 'hear', event: 'post.created', needs: ['post.message'], filter: { contains: ['hear'] } }],
  },
  source: `
    for (const handler of ['route POST /ping', 'command ask', 'action poke', 'transform posts.create', 'observe hear', 'job tick']) rookery.on(handler, () => handler.startsWith('route') ? { json: 'pong' } : null)
    rookery.on('guard posts.create', () => ({ isAllowed: true }))`,
})

/** What is asked of these comes by the clock, for a contract, or as the web app begins. */
const others = [
  rawPlugin({ id: 'timed', capabilities: ['jobs', 'kv'], contributes: { jobs: [{ name: 'tick', everyMs: 1000 }] }, source: "rookery.on('job tick', () => null)" }),
  rawPlugin({
    id: 'finder', capabilities: ['search:provide', 'kv'], contributes: { provides: ['search.posts', 'search.files'] },
    source: "rookery.on('provide search.posts', () => ({ value: { posts: [], matches: {} } }))",
  }),
  rawPlugin({ id: 'shown', capabilities: ['web', 'kv'], contributes: { webParts: [{ name: 'door', slot: 'composer', title: 'Door', icon: 'slash', inserts: '/' }] }, source: '' }),
]

describe('When a plugin last used what it was given', () => {
  let world: World
  before(async () => {
    world = await createWorld({ bundles: [asked, ...others] })
    for (const id of [pluginId, 'finder', 'shown']) await enablePlugin(world, id)
  })
  after(() => world.close())
  const used = async (id = pluginId): Promise<string[]> => Object.keys((await command(world, pluginsGet, { pluginId: id })).usage.lastUsedAt).sort()
  const write = (message: string): Promise<Post> => world.ada.client.createPost({ channel_id: world.channel.id, message } as Post)

  it('is noted as it is asked, of that alone by which it was asked', async () => {
    const before = Date.now()
    await write('for nobody')
    deepEqual(await used(), [])
    await askPlugin(world, pluginId, '/ping', {})
    deepEqual(await used(), ['routes'])
    await askNative(world, world.admin, pluginsRunCommand, { pluginId, trigger: 'ask', text: '', channelId: world.channel.id })
    deepEqual(await used(), ['commands', 'routes'])
    await askNative(world, world.ada, pluginsCallAction, { pluginId, name: 'poke' })
    deepEqual(await used(), ['commands', 'realtime', 'routes'])
    await write('shape it')
    deepEqual(await used(), ['commands', 'posts:transform', 'realtime', 'routes'])
    await write('judge it')
    deepEqual(await used(), ['commands', 'posts:guard', 'posts:transform', 'realtime', 'routes'])
    await write('hear it')
    await eventually(() => used(), (all) => all.includes('posts:read'))
    const { usage } = await command(world, pluginsGet, { pluginId })
    ok(Object.values(usage.lastUsedAt).every((at) => at >= before && at <= Date.now()), JSON.stringify(usage.lastUsedAt))
    // Nobody asked its job yet, and it has kept nothing.
    deepEqual(Object.keys(usage.lastUsedAt).filter((name) => ['jobs', 'kv'].includes(name)), [])
  })
  it('is noted as it does work, carries out a contract, and is shown in the web app', async () => {
    deepEqual([await used('finder'), await used('shown')], [[], []])
    deepEqual(await askNative(world, world.ada, searchPosts, { terms: 'tea' }), { posts: [], matches: {} })
    equal((await askNative(world, world.ada, pluginsListWebParts, {})).length, 1)
    deepEqual([await used('finder'), await used('shown')], [['search:provide'], ['web']])
    await enablePlugin(world, 'timed')
    deepEqual(await eventually(() => used('timed'), (all) => all.length > 0), ['jobs'])
  })
})
