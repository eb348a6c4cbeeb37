import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import type { Channel } from '@mattermost/types/channels'
import { pluginsGet, pluginsRefuseWish, pluginsSetBinding, pluginsSetSettings, uploadsCreate, type CapabilityWish } from '@rookery/sdk/protocol'
import { ask } from '../../../test/harness/ask.ts'
import type { Person } from '../../../test/harness/mattermost-client.ts'
import { askNative, askPlugin, command, enablePlugin, grantPlugin } from '../../../test/harness/plugin-actions.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'

const pluginId = 'warden'
const guards = ['files:guard', 'uploads:guard']

describe('A plugin that guards files', () => {
  let world: World
  before(async () => {
    world = await createWorld({ plugins: [pluginId] })
    await enablePlugin(world, pluginId, ['routes', ...guards])
  })
  after(() => world.close())

  const upload = async (name: string, channel = world.channel): Promise<{ status: number, id: string, message: string }> => {
    const form = new FormData()
    form.append('channel_id', channel.id)
    form.append('files', new Blob(['warp and weft']), name)
    const { status, body } = await ask(world.server.url, world.ada.token, 'POST', '/files', form)
    const { file_infos: [file] = [], message = '' } = body as { file_infos?: { id: string }[], message?: string }
    return { status, id: file?.id ?? '', message }
  }
  const announce = (name: string): Promise<unknown> => askNative(world, world.ada, uploadsCreate, { channelId: world.channel.id, name, sizeBytes: 3 })
  const download = async (fileId: string, kind = '', person: Person = world.ada): Promise<number> => (await ask(world.server.url, person.token, 'GET', `/files/${fileId}${kind}`)).status

  it('refuses what is uploaded, whole or in parts, and lets the rest through', async () => {
    const refused = await upload('virus.exe')
    deepEqual([refused.status, refused.message], [400, 'No programs here.'])
    await rejects(announce('virus.exe'), { code: 'refused_by_plugin' })
    equal((await upload('notes.txt')).status, 201)
    await announce('notes.txt')
  })

  it('refuses what is downloaded, also as a preview', async () => {
    const { id } = await upload('plans.txt')
    equal(await download(id), 200)
    await command(world, pluginsSetSettings, { pluginId, scope: 'system', values: { secretFile: id } })
    deepEqual([await download(id), await download(id, '/preview'), await download(id, '/thumbnail'), await download(id, '', world.stranger)], [400, 400, 400, 404])
    equal(await download((await upload('notes.txt')).id), 200)
  })

  it('guards only where it is at work, and only as long as it may', async () => {
    const other = await world.ada.client.createChannel({ team_id: world.team.id, name: 'mills', display_name: 'Mills', type: 'O' } as Channel)
    await command(world, pluginsSetBinding, { pluginId, binding: { scope: 'channels', ids: [other.id] } })
    deepEqual([(await upload('tool.exe')).status, (await upload('tool.exe', other)).status], [201, 400])
    await command(world, pluginsSetBinding, { pluginId, binding: { scope: 'server' } })
    await grantPlugin(world, pluginId, ['routes', 'uploads:guard'])
    equal((await upload('tool.exe')).status, 201)
    await rejects(announce('tool.exe'), { code: 'refused_by_plugin' })
    await grantPlugin(world, pluginId, ['routes'])
    await announce('tool.exe')
    await grantPlugin(world, pluginId, ['routes', ...guards])
    equal((await upload('tool.exe')).status, 400)
  })
})

describe('A plugin that asks for more while it runs', () => {
  let world: World
  before(async () => {
    world = await createWorld({ plugins: [pluginId] })
    await enablePlugin(world, pluginId, ['routes'])
  })
  after(() => world.close())

  const wish = (capability: string): Promise<string> => askPlugin(world, pluginId, '/wish', capability)
  const remember = (): Promise<number | null> => askPlugin(world, pluginId, '/remember')
  const wishes = async (): Promise<Readonly<Record<string, CapabilityWish>>> => (await askNative(world, world.admin, pluginsGet, { pluginId })).plugin.wishes

  it('waits until an admin has seen why, and has it from the next call on', async () => {
    deepEqual([await remember(), await wishes()], [null, {}])
    equal(await wish('kv'), 'waiting')
    const { generation } = (await command(world, pluginsGet, { pluginId })).plugin
    equal(await wish('kv'), 'waiting')
    equal((await command(world, pluginsGet, { pluginId })).plugin.generation, generation)
    const { kv } = await wishes()
    deepEqual([kv?.reason, kv?.isRefused, (kv?.at ?? 0) > 0], ['To remember you.', false, true])
    await world.server.restart()
    ok((await wishes())['kv'])
    await grantPlugin(world, pluginId, ['routes', 'kv'])
    deepEqual([await remember(), await wish('kv'), await wishes()], [1, 'granted', {}])
  })

  it('may ask again when it was taken away, and not when it was refused', async () => {
    await grantPlugin(world, pluginId, ['routes'])
    deepEqual([await remember(), await wishes(), await wish('kv')], [null, {}, 'waiting'])
    await rejects(askNative(world, world.ada, pluginsRefuseWish, { pluginId, capability: 'kv' }), { code: 'permission_missing' })
    await rejects(askNative(world, world.admin, pluginsRefuseWish, { pluginId, capability: 'files:guard' }), { code: 'capability_not_requested' })
    equal((await askNative(world, world.admin, pluginsRefuseWish, { pluginId, capability: 'kv' })).wishes['kv']?.isRefused, true)
    deepEqual([await wish('kv'), await remember()], ['refused', null])
    await grantPlugin(world, pluginId, ['routes', 'kv'])
    equal(await remember(), 2)
  })

  it('asks for nothing that its description does not ask for', async () => {
    const response = await fetch(`${world.server.url}/plugins/${pluginId}/wish`, { method: 'POST', headers: { Authorization: `Bearer ${world.ada.token}` }, body: JSON.stringify('posts:read') })
    equal(response.status, 500)
    deepEqual(await wishes(), {})
  })
})
