import { createHash, randomBytes } from 'node:crypto'
import { request } from 'node:http'
import { deepEqual, equal } from 'node:assert/strict'
import type { Person } from '../harness/mattermost-client.ts'
import { createWorld, type World } from '../harness/world.ts'

interface Session { id: string, filename: string, file_size: number, file_offset: number }

describe('uploads in parts', () => {
  let world: World
  before(async () => { world = await createWorld({ settings: { files: { maximumBytes: 3_000_000 } } }) })
  after(() => world.close())

  const ask = (person: Person, path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${world.server.url}/api/v4${path}`, { ...init, headers: { Authorization: `Bearer ${person.token}`, ...init.headers as Record<string, string> } })
  const begin = async (person: Person, bytes: number, channelId = world.channel.id): Promise<Response> =>
    ask(person, '/uploads', { method: 'POST', body: JSON.stringify({ channel_id: channelId, filename: 'a/large.bin', file_size: bytes }) })
  const send = (person: Person, id: string, body: BodyInit): Promise<Response> => ask(person, `/uploads/${id}`, { method: 'POST', body })
  const offset = async (person: Person, id: string): Promise<number> => (await (await ask(person, `/uploads/${id}`)).json() as Session).file_offset
  const codeOf = async (response: Response): Promise<[number, string]> => [response.status, (await response.json() as { id: string }).id]

  it('go on where they broke off, and become a file', async () => {
    const { ada, bob } = world
    const bytes = randomBytes(2_000_000)
    const session = await (await begin(ada, bytes.length)).json() as Session
    deepEqual([session.filename, session.file_size, session.file_offset], ['large.bin', 2_000_000, 0])
    equal((await send(ada, session.id, bytes.subarray(0, 500_000))).status, 204)

    const sending = request(`${world.server.url}/api/v4/uploads/${session.id}`, { method: 'POST', headers: { 'Authorization': `Bearer ${ada.token}`, 'Content-Length': 1_500_000 } })
    sending.on('error', () => {})
    sending.write(bytes.subarray(500_000, 1_000_000), () => { setTimeout(() => { sending.destroy() }, 50) })
    let at = await offset(ada, session.id)
    while (at === 500_000) at = await offset(ada, session.id)
    equal(at > 500_000 && at <= 1_000_000, true)

    const form = new FormData()
    form.append('data', new Blob([bytes.subarray(at, 1_500_000)]), 'part')
    equal((await send(ada, session.id, form)).status, 204)
    equal((await ask(bob, `/uploads/${session.id}`)).status, 404)
    equal((await send(bob, session.id, bytes.subarray(1_500_000))).status, 404)
    deepEqual((await (await ask(ada, '/users/me/uploads')).json() as Session[]).map(({ id }) => id), [session.id])
    const finished = await send(ada, session.id, bytes.subarray(1_500_000))
    const file = await finished.json() as { id: string, size: number, name: string }
    deepEqual([finished.status, file.size, file.name], [201, 2_000_000, 'large.bin'])
    const got = await (await ask(ada, `/files/${file.id}`)).bytes()
    equal(createHash('sha256').update(got).digest('hex'), createHash('sha256').update(bytes).digest('hex'))
    deepEqual(await codeOf(await ask(ada, `/uploads/${session.id}`)), [404, 'app.upload.get.app_error'])
    deepEqual(await (await ask(ada, '/users/me/uploads')).json(), [])
    equal((await ask(ada, `/users/${bob.user.id}/uploads`)).status, 403)
  })

  it('refuse what does not fit', async () => {
    const { ada, stranger } = world
    const tooLarge = [413, 'api.file.upload_file.too_large_detailed.app_error']
    deepEqual(await codeOf(await begin(ada, 3_000_001)), tooLarge)
    for (const size of [0, -1, 1.5]) equal((await begin(ada, size)).status, 400)
    equal((await begin(stranger, 10)).status, 404)
    equal((await ask(ada, '/uploads', { method: 'POST', body: '{}' })).status, 400)
    equal((await ask(ada, '/uploads', { method: 'POST', body: JSON.stringify({ type: 'import', filename: 'a', file_size: 1 }) })).status, 501)
    const { id } = await (await begin(ada, 10)).json() as Session
    deepEqual(await codeOf(await send(ada, id, 'x'.repeat(11))), tooLarge)
    equal(await offset(ada, id), 0)
    const answers = await Promise.all([send(ada, id, 'x'.repeat(4)), send(ada, id, 'y'.repeat(4))])
    const at = await offset(ada, id)
    equal(at, 4 * answers.filter(({ status }) => status === 204).length)
    const { db, chat } = world.server.kernel
    await db.hot({ name: 'age_uploads', text: 'update uploads set create_at = 1', values: [] })
    await chat.fileSweeper.sweep()
    equal((await ask(ada, `/uploads/${id}`)).status, 404)
    const [left] = await db.hot<{ n: number }>({ name: 'count_blobs', text: `select count(*)::int as n from unclaimed_blobs where create_at = 0`, values: [] })
    equal(left!.n, 0)
  })
})
