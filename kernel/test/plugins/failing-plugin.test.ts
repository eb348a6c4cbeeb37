import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import type { Post } from '@mattermost/types/posts'
import { pluginsDeadLetters, pluginsDisable, pluginsEnable, pluginsGet, pluginsHooks, pluginsObservers, pluginsReplay, pluginsSetHook } from '@rookery/sdk/protocol'
import { ask } from '../../../test/harness/ask.ts'
import { command, enablePlugin, eventually, grantPlugin } from '../../../test/harness/plugin-actions.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'

const pluginId = 'stubborn'

describe('A plugin that fails', () => {
  let world: World
  before(async () => {
    world = await createWorld({ plugins: ['stubborn', 'first'] })
    await enablePlugin(world, pluginId)
  })
  after(() => world.close())

  const post = (message: string): Promise<Post> => world.ada.client.createPost({ channel_id: world.channel.id, message } as Post)
  const hook = async (kind: string): Promise<Awaited<ReturnType<typeof command<typeof pluginsHooks>>>[number]> => {
    const found = (await command(world, pluginsHooks, { operation: 'posts.create' })).find((each) => each.kind === kind && each.pluginId === pluginId)
    ok(found)
    return found
  }
  /** So that what failed before does not count. */
  const renew = async (): Promise<void> => {
    await command(world, pluginsDisable, { pluginId })
    await world.server.restart()
    await enablePlugin(world, pluginId)
  }

  it('leaves the post as it was where its transform throws, hangs, or changes what it may not', async () => {
    for (const way of ['throw', 'hang', 'strange', 'wrong']) equal((await post(`transform ${way}`)).message, `transform ${way}`)
    const { calls, failures, timeouts, deadlineMs, isBroken } = await hook('transform')
    deepEqual({ calls, failures, timeouts, deadlineMs, isBroken }, { calls: 4, failures: 4, timeouts: 1, deadlineMs: 100, isBroken: false })
    // What only the server says stays the server's.
    deepEqual((await post('transform secret')).props, { note: 'hello' })
  })

  it('is not asked any more after five failures, and costs nothing then', async () => {
    await post('transform throw')
    equal((await hook('transform')).isBroken, true)
    const { calls } = await hook('transform')
    for (let count = 0; count < 3; count += 1) await post('transform throw')
    equal((await hook('transform')).calls, calls)
    await renew()
  })

  it('stops people from posting where its guard is closed, until an admin opens it', async () => {
    for (const way of ['throw', 'hang', 'maybe']) {
      const { status, body, headers } = await ask(world.server.url, world.ada.token, 'POST', '/posts', { channel_id: world.channel.id, message: `guard ${way}` })
      deepEqual([way, status, (body as { id: string }).id, headers.get('retry-after')], [way, 503, 'model.plugin_command_crash.error.app_error', '1'])
    }
    await rejects(post('guard silent'), { server_error_id: 'plugin.message_will_be_posted.dismiss_post' })
    equal((await post('guard well')).message, 'guard well')
    const opened = await command(world, pluginsSetHook, { pluginId, kind: 'guard', operation: 'posts.create', onFailure: 'open', deadlineMs: 50 })
    const shown = opened.find((each) => each.kind === 'guard')
    deepEqual([shown?.onFailure, shown?.deadlineMs], ['open', 50])
    equal((await post('guard throw')).message, 'guard throw')
    await command(world, pluginsSetHook, { pluginId, kind: 'guard', operation: 'posts.create', onFailure: null, deadlineMs: null })
    const back = await hook('guard')
    deepEqual([back.onFailure, back.deadlineMs], ['closed', 100])
    await rejects(command(world, pluginsSetHook, { pluginId, kind: 'guard', operation: 'reactions.add' }), { code: 'plugin_hook_not_found' })
  })

  it('guards other operations too, and nothing of it is left when it is disabled', async () => {
    const { id } = await post('to be deleted')
    const refused = await ask(world.server.url, world.ada.token, 'DELETE', `/posts/${id}`)
    deepEqual([refused.status, (refused.body as { message: string }).message], [400, 'Nothing is deleted here.'])
    await command(world, pluginsDisable, { pluginId })
    deepEqual(await command(world, pluginsHooks, {}), [])
    equal((await ask(world.server.url, world.ada.token, 'DELETE', `/posts/${id}`)).status, 200)
    await enablePlugin(world, pluginId)
  })

  it('hears again of what it failed on, alone, until it is a dead letter that an admin replays', async () => {
    const letters = (): ReturnType<typeof command<typeof pluginsDeadLetters>> => command(world, pluginsDeadLetters, { pluginId })
    // All at once, so that they make one batch: the others do not suffer for one.
    await Promise.all(['fail for ever', 'retry this', 'fail once', 'retry that'].map(post))
    const [letter, ...others] = await eventually(letters, (all) => all.length > 0)
    deepEqual(others, [])
    equal(letter?.handler, 'observe post.created')
    equal((letter?.input as { payload: { post: { message: string } } }).payload.post.message, 'fail for ever')
    deepEqual([letter?.attempts, letter?.lastError], [2, 'I did not listen'])
    const standing = async (): Promise<number> => (await command(world, pluginsObservers, { pluginId }))[0]?.retrying ?? -1
    await eventually(standing, (retrying) => retrying === 0)
    deepEqual(await command(world, pluginsReplay, { pluginId, ids: [letter?.id ?? ''] }), { count: 1 })
    await eventually(letters, (all) => all.length === 1 && all[0]?.updateAt !== letter?.updateAt)
  })

  it('hears of what happened while the server was down, and not of what happened while it was disabled', async () => {
    const letters = async (): Promise<number> => (await command(world, pluginsDeadLetters, { pluginId })).length
    const before = await letters()
    await command(world, pluginsDisable, { pluginId })
    await post('fail for ever, unheard')
    await world.server.kernel.tail.settled()
    await enablePlugin(world, pluginId)
    await post('fail for ever, heard')
    // Whatever it had done with it is lost with the process, or not yet begun.
    await world.server.restart()
    await eventually(letters, (count) => count > before)
    equal(await letters(), before + 1)
  })

  it('writes no more than its quota, and only while it may', async () => {
    await grantPlugin(world, pluginId, ['posts:guard', 'posts:read', 'posts:write'])
    await post(`flood ${world.channel.id}`)
    const { usage } = await eventually(() => command(world, pluginsGet, { pluginId }), (told) => told.usage.refusedCalls > 0)
    ok(usage.refusedCalls >= 2)
    // The plugin is told first and fails of it afterwards.
    await eventually(() => world.server.complaints.join(''), (text) => text.includes('used up its 1 posts a second'))
  })

  it('keeps its neighbours from nothing', async () => {
    await enablePlugin(world, 'first', ['posts:transform', 'posts:guard', 'posts:read', 'posts:write'])
    equal((await post('(c) transform well, guard well')).message, '© transform well, guard well')
    const order = await command(world, pluginsHooks, { operation: 'posts.create' })
    deepEqual(order.map(({ pluginId: id, kind }) => `${id} ${kind}`), ['first transform', 'stubborn transform', 'first guard', 'stubborn guard'])
    await rejects(command(world, pluginsEnable, { pluginId: 'nobody' }), { code: 'plugin_not_found' })
  })
})
