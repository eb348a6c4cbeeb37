import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { request, type IncomingMessage } from 'node:http'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import type { FileUploadResponse } from '@mattermost/types/files'
import type { Post } from '@mattermost/types/posts'
import sharp from 'sharp'
import { Client } from '@hapi/nes'
import { sql } from '../../kernel/src/storage/index.ts'
import { ask, type Heard } from '../harness/ask.ts'
import { openBareSocket } from '../harness/bare-socket.ts'
import type { Person } from '../harness/mattermost-client.ts'
import { createWorld, type World } from '../harness/world.ts'

const megabyte = 1024 * 1024

/** What one account may keep or have at once. */
describe('limits', () => {
  let world: World
  before(async () => {
    world = await createWorld({
      settings: { files: { maximumBytes: megabyte, maximumUnattachedBytes: 2 * megabyte }, limits: { socketsPerAccount: 3, uploadsPerAccount: 4 } },
    })
  })
  after(() => world.close())

  const asked = (person: Person, method: string, address: string, body?: unknown): Promise<Heard> => ask(world.server.url, person.token, method, address, body)
  const told = ({ status, body }: Heard): [number, string] => [status, (body as { message: string }).message]

  it('of what somebody without a session says', async () => {
    const { ada, channel, server: { url } } = world
    const login = (bytes: number): Promise<Heard> => ask(url, '', 'POST', '/users/login', { login_id: 'x'.repeat(bytes), password: 'x' })
    equal((await login(300_000)).status, 413)
    equal((await login(200)).status, 400)
    const create = (token: string): Promise<number> => fetch(`${url}/api/v1/posts.create`, {
      method: 'POST', headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ channelId: channel.id, message: 'x', props: { note: 'x'.repeat(300_000) } }),
    }).then(({ status }) => status)
    deepEqual([await create(''), await create('nothing'), await create(ada.token)], [413, 413, 200])
  })

  it('of preferences: so many, and so many bytes', async () => {
    const { ada, bob, server: { kernel: { db } } } = world
    const save = (person: Person, names: readonly string[], value = '') =>
      asked(person, 'PUT', `/users/${person.user.id}/preferences`, names.map((name) => ({ user_id: person.user.id, category: 'flood', name, value })))
    await db.query(sql`insert into preferences (user_id, category, name) select ${ada.user.id}, 'flood', 'n' || n from generate_series(1, 9990) as n`)
    equal((await save(ada, Array.from({ length: 10 }, (_none, index) => `last${index}`))).status, 200)
    deepEqual(told(await save(ada, ['one more'])), [400, 'An account keeps at most 10000 preferences: remove some first.'])
    // What is there already may change.
    equal((await save(ada, ['n1', 'last9'], 'new')).status, 200)
    equal((await asked(ada, 'POST', `/users/${ada.user.id}/preferences/delete`, [{ user_id: ada.user.id, category: 'flood', name: 'n1' }])).status, 200)
    equal((await save(ada, ['one more'])).status, 200)

    const large = 'x'.repeat(20_000)
    const names = Array.from({ length: 250 }, (_none, index) => `large${index}`)
    const heard = await Promise.all([names.slice(0, 80), names.slice(80, 160), names.slice(160, 240)].map((some) => save(bob, some, large)))
    deepEqual(heard.map(({ status }) => status).sort(), [200, 200, 400])
    match(told(heard.find(({ status }) => status === 400) as Heard)[1], /at most 4194304 bytes of preferences/)
  })

  it('of drafts', async () => {
    const { ada, bob, channel, server: { kernel: { db } } } = world
    const save = (person: Person, message: string, rootId = '') => asked(person, 'POST', '/drafts', { user_id: person.user.id, channel_id: channel.id, root_id: rootId, message })
    const draft = (userId: string, count: number, message: string) => db.query(sql`
      insert into drafts (user_id, channel_id, root_id, create_at, update_at, message, type, props, file_ids, priority)
      select ${userId}, ${channel.id}, lpad(n::text, 26, 'r'), 1, 1, ${message}, '', '{}', '{}', '{}' from generate_series(1, ${count}::int) as n`)
    await draft(ada.user.id, 999, 'x')
    equal((await save(ada, 'The last')).status, 201)
    const root = await ada.client.createPost({ channel_id: channel.id, message: 'A thread' } as Post)
    // What was posted takes its draft away, in its own time.
    while ((await ada.client.getUserDrafts(world.team.id)).some(({ root_id: id }) => id === ''));
    equal((await save(ada, 'The last')).status, 201)
    deepEqual(told(await save(ada, 'One more', root.id)), [400, 'An account keeps at most 1000 drafts: remove some first.'])
    equal((await save(ada, 'The last, changed')).status, 201)
    await draft(bob.user.id, 900, 'x'.repeat(20_000))
    deepEqual(told(await save(bob, 'Small')), [400, 'An account keeps at most 16777216 bytes of drafts: remove some first.'])
  })

  const upload = (person: Person, bytes: Uint8Array, name = 'a.bin') =>
    ask(world.server.url, person.token, 'POST', `/files?channel_id=${world.channel.id}&filename=${name}`, bytes, { 'Content-Type': 'application/octet-stream' })
  const noise = (size: number): Buffer => Buffer.concat([Buffer.alloc(1), randomBytes(size - 1)])

  it('of files that no post has taken, parts of uploads among them', async () => {
    const { ada, bob, channel, server: { kernel: { settings } } } = world
    const first = await upload(ada, noise(megabyte))
    equal(first.status, 201)
    const begun = await asked(ada, 'POST', '/uploads', { channel_id: channel.id, filename: 'b.bin', file_size: megabyte })
    equal(begun.status, 201)
    const { id } = begun.body as { id: string }
    equal((await ask(world.server.url, ada.token, 'POST', `/uploads/${id}`, noise(megabyte / 2), { 'Content-Type': 'application/octet-stream' })).status, 204)
    const full = 'An account keeps at most 2097152 bytes of files that no post has taken: remove some first.'
    deepEqual(told(await upload(ada, noise(megabyte * 3 / 4))), [400, full])
    // Of several that come at once as many are taken as there is room for.
    deepEqual((await Promise.all([1, 2, 3].map(() => upload(ada, noise(megabyte / 4))))).map(({ status }) => status).sort(), [201, 201, 400])
    deepEqual(told(await upload(ada, noise(1))), [400, full])
    deepEqual(told(await ask(world.server.url, ada.token, 'POST', `/uploads/${id}`, noise(10), { 'Content-Type': 'application/octet-stream' })), [400, full])
    equal((await upload(bob, noise(10))).status, 201)
    const [info] = (first.body as FileUploadResponse).file_infos
    await ada.client.createPost({ channel_id: channel.id, message: 'Look', file_ids: [info?.id] } as Post)
    equal((await upload(ada, noise(1000))).status, 201)
    equal((await ask(world.server.url, ada.token, 'POST', `/uploads/${id}`, noise(megabyte / 2), { 'Content-Type': 'application/octet-stream' })).status, 201)
    // Of what was refused nothing is left; the two parts of what is complete are swept in their time.
    const kept = (await readdir(path.join(settings.dataFolder, 'files'), { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
    deepEqual(kept.map((entry) => entry.parentPath.includes('uploads')).filter(Boolean).length, 2)
  })

  it('of what is put aside before it is known what it is for', async () => {
    const { ada, channel, server: { url, kernel: { settings } } } = world
    const form = (sizes: readonly number[]): FormData => {
      const data = new FormData()
      sizes.forEach((size, index) => { data.append('files', new Blob([noise(size) as Uint8Array<ArrayBuffer>]), `${index}.bin`) })
      data.append('channel_id', channel.id)
      return data
    }
    deepEqual(told(await ask(url, ada.token, 'POST', '/files', form(Array.from({ length: 11 }, () => 10)))), [400, 'A post has at most 10 files.'])
    equal((await ask(url, ada.token, 'POST', '/files', form([megabyte / 2, megabyte / 2 + 1]))).status, 413)
    equal((await ask(url, ada.token, 'POST', '/files', form([10, 10]))).status, 201)
    const emoji = new FormData()
    emoji.append('emoji', new Blob([`{"name":"${'x'.repeat(70_000)}"}`]), 'emoji.json')
    match(told(await ask(url, ada.token, 'POST', '/emoji', emoji))[1], /The field emoji is not valid: it has more than 65536 bytes/)
    deepEqual(await readdir(path.join(settings.dataFolder, 'spool')), [])
  })

  /** An upload that is under way until it is told to end. */
  const beginUpload = async (person: Person, address: string, body: Buffer) => {
    const sending = request(`${world.server.url}/api/v4${address}`, {
      method: 'POST', headers: { 'Authorization': `Bearer ${person.token}`, 'Content-Type': 'application/octet-stream', 'Content-Length': body.length },
    })
    const answered = once(sending, 'response') as Promise<[IncomingMessage]>
    let isAnswered = false
    void answered.then(() => { isAnswered = true })
    await new Promise<void>((resolve) => { sending.write(body.subarray(0, body.length - 1), () => { resolve() }) })
    return {
      get isAnswered() { return isAnswered },
      async end(): Promise<{ status: number, retryAfter: string, body: unknown }> {
        sending.end(body.subarray(body.length - 1))
        const [response] = await answered
        return { status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] ?? '', body: JSON.parse(await text(response)) }
      },
    }
  }

  /** Holds as many as there may be; answers what one more is told. One that comes while the probe has its place begins again. */
  const fill = async (count: number, begin: () => ReturnType<typeof beginUpload>, probe: () => Promise<Heard>) => {
    const held = await Promise.all(Array.from({ length: count }, begin))
    while (world.server.kernel.http.uploadsUnderWay < count) await new Promise(setImmediate)
    for (;;) {
      const refused = await probe()
      if (refused.status === 429) return { held, refused }
      for (const [index, one] of held.entries()) if (one.isAnswered) held[index] = await begin()
    }
  }

  it('of uploads at once, which nobody else feels', async () => {
    const { ada, bob, channel } = world
    const address = `/files?channel_id=${channel.id}&filename=slow.txt`
    const { held, refused } = await fill(4, () => beginUpload(bob, address, Buffer.from('slowly')), () => upload(bob, noise(10)))
    deepEqual(told(refused), [429, 'An account uploads at most 4 at once. Try again in 5 s.'])
    equal(refused.headers.get('retry-after'), '5')
    const over = await beginUpload(bob, address, Buffer.from('slowly')).then((one) => one.end())
    deepEqual([over.status, over.retryAfter], [429, '5'])
    equal((await upload(ada, noise(10))).status, 201)
    const native = await fetch(`${world.server.url}/api/v1/files.upload?channelId=${channel.id}&name=a`, { method: 'POST', headers: { Authorization: `Bearer ${bob.token}` }, body: 'a' })
    deepEqual([native.status, (await native.json() as { error: { code: string } }).error.code], [429, 'too_many_uploads'])
    deepEqual((await Promise.all(held.map((one) => one.end()))).map(({ status }) => status), [201, 201, 201, 201])
    equal((await upload(bob, noise(10))).status, 201)
  })

  it('of pictures in memory', async () => {
    const { ada, bob } = world
    const picture = await sharp({ create: { width: 200, height: 200, channels: 3, background: '#26a' } }).png().toBuffer()
    const set = (person: Person) => ask(world.server.url, person.token, 'POST', `/users/${person.user.id}/image`, picture)
    const { held, refused } = await fill(2, () => beginUpload(ada, `/users/${ada.user.id}/image`, picture), () => set(ada))
    deepEqual(told(refused), [429, 'An account uploads at most 2 at once. Try again in 2 s.'])
    equal((await set(bob)).status, 200)
    deepEqual((await Promise.all(held.map((one) => one.end()))).map(({ status }) => status), [200, 200])
    equal((await set(ada)).status, 200)
  })

  it('of websockets at once, of both kinds together', async () => {
    const { ada, bob, server: { url } } = world
    const open = await Promise.all([1, 2].map(() => openBareSocket(url, { token: ada.token })))
    for (const socket of open) await socket.event('hello')
    const native = new Client(`${url.replace(/^http/, 'ws') as 'ws://'}/api/v1/socket`)
    await native.connect({ auth: { headers: { authorization: `Bearer ${ada.token}` } }, reconnect: false })
    const over = await openBareSocket(url, { token: ada.token })
    const { error } = await over.message(({ status }) => status === 'FAIL')
    deepEqual([error?.status_code, error?.message], [429, 'An account has at most 3 websockets at once.'])
    equal(await over.closed, 1013)
    const overNative = new Client(`${url.replace(/^http/, 'ws') as 'ws://'}/api/v1/socket`)
    const refusal = await overNative.connect({ auth: { headers: { authorization: `Bearer ${ada.token}` } }, reconnect: false }).then(() => undefined, (reason: unknown) => reason as { statusCode: number, message: string })
    deepEqual([refusal?.statusCode, refusal?.message], [429, 'An account has at most 3 websockets at once.'])
    const other = await openBareSocket(url, { token: bob.token })
    ok(await other.event('hello'))
    await native.disconnect()
    // The place is free when the server has heard of it.
    for (let isIn = false; !isIn;) {
      const again = await openBareSocket(url, { token: ada.token })
      isIn = (await again.message(({ event, status }) => event === 'hello' || status === 'FAIL')).event === 'hello'
      again.close()
    }
    for (const socket of [...open, other]) socket.close()
  })
})
