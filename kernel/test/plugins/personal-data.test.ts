import { deepEqual, equal, rejects } from 'node:assert/strict'
import type { Post } from '@mattermost/types/posts'
import { readArchive } from '@rookery/sdk/package'
import { pluginsDeadLetters, pluginsDisable, pluginsEraseUserData, pluginsExportUserData, pluginsReplay, pluginsSetSettings, pluginsUninstall, pluginsRestore, usersGet } from '@rookery/sdk/protocol'
import { createHeldClock } from '../../../test/harness/held-clock.ts'
import type { Person } from '../../../test/harness/mattermost-client.ts'
import { askNative, askPlugin, command, enablePlugin, eventually } from '../../../test/harness/plugin-actions.ts'
import { createPackage, installPackage } from '../../../test/harness/plugin-packages.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'
import { sql } from '../../src/storage/index.ts'

const pluginId = 'memoir'

describe('What plugins keep of one person', () => {
  let world: World
  const clock = createHeldClock()
  before(async () => {
    world = await createWorld({ plugins: [pluginId, 'keeper'], clock })
    await enablePlugin(world, pluginId)
  })
  after(() => world.close())

  const tell = (person: Person, text: string): Promise<unknown> => askPlugin(world, pluginId, '/tell', text, person)
  const exported = async (reader: Person, { user }: Person): Promise<Record<string, unknown>> => {
    const response = await fetch(`${world.server.url}/api/v1/${pluginsExportUserData.name}`, {
      method: 'POST', headers: { 'Authorization': `Bearer ${reader.token}`, 'Content-Type': 'application/json' }, body: JSON.stringify({ userId: user.id }),
    })
    if (response.status !== 200) return { status: response.status }
    const files = await readArchive(Buffer.from(await response.arrayBuffer()))
    return Object.fromEntries([...files].map(([path, bytes]) => [path, JSON.parse(bytes.toString('utf8')) as unknown]))
  }
  const erase = (who: Person, { user }: Person): Promise<unknown> => askNative(world, who, pluginsEraseUserData, { userId: user.id })
  const kept = async (): Promise<string[]> => (await world.server.kernel.db.any<{ key: string }>(sql`select key from plugin_values where plugin_id = ${pluginId} and starts_with(key, 'of ') order by key`)).map(({ key }) => key)
  const both = [{ pluginId: 'keeper', outcome: 'unable' }, { pluginId, outcome: 'done' }]

  it('is told to that person and to admins: by the server, and by each plugin', async () => {
    await tell(world.ada, 'My youth')
    await tell(world.bob, 'Mine')
    await askNative(world, world.ada, pluginsSetSettings, { pluginId, scope: 'user', scopeId: world.ada.user.id, values: { title: 'Looms', pin: '1234' } })
    const mine = await exported(world.ada, world.ada)
    deepEqual(mine, { 'memoir/settings.json': { title: 'Looms' }, 'memoir/account.json': { characters: 10 }, 'memoir/data.json': '"My youth"', 'outcomes.json': both })
    deepEqual(await exported(world.admin, world.ada), mine)
    deepEqual([await exported(world.bob, world.ada), await exported(world.stranger, world.ada)], [{ status: 403 }, { status: 403 }])
    deepEqual(await exported(world.stranger, world.stranger), { 'outcomes.json': both })
  })

  it('says which plugin could not tell, and tells the rest', async () => {
    await askPlugin(world, pluginId, '/fail', 1)
    const failed = [{ pluginId: 'keeper', outcome: 'unable' }, { pluginId, outcome: 'unavailable' }]
    const told = await exported(world.ada, world.ada)
    deepEqual([told['outcomes.json'], told['memoir/settings.json'], told['memoir/data.json']], [failed, { title: 'Looms' }, undefined])
    await askPlugin(world, pluginId, '/fail', 0)
    await command(world, pluginsDisable, { pluginId })
    deepEqual((await exported(world.ada, world.ada))['outcomes.json'], failed)
    await enablePlugin(world, pluginId)
  })

  it('has what stands on posts that this person wrote, which is erased with the rest', async () => {
    const post = ({ client }: Person): Promise<Post> => client.createPost({ channel_id: world.channel.id, message: 'A chapter' } as Post)
    const [hers, his] = [await post(world.ada), await post(world.bob)]
    const marks = async (): Promise<string[]> => (await world.server.kernel.db.any<{ id: string }>(sql`select id from posts where plugin_props <> '{}' order by id`)).map(({ id }) => id)
    const mark = async ({ id }: Post): Promise<void> => {
      const response = await fetch(`${world.server.url}/plugins/${pluginId}/mark`, { method: 'POST', headers: { Authorization: `Bearer ${world.ada.token}` }, body: id })
      equal(response.status, 200)
    }
    await mark(hers)
    await mark(his)
    const told = await exported(world.ada, world.ada)
    deepEqual(told['memoir/posts-1.json'], [{ postId: hers.id, channelId: world.channel.id, props: { chapter: 1 } }])
    await erase(world.ada, world.ada)
    deepEqual(await marks(), [his.id])
    equal((await exported(world.ada, world.ada))['memoir/posts-1.json'], undefined)
    // Told again with the rest below.
    await eventually(kept, (keys) => keys.length === 1)
    await tell(world.ada, 'My youth')
  })

  it('is erased at that person\'s wish, also by a plugin that fails at first, and nobody else\'s is', async () => {
    await rejects(erase(world.bob, world.ada), { code: 'permission_missing' })
    await askPlugin(world, pluginId, '/fail', 2)
    deepEqual(await erase(world.ada, world.ada), [{ pluginId, outcome: 'waiting' }, { pluginId: 'keeper', outcome: 'unable' }].sort((one, other) => (one.pluginId < other.pluginId ? 1 : -1)))
    deepEqual((await askNative(world, world.ada, usersGet, { userId: world.ada.user.id })).pluginProps, {})
    await eventually(kept, (keys) => keys.length === 1)
    deepEqual(await kept(), [`of ${world.bob.user.id}`])
    deepEqual(await exported(world.ada, world.ada), { 'outcomes.json': both })
    deepEqual((await exported(world.bob, world.bob))['memoir/account.json'], { characters: 6 })
  })

  it('is erased once the plugin is there again: after it was disabled, and after it was in the trash', async () => {
    await command(world, pluginsDisable, { pluginId })
    await erase(world.admin, world.bob)
    deepEqual(await kept(), [`of ${world.bob.user.id}`])
    await world.server.restart()
    await enablePlugin(world, pluginId)
    await eventually(kept, (keys) => keys.length === 0)
    await tell(world.ada, 'Again')
    await command(world, pluginsUninstall, { pluginId, data: 'keep' })
    await erase(world.ada, world.ada)
    await command(world, pluginsRestore, { pluginId })
    deepEqual(await kept(), [`of ${world.ada.user.id}`])
    await enablePlugin(world, pluginId)
    await eventually(kept, (keys) => keys.length === 0)
  })

  it('is shown to admins where a plugin fails for good, and tried again when they say so', async () => {
    const source = `let fails = true
      rookery.on('lifecycle eraseUser', () => { if (fails) throw new Error('never') })
      rookery.on('lifecycle enabled', () => { fails = false })
      rookery.on('describe', () => ({}))`
    await installPackage(world, await createPackage({ id: 'stern', contributes: { lifecycle: ['eraseUser'] }, source }), { accept: 'signed' })
    await enablePlugin(world, 'stern')
    await erase(world.ada, world.ada)
    const { db } = world.server.kernel
    const attempts = (): Promise<number> => db.value<number>(sql`select coalesce(max(attempts), 0) from plugin_deliveries where plugin_id = 'stern'`)
    await eventually(attempts, (count) => count > 0)
    await db.query(sql`update plugin_deliveries set attempts = 49 where plugin_id = 'stern'`)
    const [letter] = await eventually(() => command(world, pluginsDeadLetters, { pluginId: 'stern' }), ({ length }) => length > 0)
    deepEqual([letter?.handler, letter?.input, letter?.lastError], ['lifecycle eraseUser', { userId: world.ada.user.id }, 'never'])
    equal((await command(world, pluginsReplay, { pluginId: 'stern', ids: [letter?.id ?? ''] })).count, 1)
  })
})
