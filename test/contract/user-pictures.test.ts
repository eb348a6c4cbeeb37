import { deepEqual, equal, notDeepEqual, ok } from 'node:assert/strict'
import sharp from 'sharp'
import { ask, type Heard } from '../harness/ask.ts'
import { openSocket } from '../harness/mattermost-client.ts'
import { createWorld, type World } from '../harness/world.ts'

const bytesOf = ({ body }: Heard): Buffer => Buffer.from(body as Uint8Array)
const photo = (background: string): Promise<Buffer> => sharp({ create: { width: 300, height: 200, channels: 3, background } }).jpeg().toBuffer()

function form(bytes: Buffer, name = 'image'): FormData {
  const data = new FormData()
  data.append('note', 'first a field')
  data.append(name, new Blob([new Uint8Array(bytes)], { type: 'image/jpeg' }), 'ada.jpg')
  return data
}

describe('pictures of accounts', () => {
  let world: World
  before(async () => { world = await createWorld() })
  after(() => world.close())

  it('are generated, until one is uploaded and after it is removed', async () => {
    const { server, ada, bob } = world
    const path = `/users/${ada.user.id}/image`
    const get = (headers = {}, from = path) => ask(server.url, bob.token, 'GET', from, undefined, headers)
    const generated = await get()
    deepEqual([generated.status, generated.headers.get('content-type'), generated.headers.get('cache-control')], [200, 'image/png', 'max-age=300, private'])
    const { width, height, format } = await sharp(bytesOf(generated)).metadata()
    deepEqual([width, height, format], [128, 128, 'png'])
    deepEqual(bytesOf(await get({}, `${path}/default`)), bytesOf(generated))

    const socket = await openSocket(server.url, bob.token)
    equal((await ask(server.url, ada.token, 'POST', path, form(await photo('#ff0000')))).status, 200)
    const { data } = await socket.event('user_updated')
    socket.close()
    const { last_picture_update: at } = (data as { user: { last_picture_update: number } }).user
    const uploaded = await get()
    deepEqual([uploaded.headers.get('cache-control'), uploaded.headers.get('etag')], ['max-age=86400, private', `"${at}"`])
    notDeepEqual(bytesOf(uploaded), bytesOf(generated))
    const { dominant } = await sharp(bytesOf(uploaded)).stats()
    ok(dominant.r > 200 && dominant.g < 60)
    for (const shown of [String(at), `"${at}"`]) equal((await get({ 'If-None-Match': shown })).status, 304)
    deepEqual(bytesOf(await get({}, `${path}/default`)), bytesOf(generated))
    equal((await ask(server.url, ada.token, 'POST', path, await photo('#0000ff'), { 'Content-Type': 'image/jpeg' })).status, 200)
    ok((await sharp(bytesOf(await get())).stats()).dominant.b > 200)

    equal((await ask(server.url, bob.token, 'DELETE', path)).status, 403)
    equal((await ask(server.url, ada.token, 'DELETE', path)).status, 200)
    deepEqual(bytesOf(await get()), bytesOf(generated))
  })

  it('refuses what is no picture, the pictures of others, and forms without one', async () => {
    const { server, ada, bob, admin } = world
    const path = `/users/${ada.user.id}/image`
    const image = await photo('#00ff00')
    equal((await ask(server.url, bob.token, 'POST', path, form(image))).status, 403)
    equal((await ask(server.url, '', 'POST', path, form(image))).status, 401)
    equal((await ask(server.url, ada.token, 'POST', path, form(Buffer.from('<svg onload="alert(1)"/>')))).status, 400)
    equal((await ask(server.url, ada.token, 'POST', path, form(image, 'other'))).status, 400)
    equal((await ask(server.url, ada.token, 'POST', path, Buffer.alloc(0), { 'Content-Type': 'image/png' })).status, 400)
    equal((await ask(server.url, ada.token, 'POST', path, Buffer.alloc(21 * 1024 * 1024, 1), { 'Content-Type': 'image/png' })).status, 413)
    equal((await ask(server.url, '', 'GET', path)).status, 401)
    equal((await ask(server.url, ada.token, 'GET', `/users/${'x'.repeat(26)}/image`)).status, 404)
    equal((await ask(server.url, '', 'GET', `${path}/default`)).status, 401)
    equal((await ask(server.url, admin.token, 'POST', path, form(image))).status, 200)
  })
})
