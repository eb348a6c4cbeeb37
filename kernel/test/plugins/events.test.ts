import { deepEqual, equal } from 'node:assert/strict'
import type { Post } from '@mattermost/types/posts'
import { pluginsObservers } from '@rookery/sdk/protocol'
import { askPlugin, command, enablePlugin, eventually } from '../../../test/harness/plugin-actions.ts'
import { postRoute, rawPlugin } from '../../../test/harness/raw-plugin.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'
import { sql } from '../../src/storage/index.ts'

/** Stays with the first that it hears of until it is let go. */
const patient = rawPlugin({
  id: 'patient', capabilities: ['posts:read', 'routes'],
  contributes: { observers: [{ name: 'hear', event: 'post.created', needs: ['post.message'], maximumBatch: 4 }], routes: [postRoute('begun'), postRoute('go'), postRoute('batches')] },
  source: `
    const batches = []
    const begun = Promise.withResolvers()
    const gate = Promise.withResolvers()
    rookery.on('observe hear', async ({ input }) => { batches.push(input.map(({ payload }) => payload.post.message)); begun.resolve(); await gate.promise })
    rookery.on('route POST /begun', async () => { await begun.promise; return { json: null } })
    rookery.on('route POST /go', () => { gate.resolve(); return { json: null } })
    rookery.on('route POST /batches', () => ({ json: batches }))`,
})
/** Does what it hears of, and then fails, or never ends, the first time. */
const shaky = rawPlugin({
  id: 'shaky', capabilities: ['posts:read', 'posts:write', 'kv'],
  contributes: { observers: [{ name: 'hear', event: 'post.created', needs: ['post.message', 'post.channelId'], filter: { matches: '^tell' } }] },
  source: `rookery.on('observe hear', async (envelope) => {
    for (const { key, payload: { post } } of envelope.input) {
      const [, { value: times }] = await calls(envelope, ['posts.create', { channelId: post.channelId, message: 'done: ' + post.message, pendingPostId: key }], ['kv.increment', { key: 'times ' + key }])
      if (times === 1 && post.message.includes('slowly')) await new Promise(() => {})
      if (times === 1) throw new Error('after all was done')
    }
  })`,
})
const clerk = rawPlugin({
  id: 'clerk', capabilities: ['routes', 'jobs', 'kv'], contributes: { routes: [postRoute('put')], jobs: [{ name: 'file' }] },
  source: `
    rookery.on('route POST /put', async (envelope) => ({ json: await calls(envelope, ...JSON.parse(envelope.input.body).map((input) => ['jobs.put', { name: 'file', ...input }])) }))
    rookery.on('job file', async (envelope) => {
      const { key, input } = envelope.input
      const [{ value: times }] = await calls(envelope, ['kv.increment', { key: 'times ' + key }], ['kv.set', { key: 'last ' + key, value: input }])
      if (input === 'stubborn' && times === 1) throw new Error('not yet')
    })`,
})

describe('What plugins hear of and put off', () => {
  let world: World
  before(async () => { world = await createWorld({ bundles: [patient, shaky, clerk] }) })
  after(() => world.close())

  const post = (message: string): Promise<Post> => world.ada.client.createPost({ channel_id: world.channel.id, message } as Post)
  const values = async (pluginId: string, prefix: string): Promise<unknown[]> =>
    (await world.server.kernel.db.any<{ value: string }>(sql`select value::text as value from plugin_values where plugin_id = ${pluginId} and starts_with(key, ${prefix}) order by key`)).map(({ value }) => JSON.parse(value) as unknown)

  it('comes in batches, in order, of no more than it takes at once', async () => {
    await enablePlugin(world, 'patient')
    await post('first')
    await askPlugin(world, 'patient', '/begun', null)
    const later = Array.from({ length: 10 }, (_each, index) => `later ${index}`)
    for (const message of later) await post(message)
    // They wait in memory, behind the one that it has.
    await eventually(() => command(world, pluginsObservers, { pluginId: 'patient' }), ([observer]) => observer?.waiting === 11)
    await askPlugin(world, 'patient', '/go', null)
    const batches = await eventually(() => askPlugin<string[][]>(world, 'patient', '/batches', null), (all) => all.flat().length === 11)
    deepEqual(batches, [['first'], later.slice(0, 4), later.slice(4, 8), later.slice(8)])
  })

  it('has a key, by which it is done once, however often it comes: after a failure, and after the server ended', async () => {
    const times = (): Promise<unknown[]> => values('shaky', 'times ')
    const done = async (): Promise<string[]> => {
      const { posts, order } = await world.ada.client.getPosts(world.channel.id) as { posts: Record<string, Post>, order: string[] }
      return order.map((id) => posts[id]?.message ?? '').filter((message) => message.startsWith('done')).sort()
    }
    await enablePlugin(world, 'shaky')
    await post('tell it')
    await eventually(times, (all) => all.join() === '2')
    deepEqual(await done(), ['done: tell it'])
    // The same words, and still another event.
    await post('tell it')
    await eventually(times, (all) => all.join() === '2,2')
    deepEqual(await done(), ['done: tell it', 'done: tell it'])
    await post('tell it slowly')
    await eventually(times, (all) => all.join() === '2,2,1')
    await world.server.restart()
    await eventually(times, (all) => all.join() === '2,2,2')
    deepEqual(await done(), ['done: tell it', 'done: tell it', 'done: tell it slowly'])
  })

  it('waits under its key, where the last word counts, and is tried again when it fails', async () => {
    await enablePlugin(world, 'clerk')
    const put = (...jobs: readonly object[]): Promise<unknown> => askPlugin(world, 'clerk', '/put', jobs)
    const far = Date.now() + 3_600_000
    await put({ key: 'a', input: 'one', dueAt: far }, { key: 'a', input: 'two', dueAt: far }, { key: 'b', input: 'other', dueAt: far })
    deepEqual(await world.server.kernel.db.value(sql`select count(*) from due_work where kind = 'plugins.job'`), 2)
    deepEqual(await values('clerk', ''), [])
    await put({ key: 'a', input: 'three' }, { key: 'c', input: 'stubborn' })
    const times = await eventually(() => values('clerk', 'times '), (all) => all.join() === '1,2')
    deepEqual([times, await values('clerk', 'last ')], [[1, 2], ['three', 'stubborn']])
    equal(await world.server.kernel.db.value(sql`select count(*) from due_work where kind = 'plugins.job'`), 1)
  })
})
