import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import type { Post } from '@mattermost/types/posts'
import { pluginsHooks, pluginsSetHook, type PlannedHook, type TransformContribution } from '@rookery/sdk/protocol'
import { ask } from '../../../test/harness/ask.ts'
import { askNative, askPlugin, command, enablePlugin, eventually } from '../../../test/harness/plugin-actions.ts'
import { postRoute, rawPlugin } from '../../../test/harness/raw-plugin.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'

const operation = 'posts.create'

/** Writes its name behind what begins with "order". */
const scribe = (id: string, place: Partial<TransformContribution> = {}) => rawPlugin({
  id, capabilities: ['posts:transform'], contributes: { transforms: [{ operation, needs: ['message'], filter: { matches: '^order' }, ...place }] },
  source: `rookery.on('transform posts.create', ({ input }) => ({ message: input.message + ' ${id}' }))`,
})
const weaver = rawPlugin({
  id: 'weaver', capabilities: ['posts:transform'], contributes: { transforms: [{ operation, needs: ['message'], filter: { contains: ['thread', 'scraps'] } }] },
  source: `rookery.on('transform posts.create', ({ input }) => ({ message: input.message.replace('thread', 'cloth').replace('scraps', 'rags') }))`,
})
/** Tells at one address what it was asked about, and says nothing before it is let go at the other. */
const sentry = (id: string, refuses: string) => rawPlugin({
  id, capabilities: ['posts:guard', 'routes'],
  contributes: { guards: [{ operation, needs: ['message'], onFailure: 'closed', filter: { contains: ['guarded'] } }], routes: [postRoute('begun'), postRoute('go')] },
  source: `
    const begun = Promise.withResolvers()
    const gate = Promise.withResolvers()
    rookery.on('guard posts.create', async ({ input }) => {
      begun.resolve(input.message)
      await gate.promise
      return input.message.includes('${refuses}') ? { isAllowed: false, reason: 'No ${refuses}.' } : { isAllowed: true }
    })
    rookery.on('route POST /begun', async () => ({ json: await begun.promise }))
    rookery.on('route POST /go', () => { gate.resolve(); return { json: null } })`,
})
const silent = rawPlugin({
  id: 'silent', capabilities: ['posts:guard'], contributes: { guards: [{ operation, needs: ['message'], onFailure: 'closed', filter: { contains: ['hush'] } }] },
  source: `rookery.on('guard posts.create', () => new Promise(() => {}))`,
})
/** Remembers whatever it was handed. */
const choosy = rawPlugin({
  id: 'choosy', capabilities: ['posts:guard', 'posts:read', 'routes'],
  contributes: {
    guards: [{ operation, needs: ['message'], onFailure: 'open', filter: { contains: ['flax'] } }],
    observers: [{ name: 'hear', event: 'post.created', needs: ['post.message', 'channel.name'], filter: { matches: '^flax' } }],
    routes: [postRoute('told')],
  },
  source: `
    const told = { guard: [], observer: [] }
    rookery.on('guard posts.create', ({ input }) => { told.guard.push(input); return { isAllowed: true } })
    rookery.on('observe hear', ({ input }) => { told.observer.push(...input.map(({ payload }) => payload)) })
    rookery.on('route POST /told', () => ({ json: told }))`,
})

describe('Plugins that take part in one operation', () => {
  let world: World
  before(async () => {
    const bundles = [scribe('cotton', { phase: 'late' }), scribe('felt'), scribe('silk', { priority: 5 }), scribe('wool', { phase: 'early' }), weaver, sentry('one', 'rags'), sentry('two', 'thread'), silent, choosy]
    world = await createWorld({ bundles })
    for (const { manifest } of bundles) await enablePlugin(world, manifest.id)
  })
  after(() => world.close())

  const post = async (message: string): Promise<string> => (await world.ada.client.createPost({ channel_id: world.channel.id, message } as Post)).message
  const hooks = (): Promise<PlannedHook[]> => askNative(world, world.admin, pluginsHooks, { operation })
  const hook = async (id: string): Promise<PlannedHook> => {
    const found = (await hooks()).find(({ pluginId }) => pluginId === id)
    ok(found)
    return found
  }

  it('change it one after the other, in an order that admins see and change', async () => {
    const scribes = new Set(['cotton', 'felt', 'silk', 'wool'])
    const shown = async (): Promise<string> => (await hooks()).filter(({ pluginId }) => scribes.has(pluginId)).map(({ pluginId }) => pluginId).join(' ')
    const move = (priority: number | null): Promise<unknown> => command(world, pluginsSetHook, { pluginId: 'felt', kind: 'transform', operation, priority })
    deepEqual([await post('order'), await shown()], ['order wool silk felt cotton', 'wool silk felt cotton'])
    await move(9)
    deepEqual([await post('order'), await shown()], ['order wool felt silk cotton', 'wool felt silk cotton'])
    await world.server.restart()
    equal(await post('order'), 'order wool felt silk cotton')
    await move(null)
    deepEqual([await post('order'), await shown()], ['order wool silk felt cotton', 'wool silk felt cotton'])
    await rejects(askNative(world, world.ada, pluginsHooks, { operation }), { code: 'permission_missing' })
    await rejects(askNative(world, world.ada, pluginsSetHook, { pluginId: 'felt', kind: 'transform', operation, priority: 9 }), { code: 'permission_missing' })
  })

  it('guard it all at once, after all changes: none waits for another, each sees what came of it', async () => {
    const posting = post('guarded thread')
    posting.catch(() => {})
    const begun = (): Promise<string[]> => Promise.all(['one', 'two'].map((id) => askPlugin<string>(world, id, '/begun', null)))
    // Both have begun, and neither has said a word.
    deepEqual(await begun(), ['guarded cloth', 'guarded cloth'])
    for (const id of ['two', 'one']) await askPlugin(world, id, '/go', null)
    equal(await posting, 'guarded cloth')
    await rejects(post('guarded scraps'), { status_code: 400, message: 'No rags.' })
  })

  it('have as long as an admin says, and tell how long they took', async () => {
    const set = (deadlineMs: number | null): Promise<unknown> => command(world, pluginsSetHook, { pluginId: 'silent', kind: 'guard', operation, deadlineMs })
    equal((await hook('silent')).deadlineMs, 5000)
    await set(40)
    equal((await ask(world.server.url, world.ada.token, 'POST', '/posts', { channel_id: world.channel.id, message: 'hush' })).status, 503)
    const { deadlineMs, calls, failures, timeouts, p50Ms, p95Ms, p99Ms } = await hook('silent')
    deepEqual([deadlineMs, calls, failures, timeouts], [40, 1, 1, 1])
    ok(p50Ms >= 39 && p50Ms <= p95Ms && p95Ms <= p99Ms && p99Ms < 4000, [p50Ms, p95Ms, p99Ms].join())
    await set(null)
    equal((await hook('silent')).deadlineMs, 5000)
  })

  it('are handed what concerns them, and of that the fields that they name', async () => {
    for (const message of ['linen', 'flax seed', 'raw flax']) await post(message)
    const told = (): Promise<{ guard: unknown[], observer: unknown[] }> => askPlugin(world, 'choosy', '/told', null)
    // One more, of which it hears after all the others.
    await post('flax at last')
    const { guard, observer } = await eventually(told, (all) => JSON.stringify(all.observer).includes('at last'))
    deepEqual(guard, [{ message: 'flax seed' }, { message: 'raw flax' }, { message: 'flax at last' }])
    deepEqual(observer, ['flax seed', 'flax at last'].map((message) => ({ post: { message }, channel: { name: 'looms' } })))
    equal((await hook('choosy')).calls, 3)
  })
})
