import { createHash, randomBytes } from 'node:crypto'
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { parseJson } from '../../src/doors/index.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'
import type { Person } from '../../../test/harness/mattermost-client.ts'

interface Told { error: { code: string, message: string, details: Record<string, unknown>, requestId: string } }

describe('the native door', () => {
  let world: World
  before(async () => { world = await createWorld({ settings: { files: { maximumBytes: 3_000_000 } } }) })
  after(() => world.close())

  const ask = (person: Person | undefined, path: string, init: RequestInit = {}): Promise<Response> => fetch(`${world.server.url}/api/v1/${path}`, {
    ...init, headers: { ...(person && { Authorization: `Bearer ${person.token}` }), ...init.headers as Record<string, string> },
  })
  const json = (person: Person | undefined, path: string, body: unknown): Promise<Response> =>
    ask(person, path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: typeof body === 'string' ? body : JSON.stringify(body) })
  /** Status, code and what is told of it. */
  const refusal = async (response: Response): Promise<[number, string, string]> => {
    const { error } = await response.json() as Told
    match(error.requestId, /^[a-z0-9]{26}$/)
    return [response.status, error.code, String(error.details['field'] ?? error.details['contentType'] ?? error.details['limitBytes'] ?? '')]
  }

  it('answers POST with JSON, and GET for what changes nothing', async () => {
    const { ada, bob, channel } = world
    const post = await (await json(ada, 'posts.create', { channelId: channel.id, message: 'مرحبا' })).json() as { id: string, message: string }
    equal(post.message, 'مرحبا')
    const response = await ask(ada, `posts.get?postId=${post.id}`)
    deepEqual([response.status, response.headers.get('content-type'), (await response.json() as { id: string }).id], [200, 'application/json', post.id])
    const people = await (await ask(ada, `users.listByIds?userIds=${ada.user.id},${bob.user.id}&since=0`)).json() as { username: string }[]
    deepEqual(people.map((user) => user.username).sort(), ['ada', 'bob'])
    equal((await (await ask(ada, `users.listByIds?userIds=${ada.user.id}&userIds=${bob.user.id}`)).json() as unknown[]).length, 2)
    equal((await json(ada, 'posts.get', { postId: post.id })).status, 200)
  })

  it('refuses bad input by the name of the field', async () => {
    const { ada, channel } = world
    const deep = `{"channelId":"${channel.id}","props":${'{"a":'.repeat(40)}1${'}'.repeat(40)}}`
    const cases: [string, Promise<Response>, [number, string, string]][] = [
      ['a missing field', json(ada, 'posts.create', { message: 'x' }), [400, 'invalid_input', 'channelId']],
      ['a wrong type', json(ada, 'posts.create', { channelId: channel.id, message: 7 }), [400, 'invalid_input', 'message']],
      ['a wrong pattern', json(ada, 'posts.create', { channelId: 'short' }), [400, 'invalid_input', 'channelId']],
      ['a wrong item', json(ada, 'posts.create', { channelId: channel.id, fileIds: [channel.id, 'x'] }), [400, 'invalid_input', 'fileIds.1']],
      ['too long a text', json(ada, 'posts.create', { channelId: channel.id, message: 'x'.repeat(70_000) }), [400, 'invalid_input', 'message']],
      ['an unknown field', json(ada, 'posts.create', { channelId: channel.id, mesage: 'x' }), [400, 'invalid_input', 'mesage']],
      ['a prototype', json(ada, 'posts.create', `{"channelId":"${channel.id}","__proto__":{"x":1}}`), [400, 'invalid_input', '__proto__']],
      ['a NUL', json(ada, 'posts.create', { channelId: channel.id, message: 'a\u0000b' }), [400, 'invalid_input', 'message']],
      ['a list', json(ada, 'posts.create', []), [400, 'invalid_input', 'input']],
      ['null', json(ada, 'posts.create', 'null'), [400, 'invalid_input', 'input']],
      ['no JSON', json(ada, 'posts.create', '{"a"'), [400, 'not_json', '']],
      ['another type of body', ask(ada, 'posts.create', { method: 'POST', headers: { 'Content-Type': 'application/xml' }, body: '<a/>' }), [415, 'unsupported_media_type', 'application/xml']],
      ['a form', ask(ada, 'posts.create', { method: 'POST', body: new URLSearchParams({ a: 'b' }) }), [415, 'unsupported_media_type', 'application/x-www-form-urlencoded']],
      ['too large a body', json(ada, 'posts.create', `"${'x'.repeat(2_200_000)}"`), [413, 'body_too_large', '2097152']],
      ['a number that is none', ask(ada, `posts.listOfChannel?channelId=${channel.id}&limit=many`), [400, 'invalid_input', 'limit']],
      ['a truth value that is none', ask(ada, `posts.get?postId=${channel.id}&includeDeleted=maybe`), [400, 'invalid_input', 'includeDeleted']],
      ['an unknown name in the query', ask(ada, `posts.get?postId=${channel.id}&x=1`), [400, 'invalid_input', 'x']],
      ['a prototype in the query', ask(ada, `posts.get?postId=${channel.id}&__proto__=1`), [400, 'invalid_input', '__proto__']],
      ['a NUL in the query', ask(ada, `users.getByUsername?username=a%00b`), [400, 'invalid_address_part', 'address']],
      ['a name given twice', ask(ada, `posts.get?postId=${channel.id}&postId=${channel.id}`), [400, 'invalid_input', 'postId']],
      ['no session', json(undefined, 'posts.create', {}), [401, 'not_signed_in', '']],
      ['a dead session', ask({ ...ada, token: 'x' } as Person, `posts.get?postId=${channel.id}`), [401, 'not_signed_in', '']],
      ['an operation that is none', json(ada, 'posts.burn', {}), [404, 'unknown_operation', '']],
      ['GET of what changes something', ask(ada, 'posts.create'), [405, 'method_not_allowed', '']],
      ['DELETE', ask(ada, 'posts.get', { method: 'DELETE' }), [405, 'method_not_allowed', '']],
    ]
    for (const [what, response, expected] of cases) deepEqual(await refusal(await response), expected, what)
    const [status, code, field] = await refusal(await json(ada, 'posts.create', deep))
    deepEqual([status, code, field.slice(0, 9)], [400, 'invalid_input', 'props.a.a'])
    equal(typeof parseJson(Buffer.from('{"a":{}}')), 'object')
  })

  it('takes uploads as they are, and gives downloads in parts', async () => {
    const { ada, bob, channel } = world
    const bytes = randomBytes(2_000_000)
    const name = 'صورة "1"/漢.bin'
    const query = new URLSearchParams({ channelId: channel.id, name })
    const uploaded = await ask(ada, `files.upload?${query}`, { method: 'POST', body: bytes })
    const file = await uploaded.json() as { id: string, name: string, sizeBytes: number }
    deepEqual([uploaded.status, file.name, file.sizeBytes], [200, '漢.bin', 2_000_000])
    const download = await ask(ada, `files.download?fileId=${file.id}`)
    equal(createHash('sha256').update(await download.bytes()).digest('hex'), createHash('sha256').update(bytes).digest('hex'))
    const byPost = await ask(ada, 'files.download', { method: 'POST', headers: { 'Content-Type': 'application/json', 'Range': 'bytes=0-9' }, body: JSON.stringify({ fileId: file.id }) })
    deepEqual([byPost.status, (await byPost.bytes()).length], [200, 2_000_000])
    const part = await ask(ada, `files.download?fileId=${file.id}`, { headers: { Range: 'bytes=1000000-1000003' } })
    deepEqual([part.status, Buffer.from(await part.bytes())], [206, bytes.subarray(1_000_000, 1_000_004)])
    const beyond = await ask(ada, `files.download?fileId=${file.id}`, { headers: { Range: 'bytes=2000000-' } })
    deepEqual([beyond.headers.get('content-range'), ...await refusal(beyond)], ['bytes */2000000', 416, 'range_not_satisfiable', ''])
    const tag = download.headers.get('etag')!
    equal((await ask(ada, `files.download?fileId=${file.id}`, { headers: { 'If-None-Match': tag } })).status, 304)
    deepEqual(await refusal(await ask(bob, `files.download?fileId=${file.id}`)), [404, 'file_not_found', ''])

    const refused = async (search: string, init: RequestInit): Promise<[number, string, string]> => refusal(await ask(ada, `files.upload?${search}`, { method: 'POST', ...init }))
    deepEqual(await refused(`channelId=${channel.id}`, { body: 'x' }), [400, 'invalid_input', 'name'])
    deepEqual(await refused(`${query}&size=1`, { body: 'x' }), [400, 'invalid_input', 'size'])
    deepEqual(await refused(String(query), { body: new FormData() }), [415, 'unsupported_media_type', 'multipart/form-data'])
    deepEqual(await refused(String(query), {}), [400, 'file_empty', ''])
    deepEqual(await refused(String(query), { body: randomBytes(3_000_001) }), [413, 'file_too_large', '3000000'])
    deepEqual(await refusal(await ask(world.stranger, `files.upload?${query}`, { method: 'POST', body: 'x' })), [404, 'channel_not_found', ''])
    ok(world.server.complaints.every((line) => !line.includes('foresaw')))
  })
})
