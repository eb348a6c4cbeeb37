import { deepEqual, equal, rejects } from 'node:assert/strict'
import type { CustomEmoji } from '@mattermost/types/emojis'
import sharp from 'sharp'
import { sql } from '../../kernel/src/storage/index.ts'
import { openSocket, type Person } from '../harness/mattermost-client.ts'
import { createWorld, type World } from '../harness/world.ts'

const image = (size = 200, format: 'png' | 'gif' | 'jpeg' | 'webp' = 'png'): Promise<Buffer> =>
  sharp({ create: { width: size, height: size, channels: 3, background: '#c33' } }).toFormat(format).toBuffer()

describe('custom emoji', () => {
  let world: World
  before(async () => { world = await createWorld() })
  after(() => world.close())

  const make = async (person: Person, name: string, bytes: Uint8Array | string = ''): Promise<CustomEmoji> =>
    person.client.createCustomEmoji({ name, creator_id: person.user.id } as CustomEmoji, new File([(bytes === '' ? await image() : bytes) as Uint8Array<ArrayBuffer>], 'image.png'))
  const ask = (person: Person, path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${world.server.url}/api/v4/emoji${path}`, { ...init, headers: { Authorization: `Bearer ${person.token}`, ...init.headers as Record<string, string> } })

  it('are made, announced, read and shown', async () => {
    const { ada, bob } = world
    const socket = await openSocket(world.server.url, bob.token)
    const rook = await make(ada, 'rook')
    deepEqual([rook.name, rook.creator_id, rook.delete_at], ['rook', ada.user.id, 0])
    const { data } = await socket.event('emoji_added')
    deepEqual(JSON.parse((data as { emoji: string }).emoji), rook)
    socket.close()
    deepEqual(await bob.client.getCustomEmoji(rook.id), rook)
    deepEqual(await bob.client.getCustomEmojiByName('rook'), rook)
    const shown = await ask(bob, `/${rook.id}/image`)
    const { width, height, format } = await sharp(await shown.bytes()).metadata()
    deepEqual([shown.headers.get('content-type'), shown.headers.get('cache-control'), width, height, format], ['image/png', 'max-age=2592000, private', 128, 128, 'png'])
    equal((await ask(bob, `/${rook.id}/image`, { headers: { 'If-None-Match': shown.headers.get('etag')! } })).status, 304)
    await rejects(bob.client.getCustomEmoji(ada.user.id), { status_code: 404, server_error_id: 'app.emoji.get.no_result' })
    await rejects(bob.client.getCustomEmojiByName('nobody'), { status_code: 404 })
    equal((await ask(bob, `/${ada.user.id}/image`)).status, 404)
  })

  it('are listed by age and by name, searched and completed', async () => {
    const { ada, bob } = world
    for (const name of ['zzz_top', 'antx', 'pantx_her', 'pantxyher']) await make(ada, name)
    const names = (list: CustomEmoji[]): string[] => list.map((emoji) => emoji.name)
    deepEqual(names(await bob.client.getCustomEmojis(0, 200)), ['rook', 'zzz_top', 'antx', 'pantx_her', 'pantxyher'])
    deepEqual(names(await bob.client.getCustomEmojis(0, 2, 'name')), ['antx', 'pantx_her'])
    deepEqual(names(await bob.client.getCustomEmojis(2, 2, 'name')), ['zzz_top'])
    equal((await ask(bob, '?sort=size')).status, 400)
    deepEqual(names(await bob.client.getCustomEmojisByNames(['zzz_top', 'nobody', 'rook'])), ['rook', 'zzz_top'])
    for (const body of [[], {}, [1], Array(201).fill('x'), ['x'.repeat(65)]]) equal((await ask(bob, '/names', { method: 'POST', body: JSON.stringify(body) })).status, 400)
    deepEqual(names(await bob.client.searchCustomEmoji('antx')), ['antx', 'pantx_her', 'pantxyher'])
    deepEqual(names(await bob.client.searchCustomEmoji('x_h')), ['pantx_her'])
    deepEqual(names(await bob.client.searchCustomEmoji('antx', { prefix_only: 'true' } as never)), ['antx'])
    for (const body of ['{}', '{"term":""}', '{"term":7}', 'term']) equal((await ask(bob, '/search', { method: 'POST', body })).status, 400)
    deepEqual(names(await bob.client.autocompleteCustomEmoji('pantx')), ['pantx_her', 'pantxyher'])
    equal((await ask(bob, '/autocomplete')).status, 400)
  })

  it('have names of their own', async () => {
    const { ada } = world
    await rejects(make(ada, 'rook'), { server_error_id: 'api.emoji.create.duplicate.app_error' })
    const concurrent = await Promise.allSettled([make(ada, 'same'), make(ada, 'same')])
    deepEqual(concurrent.map((each) => each.status).sort(), ['fulfilled', 'rejected'])
    equal(await world.server.kernel.db.value(sql`select count(*) from unclaimed_blobs`), 0)
    for (const name of ['smile', '+1', 'wave_dark_skin_tone', 'mattermost']) await rejects(make(ada, name), { server_error_id: 'model.emoji.system_emoji_name.app_error' }, name)
    for (const name of ['', 'Rook', 'with space', 'r:k', 'rôk']) await rejects(make(ada, name), { server_error_id: 'model.emoji.name.app_error' }, name)
    await rejects(make(ada, 'x'.repeat(65)), { status_code: 400 })
  })

  it('are images of a modest size', async () => {
    const { ada } = world
    const frames = await Promise.all([1, 2, 3].map((n) => sharp({ create: { width: 300, height: 200, channels: 3, background: `rgb(${n * 60},0,0)` } }).png().toBuffer()))
    const moving = await make(ada, 'moving', await sharp(frames, { join: { animated: true } }).gif().toBuffer())
    const shown = await ask(ada, `/${moving.id}/image`)
    const { width, pages } = await sharp(await shown.bytes()).metadata()
    deepEqual([shown.headers.get('content-type'), width, pages], ['image/gif', 128, 3])
    for (const format of ['jpeg', 'webp'] as const) await make(ada, `as_${format}`, await image(50, format))
    await rejects(make(ada, 'text', 'not an image'), { server_error_id: 'api.emoji.upload.image.app_error' })
    await rejects(make(ada, 'vector', '<svg xmlns="http://www.w3.org/2000/svg"/>'), { server_error_id: 'api.emoji.upload.image.app_error' })
    await rejects(make(ada, 'large', Buffer.concat([await image(), Buffer.alloc(600_000)])), { status_code: 413, server_error_id: 'api.emoji.create.too_large.app_error' })
    const half = new FormData()
    half.append('emoji', '{"name":"half"}')
    equal((await ask(ada, '', { method: 'POST', body: half })).status, 400)
    half.set('emoji', '["half"]')
    half.append('image', new Blob([await image() as Uint8Array<ArrayBuffer>]), 'image.png')
    equal((await ask(ada, '', { method: 'POST', body: half })).status, 400)
    half.set('emoji', '{"name":{}}')
    equal((await ask(ada, '', { method: 'POST', body: half })).status, 400)
    equal((await ask(ada, '', { method: 'POST', body: '{}', headers: { 'Content-Type': 'application/json' } })).status, 415)
  })

  it('are removed by their makers and by admins', async () => {
    const { ada, bob, admin } = world
    const [one, other] = [await make(ada, 'mine'), await make(ada, 'yours')]
    await rejects(bob.client.deleteCustomEmoji(one.id), { status_code: 403 })
    deepEqual(await ada.client.deleteCustomEmoji(one.id), { status: 'OK' })
    await rejects(ada.client.deleteCustomEmoji(one.id), { status_code: 404 })
    equal((await ask(bob, `/${one.id}/image`)).status, 404)
    await admin.client.deleteCustomEmoji(other.id)
    equal((await ask(bob, '/name/yours')).status, 404)
    await make(bob, 'mine')
  })
})
