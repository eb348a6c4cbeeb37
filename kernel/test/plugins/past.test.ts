import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import type { Channel } from '@mattermost/types/channels'
import type { Post } from '@mattermost/types/posts'
import { pluginsDeadLetters, pluginsDisable, pluginsObservers, pluginsSetBinding, pluginsUninstall, type ObserverPast } from '@rookery/sdk/protocol'
import { emptyPost } from '../../../test/harness/empty-post.ts'
import { command, enablePlugin, eventually } from '../../../test/harness/plugin-actions.ts'
import { createPackage, installPackage } from '../../../test/harness/plugin-packages.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'
import { json, sql } from '../../src/storage/index.ts'

const pluginId = 'historian'

/** Each test has a server of its own: an observer hears of what was before it once. */
describe('An observer that begins at the start', () => {
  let world: World
  beforeEach(async () => { world = await createWorld({ plugins: [pluginId] }) })
  afterEach(() => world.close())

  const write = async (messages: readonly string[], { channel = world.channel, userId = world.ada.user.id, deleteAt = 0 } = {}): Promise<void> => {
    const { ids, db } = world.server.kernel
    const posts = messages.map((message) => ({ id: ids.next(), message }))
    await db.query(sql`
      insert into posts select p.* from jsonb_array_elements(${json(posts)}) as post, jsonb_populate_record(null::posts, ${emptyPost}::jsonb || jsonb_build_object(
        'id', post ->> 'id', 'message', post ->> 'message', 'create_at', 1000, 'update_at', 1000, 'delete_at', ${deleteAt}::bigint, 'user_id', ${userId}::text, 'channel_id', ${channel.id}::text)) p`)
  }
  const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => `thread ${index}`)
  const batches = async (): Promise<string[][]> =>
    (await world.server.kernel.db.any<{ value: string }>(sql`select value from plugin_values where plugin_id = ${pluginId} and starts_with(key, 'heard ') order by key`)).map(({ value }) => JSON.parse(value) as string[])
  const heard = async (): Promise<string[]> => (await batches()).flat().map((line) => line.replace('looms ada ', ''))
  const value = async (key: string): Promise<unknown> => JSON.parse(await world.server.kernel.db.value<string>(sql`select value from plugin_values where plugin_id = ${pluginId} and key = ${key}`))
  const past = async (name = 'post.created'): Promise<ObserverPast | null | undefined> => (await command(world, pluginsObservers, { pluginId })).find((observer) => observer.name === name)?.past
  const complete = (): Promise<unknown> => eventually(past, (standing) => standing?.isComplete ?? false, 30_000)

  it('hears of all that is there, a thousand at a time and in order, and then of what comes', async () => {
    await write(numbered(2300))
    await write(['gone'], { deleteAt: 2000 })
    await enablePlugin(world, pluginId)
    await complete()
    deepEqual(await heard(), numbered(2300))
    deepEqual((await batches()).map(({ length }) => length), [1000, 1000, 300])
    deepEqual(await past(), { done: 2300, total: 2300, isComplete: true })
    await world.ada.client.createPost({ channel_id: world.channel.id, message: 'now' } as Post)
    await eventually(heard, (messages) => messages.at(-1) === 'now')
    await eventually(() => past('channel.created'), (standing) => standing?.isComplete ?? false)
    ok((await value('channels') as string[]).includes('looms'))
    await eventually(() => past('user.created'), (standing) => standing?.isComplete ?? false)
    ok((await value('users') as { username: string }[]).some(({ username }) => username === 'ada'))
  })

  it('goes on after a restart where it was, and hears of nothing again after it was disabled', async () => {
    await write(numbered(2300))
    await world.server.kernel.db.query(sql`insert into plugin_values (plugin_id, key, value, revision) values (${pluginId}, 'slow', 'true', 1)`)
    await enablePlugin(world, pluginId)
    // It is in the midst of the second thousand.
    await eventually(async () => [await past(), await value('asked').catch(() => 0)] as const, ([standing, asked]) => standing?.done === 1000 && asked === 2)
    deepEqual(await past(), { done: 1000, total: 2300, isComplete: false })
    await world.server.restart()
    await complete()
    deepEqual((await batches()).map(({ length }) => length), [1000, 1000, 300])
    deepEqual(await heard(), numbered(2300))
    await command(world, pluginsDisable, { pluginId })
    await world.ada.client.createPost({ channel_id: world.channel.id, message: 'unheard' } as Post)
    await enablePlugin(world, pluginId)
    deepEqual(await past(), { done: 2300, total: 2300, isComplete: true })
    await world.ada.client.createPost({ channel_id: world.channel.id, message: 'heard' } as Post)
    await eventually(heard, (messages) => messages.length > 2300)
    deepEqual((await heard()).slice(2300), ['heard'])
  })

  it('puts away what it fails on, and hears of all the rest', async () => {
    await write([...numbered(70), 'poison 1', ...numbered(30), 'poison 2', 'again'])
    await enablePlugin(world, pluginId)
    await complete()
    const messages = await heard()
    deepEqual([messages.filter((message) => message.startsWith('thread')).length, messages.includes('poison 1')], [100, false])
    const letters = await command(world, pluginsDeadLetters, { pluginId })
    deepEqual(letters.map(({ handler, input }) => [handler, (input as { payload: { post: Post } }).payload.post.message]).sort(), [
      ['observe post.created', 'again'], ['observe post.created', 'poison 1'], ['observe post.created', 'poison 2'],
    ])
    equal((await past())?.done, 103)
  })

  it('hears of nothing from where it is not at work, nor of what bots wrote', async () => {
    const other = await world.ada.client.createChannel({ team_id: world.team.id, name: 'mills', display_name: 'Mills', type: 'O' } as Channel)
    const direct = await world.ada.client.createDirectChannel([world.ada.user.id, world.bob.user.id])
    await write(['here'])
    await write(['there'], { channel: other })
    await write(['in private'], { channel: direct })
    await command(world, pluginsSetBinding, { pluginId, binding: { scope: 'channels', ids: [world.channel.id] } })
    await enablePlugin(world, pluginId)
    await complete()
    deepEqual(await heard(), ['here'])
  })

  it('begins anew when it was purged and comes back, and only where something is known from before', async () => {
    const kinds = [['reaction.added', 'posts:read'], ['post.deleted', 'posts:read']] as const
    for (const [event, capability] of kinds) {
      const contributes = { observers: [{ name: 'a', event, needs: [], from: 'start' as const }] }
      await rejects(installPackage(world, await createPackage({ id: 'odd', capabilities: { [capability]: { reason: 'Hears.' } }, contributes }), { accept: 'signed' }), {
        code: 'package_invalid', details: { reason: `of ${event} nothing is known from before` },
      })
    }
    await write(['one'])
    const source = 'rookery.on("observe a", () => null); rookery.on("describe", () => ({}))'
    const bytes = await createPackage({ id: 'scribe', capabilities: { 'posts:read': { reason: 'Hears.' } }, contributes: { observers: [{ name: 'a', event: 'post.created', needs: ['post.id'], from: 'start' }] }, source })
    const standing = async (): Promise<ObserverPast | null | undefined> => (await command(world, pluginsObservers, { pluginId: 'scribe' }))[0]?.past
    for (const total of [1, 2]) {
      await installPackage(world, bytes, { accept: 'signed' })
      await enablePlugin(world, 'scribe')
      deepEqual(await eventually(standing, (told) => told?.isComplete ?? false), { done: total, total, isComplete: true })
      await command(world, pluginsUninstall, { pluginId: 'scribe', data: 'purge' })
      await write(['another'])
    }
  })
})
