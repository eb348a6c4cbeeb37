import { deepEqual, equal, match, ok } from 'node:assert/strict'
import type { Post } from '@mattermost/types/posts'
import { pluginsDeadLetters, pluginsDropDeadLetters, pluginsGet, pluginsReplay, pluginsSetGrants, pluginsUninstall, pluginsUsage } from '@rookery/sdk/protocol'
import { command, enablePlugin, eventually } from '../../../test/harness/plugin-actions.ts'
import { postRoute, rawPlugin } from '../../../test/harness/raw-plugin.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'
import { createEffects } from '../../src/plugins/effects.ts'
import { sql } from '../../src/storage/index.ts'

const job = (name: string, maximumAttempts = 1, deadlineMs = 60_000) => ({ name, maximumAttempts, deadlineMs })
const putRoute = `rookery.on('route POST /put', async (envelope) => ({ json: await calls(envelope, ...JSON.parse(envelope.input.body).map((input) => ['jobs.put', input])) }))`

const createLazy = (id: string, waitingJobs?: number) => rawPlugin({
  id, capabilities: ['routes', 'jobs'], ...(waitingJobs && { limits: { waitingJobs } }), contributes: { routes: [postRoute('put')], jobs: [job('hang')] },
  source: `${putRoute}; rookery.on('job hang', () => new Promise(() => {}))`,
})
const diligent = rawPlugin({
  id: 'diligent', capabilities: ['routes', 'jobs', 'posts:write'], contributes: { routes: [postRoute('put')], jobs: [job('say')] },
  source: `${putRoute}; rookery.on('job say', (envelope) => calls(envelope, ['posts.create', envelope.input.input]))`,
})
/** Each hears the word of the other, and says its own by a job. */
const talker = (id: string, hears: string, says: string) => rawPlugin({
  id, capabilities: ['posts:read', 'posts:write', 'jobs'],
  contributes: { observers: [{ name: 'hear', event: 'post.created', needs: ['post.channelId'], filter: { contains: [hears], bots: 'include' } }], jobs: [job('say')] },
  source: `
    rookery.on('observe hear', (envelope) => calls(envelope, ...envelope.input.map(({ key, payload }) => ['jobs.put', { name: 'say', key, input: payload.post.channelId }])));
    rookery.on('job say', async (envelope) => {
      const [{ error }] = await calls(envelope, ['posts.create', { channelId: envelope.input.input, message: '${says}' }]);
      if (error) throw new Error(error.code);
    })`,
})
const glutton = rawPlugin({
  id: 'glutton', capabilities: ['posts:read', 'posts:write'],
  contributes: { observers: [{ name: 'eat', event: 'post.created', needs: ['post.message', 'post.channelId'], filter: { contains: ['eat', 'diet', 'nul'] }, maximumAttempts: 1 }] },
  source: `rookery.on('observe eat', async (envelope) => {
    for (const { payload: { post } } of envelope.input) {
      if (post.message === 'nul') throw new Error('no\\0thing');
      if (post.message === 'eat') { const hoard = []; for (;;) hoard.push(new Array(1e6).fill(1)); }
      await calls(envelope, ['posts.create', { channelId: post.channelId, message: 'kept to it' }]);
    }
  })`,
})
const stumbling = rawPlugin({
  id: 'stumbling', capabilities: ['posts:read', 'users:read'], contributes: { observers: [{ name: 'fall', event: 'post.created', needs: [], filter: { contains: ['stumble'] } }] },
  source: `rookery.on('observe fall', () => { throw new Error('oh') })`,
})

describe('What plugins do on their own', () => {
  let world: World
  before(async () => {
    world = await createWorld({ bundles: [createLazy('lazy'), createLazy('lazier', 10_001), diligent, talker('tell-tick', 'tock', 'tick'), talker('tell-tock', 'tick', 'tock'), glutton, stumbling] })
  })
  after(() => world.close())

  const put = async (pluginId: string, jobs: readonly object[]): Promise<{ error?: { code: string, message: string } }[]> => {
    const response = await fetch(`${world.server.url}/plugins/${pluginId}/put`, { method: 'POST', headers: { Authorization: `Bearer ${world.ada.token}` }, body: JSON.stringify(jobs) })
    return await response.json() as { error?: { code: string, message: string } }[]
  }
  const say = (message: string) => ({ name: 'say', key: message, input: { channelId: world.channel.id, message } })
  const messages = async (): Promise<string[]> => {
    const { posts, order } = await world.ada.client.getPosts(world.channel.id) as { posts: Record<string, Post>, order: string[] }
    return order.map((id) => posts[id]?.message ?? '')
  }
  const write = (message: string): Promise<Post> => world.ada.client.createPost({ channel_id: world.channel.id, message } as Post)
  const grant = (pluginId: string, names: readonly string[]): Promise<unknown> => command(world, pluginsSetGrants, { pluginId, granted: Object.fromEntries(names.map((name) => [name, {}])) })
  const deliveries = (pluginId: string): Promise<number> => world.server.kernel.db.value<number>(sql`select count(*) from plugin_deliveries where plugin_id = ${pluginId}`)

  it('takes no place of others: jobs that never end keep nobody waiting, and the server stops with them', async () => {
    await enablePlugin(world, 'lazy')
    await enablePlugin(world, 'diligent')
    await put('lazy', Array.from({ length: 20 }, (_each, number) => ({ name: 'hang', key: String(number) })))
    await eventually(async () => (await command(world, pluginsGet, { pluginId: 'lazy' })).usage.invocations, (count) => count > 4)
    await put('diligent', [say('done in time')])
    await eventually(messages, (all) => all.includes('done in time'), 10_000)
    // A few at once, not all.
    equal((await command(world, pluginsGet, { pluginId: 'lazy' })).usage.invocations, 5)
    const startedAt = performance.now()
    await world.server.restart()
    ok(performance.now() - startedAt < 15_000)
    await put('diligent', [say('and after a restart')])
    await eventually(messages, (all) => all.includes('and after a restart'), 10_000)
  })

  it('waits while the right to it is taken away, and goes on when it is given back', async () => {
    await put('diligent', [{ ...say('given back'), dueAt: Date.now() + 1000 }])
    await grant('diligent', ['routes', 'posts:write'])
    await eventually(() => deliveries('diligent'), (count) => count === 1)
    equal((await messages()).includes('given back'), false)
    await grant('diligent', ['routes', 'posts:write', 'jobs'])
    await eventually(messages, (all) => all.includes('given back'))
  })

  it('is put off no more than so often, as its manifest says', async () => {
    const fill = (pluginId: string, count: number): Promise<unknown> => world.server.kernel.db.query(sql`
      insert into due_work (kind, key, due_at, payload)
      select 'plugins.job', '["' || ${pluginId}::text || '","hang","filler ' || n || '"]', 9999999999999, jsonb_build_object('pluginId', ${pluginId}::text, 'name', 'hang') from generate_series(1, ${count}) n`)
    const refusal = async (pluginId: string): Promise<string | undefined> => (await put(pluginId, [{ name: 'hang', key: 'one too many', dueAt: 9999999999999 }]))[0]?.error?.message
    await enablePlugin(world, 'lazier')
    await fill('lazy', 10_000)
    await fill('lazier', 10_000)
    await world.server.restart()
    equal(await refusal('lazy'), 'This plugin has used up its 10000 jobs that wait. Try again in 1 s.')
    equal((await put('diligent', [say('room for others')]))[0]?.error, undefined)
    // Who may have more is counted less often.
    deepEqual([await refusal('lazier'), await refusal('lazier')], [undefined, 'This plugin has used up its 10001 jobs that wait. Try again in 2 s.'])
    await world.server.kernel.db.query(sql`delete from due_work where payload ->> 'name' = 'hang' and payload ->> 'pluginId' = 'lazy'`)
    await eventually(() => refusal('lazy'), (message) => message === undefined)
    // It goes with its plugin, and nothing of another.
    await command(world, pluginsUninstall, { pluginId: 'lazier', data: 'purge' })
    deepEqual(await world.server.kernel.db.any(sql`select payload ->> 'pluginId' as of, count(*) as count from due_work where payload ->> 'name' = 'hang' and due_at = 9999999999999 group by 1`), [{ of: 'lazy', count: 1 }])
  })

  it('is given again, or rid of, what it failed on: what is named, or all, however much that is, and nothing of others', async () => {
    const fail = (pluginId: string, first: number, last: number): Promise<unknown> => world.server.kernel.db.query(sql`
      insert into plugin_deliveries (id, plugin_id, handler, key, state, input, attempts, create_at, update_at)
      select lpad(${pluginId}::text || n, 26, '0'), ${pluginId}, 'nothing more', n::text, 'dead', '{}', 1, 1, 1 from generate_series(${first}::int, ${last}::int) n`)
    const dead = async (): Promise<number> => (await command(world, pluginsUsage, { pluginId: 'diligent' })).deadLetters
    await enablePlugin(world, 'diligent')
    await fail('diligent', 1, 600)
    await fail('lazy', 1, 1)
    equal(await dead(), 600)
    const [one, two] = await command(world, pluginsDeadLetters, { pluginId: 'diligent', limit: 2 })
    deepEqual(await command(world, pluginsDropDeadLetters, { pluginId: 'diligent', ids: [one?.id ?? ''] }), { count: 1 })
    deepEqual(await command(world, pluginsReplay, { pluginId: 'diligent', ids: [two?.id ?? '', one?.id ?? ''] }), { count: 1 })
    // Whoever names nothing means nothing.
    deepEqual(await command(world, pluginsDropDeadLetters, { pluginId: 'diligent' }), { count: 0 })
    deepEqual(await command(world, pluginsDropDeadLetters, { pluginId: 'diligent', all: true }), { count: 598 })
    await fail('diligent', 601, 1200)
    deepEqual(await command(world, pluginsReplay, { pluginId: 'diligent', all: true }), { count: 600 })
    deepEqual([await dead(), await deliveries('lazy')], [0, 1])
    // What nobody hears any more is gone when it is tried.
    await eventually(() => deliveries('diligent'), (count) => count === 0, 30_000)
    await command(world, pluginsDropDeadLetters, { pluginId: 'lazy', all: true })
  })

  it('goes round in no circle, also where it puts its answers off', async () => {
    for (const id of ['tell-tick', 'tell-tock']) await enablePlugin(world, id)
    await write('tick')
    const letters = await eventually(async () => (await Promise.all(['tell-tick', 'tell-tock'].map((pluginId) => command(world, pluginsDeadLetters, { pluginId })))).flat(), (all) => all.length > 0, 30_000)
    equal(letters[0]?.lastError, 'rate_limited')
    deepEqual((await messages()).filter((message) => message === 'tick' || message === 'tock').toReversed(), ['tick', 'tock', 'tick', 'tock', 'tick'])
  })

  it('puts an event away that its isolate does not survive, or whose error no database takes; nothing waits behind it', async () => {
    await enablePlugin(world, 'glutton')
    await write('eat')
    await write('nul')
    await write('diet')
    await eventually(messages, (all) => all.includes('kept to it'), 60_000)
    const letters = await eventually(() => command(world, pluginsDeadLetters, { pluginId: 'glutton' }), (all) => all.length === 2, 30_000)
    deepEqual(letters.map(({ lastError }) => lastError), ['ended', 'nothing'])
  })

  it('hears nothing again of what it may not hear any more', async () => {
    await enablePlugin(world, 'stumbling')
    await write('stumble')
    await eventually(() => deliveries('stumbling'), (count) => count === 1)
    const { invocations } = (await command(world, pluginsGet, { pluginId: 'stumbling' })).usage
    await grant('stumbling', ['users:read'])
    await eventually(() => deliveries('stumbling'), (count) => count === 0)
    equal((await command(world, pluginsGet, { pluginId: 'stumbling' })).usage.invocations, invocations)
  })

  it('is told of in the log where an observer was away for longer than events are kept', async () => {
    const { db } = world.server.kernel
    await db.query(sql`update plugin_observers set cursor = '1-1', update_at = 1 where plugin_id = 'glutton'`)
    world.server.complaints.length = 0
    await world.server.restart()
    match(world.server.complaints.join(''), /An observer was away for longer than events are kept.* plugin=glutton/)
  })
})

describe('Effects of plugins', () => {
  it('are known by when they happened, however late somebody hears of them', () => {
    let now = 100_000
    const effects = createEffects({ clock: { now: () => now } })
    effects.note('a', 3)
    deepEqual([effects.depthOf('a'), effects.depthOf('a', 101_000), effects.depthOf('a', 200_000)], [3, 3, 0])
    now = 200_000
    deepEqual([effects.depthOf('a'), effects.depthOf('a', 101_000)], [0, 3])
    effects.note('a', 1)
    equal(effects.depthOf('a'), 1)
  })
})
