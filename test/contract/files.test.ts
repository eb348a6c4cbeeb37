import { createHash, randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { deepEqual, equal, match, notEqual, ok, rejects } from 'node:assert/strict'
import type { FileInfo, FileUploadResponse } from '@mattermost/types/files'
import type { Post } from '@mattermost/types/posts'
import sharp from 'sharp'
import { signIn, type Person } from '../harness/mattermost-client.ts'
import { createWorld, type World } from '../harness/world.ts'

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const picture = (width = 2400, height = 1200): Promise<Buffer> => sharp({ create: { width, height, channels: 3, background: '#26a' } }).png().toBuffer()

describe('files', () => {
  let world: World
  const limit = 6 * 1024 * 1024
  before(async () => { world = await createWorld({ settings: { files: { maximumBytes: limit } } }) })
  after(() => world.close())

  const bearer = (person: Person): Record<string, string> => ({ Authorization: `Bearer ${person.token}` })
  const ask = (person: Person, path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${world.server.url}/api/v4${path}`, { ...init, headers: { ...bearer(person), ...init.headers as Record<string, string> } })
  const errorOf = async (response: Response): Promise<[number, string]> => [response.status, (await response.json() as { id: string }).id]

  /** As the web app does: the channel and the client's ids first. */
  const form = (channelId: string, files: readonly (readonly [string, Uint8Array | string])[], clientIds: readonly string[] = []): FormData => {
    const data = new FormData()
    data.append('channel_id', channelId)
    for (const id of clientIds) data.append('client_ids', id)
    for (const [name, bytes] of files) data.append('files', new Blob([bytes as Uint8Array<ArrayBuffer>]), name)
    return data
  }
  const upload = async (person: Person, name: string, bytes: Uint8Array | string): Promise<FileInfo> => {
    const { file_infos: [info] } = await person.client.uploadFile(form(world.channel.id, [[name, bytes]])) as FileUploadResponse
    return info as FileInfo
  }
  const attach = (person: Person, ...files: FileInfo[]): Promise<Post> =>
    person.client.createPost({ channel_id: world.channel.id, message: 'see', file_ids: files.map((file) => file.id) } as Post)

  /** Names of stored bytes, of half ones too. */
  const stored = async (): Promise<string[]> => {
    const found: string[] = []
    for (const folder of ['files', 'spool']) {
      const entries = await readdir(join(world.server.kernel.settings.dataFolder, folder), { recursive: true, withFileTypes: true })
      found.push(...entries.filter((entry) => entry.isFile()).map((entry) => entry.name))
    }
    return found.sort()
  }
  const unclaimed = (): Promise<number> => world.server.kernel.db.hot<{ n: number }>({ name: 'count_unclaimed', text: 'select count(*)::int as n from unclaimed_blobs', values: [] }).then(([row]) => row!.n)

  it('come back byte for byte', async () => {
    const { ada } = world
    for (const size of [1, 2, 1000, 65_535, 65_536, 65_537, 1_000_000, 5 * 1024 * 1024]) {
      // A NUL in front: random bytes may look like text.
      const bytes = Buffer.concat([Buffer.alloc(1), randomBytes(size - 1)])
      const info = await upload(ada, 'data.bin', bytes)
      deepEqual([info.size, info.name, info.extension, info.mime_type], [size, 'data.bin', 'bin', 'application/octet-stream'])
      const response = await ask(ada, `/files/${info.id}`)
      equal(sha256(await response.bytes()), sha256(bytes), `${size} bytes`)
      equal(response.headers.get('content-length'), String(size))
    }
    await rejects(upload(ada, 'nothing.txt', ''), { server_error_id: 'api.file.upload_file.read_request.app_error', status_code: 400 })
    equal(await unclaimed(), 0)
  })

  it('are uploaded several at a time, with the client\'s ids in order, in a form or as the body (pitfall 17)', async () => {
    const { ada, stranger, channel } = world
    const names = ['one.txt', 'two.txt', 'three.txt']
    const answer = await ada.client.uploadFile(form(channel.id, names.map((name) => [name, name]), ['c', 'a', 'b'])) as FileUploadResponse
    deepEqual([answer.file_infos.map((info) => info.name), answer.client_ids], [names, ['c', 'a', 'b']])
    // Mobile apps send the file first.
    const late = new FormData()
    late.append('files', new Blob(['late']), 'late.txt')
    late.append('channel_id', channel.id)
    const { file_infos: [info] } = await ada.client.uploadFile(late) as FileUploadResponse
    equal(await (await ask(ada, `/files/${info!.id}`)).text(), 'late')
    const inAddress = new FormData()
    inAddress.append('files', new Blob(['x']), 'x.txt')
    equal((await ask(ada, `/files?channel_id=${channel.id}`, { method: 'POST', body: inAddress })).status, 201)
    const body = await ask(ada, `/files?channel_id=${channel.id}&filename=${encodeURIComponent('رسالة.txt')}&client_id=q`, { method: 'POST', body: 'plain' })
    const { file_infos: [plain], client_ids: ids } = await body.json() as FileUploadResponse
    deepEqual([body.status, plain!.name, plain!.mime_type, ids], [201, 'رسالة.txt', 'text/plain', ['q']])

    const refused = async (init: BodyInit, path = '/files'): Promise<[number, string]> => errorOf(await ask(ada, path, { method: 'POST', body: init }))
    const invalid = [400, 'api.context.invalid_body_param.app_error']
    const invalidAddress = [400, 'api.context.invalid_url_param.app_error']
    deepEqual(await refused(form(channel.id, [['a', 'a']], ['1', '2'])), invalid)
    deepEqual(await refused(form(channel.id, [])), [400, 'api.file.upload_file.read_request.app_error'])
    deepEqual(await refused(form('nonsense', [['a', 'a']])), invalid)
    deepEqual(await refused(form(channel.id, [['a', 'a']]), `/files?channel_id=${ada.user.id}`), invalid)
    deepEqual(await refused('x', '/files?filename=a'), invalidAddress)
    deepEqual(await refused('x', `/files?channel_id=${channel.id}`), invalidAddress)
    const nowhere = new FormData()
    nowhere.append('files', new Blob(['late']), 'late.txt')
    deepEqual(await refused(nowhere), invalid)
    await rejects(stranger.client.uploadFile(form(channel.id, [['a', 'a']])), { status_code: 404 })
    equal((await fetch(`${world.server.url}/api/v4/files`, { method: 'POST', body: form(channel.id, [['a', 'a']]) })).status, 401)
  })

  it('keep their names in any script, and only the last part of a path', async () => {
    const { ada } = world
    const names: Record<string, string> = {
      'صورة العطلة.txt': 'صورة العطلة.txt', '週報 漢字.txt': '週報 漢字.txt', '🐦 rook.txt': '🐦 rook.txt', 'say "hi".txt': 'say "hi".txt', '../../etc/passwd': 'passwd',
      'a\\b\\c.txt': 'c.txt', 'x\r\nSet-Cookie: a=b.txt': 'xSet-Cookie: a=b.txt', 'photo\u202egpj.exe': 'photogpj.exe', '..': 'file', [`${'長'.repeat(300)}.txt`]: `${'長'.repeat(83)}.txt`, "it's 100% (a*b).txt": "it's 100% (a*b).txt",
    }
    for (const [given, kept] of Object.entries(names)) {
      const info = await upload(ada, given, 'x')
      equal(info.name, kept)
      const response = await ask(ada, `/files/${info.id}?download=1`)
      const disposition = response.headers.get('content-disposition') ?? ''
      match(disposition, /^attachment; filename="[\x20-\x7e]+"; filename\*=UTF-8''[\w.!%~-]+$/)
      equal(decodeURIComponent(disposition.split("UTF-8''")[1]!), kept)
      equal(response.headers.get('set-cookie'), null)
    }
  })

  it('have previews when they are images', async () => {
    const { ada, bob, stranger } = world
    const bytes = await picture()
    const info = await upload(ada, 'blue.png', bytes)
    const { width, height, has_preview_image: hasPreview, mime_type: type, mini_preview: mini } = info as FileInfo & { mini_preview: string }
    deepEqual([width, height, hasPreview, type], [2400, 1200, true, 'image/png'])
    equal((await sharp(Buffer.from(mini, 'base64')).metadata()).format, 'jpeg')
    const post = await attach(ada, info)
    deepEqual(post.metadata.files.map((file) => [file.id, file.width, file.height, file.has_preview_image]), [[info.id, 2400, 1200, true]])
    const sizes = await Promise.all(['preview', 'thumbnail'].map(async (kind) => {
      const response = await ask(bob, `/files/${info.id}/${kind}`)
      const made = await sharp(await response.bytes()).metadata()
      return [response.headers.get('content-type'), response.headers.get('cache-control'), made.width, made.height]
    }))
    deepEqual(sizes, [['image/jpeg', 'max-age=2592000, private', 1920, 960], ['image/jpeg', 'max-age=2592000, private', 120, 100]])
    deepEqual((await bob.client.getFileInfosForPost(post.id)).map((file) => file.id), [info.id])
    const listed = await ask(bob, `/posts/${post.id}/files/info`)
    equal((await ask(bob, `/posts/${post.id}/files/info`, { headers: { 'If-None-Match': listed.headers.get('etag')! } })).status, 304)
    equal((await (await ask(bob, `/files/${info.id}/info`)).json() as FileInfo).post_id, post.id)
    for (const path of ['', '/preview', '/thumbnail', '/info']) equal((await ask(stranger, `/files/${info.id}${path}`)).status, 404, path)
    equal((await ask(stranger, `/posts/${post.id}/files/info`)).status, 404)
    deepEqual(await errorOf(await ask(bob, `/files/${info.id}/link`)), [403, 'api.file.get_public_link.disabled.app_error'])

    const text = await upload(ada, 'a.txt', 'text')
    deepEqual(await errorOf(await ask(ada, `/files/${text.id}/preview`)), [400, 'api.file.get_file_preview.no_preview.app_error'])
    deepEqual(await errorOf(await ask(ada, `/files/${text.id}/thumbnail`)), [400, 'api.file.get_file_thumbnail.no_thumbnail.app_error'])
    const broken = await upload(ada, 'broken.png', bytes.subarray(0, 500))
    deepEqual([broken.width ?? 0, broken.has_preview_image ?? false], [0, false])
    const frames = await Promise.all([1, 2].map((n) => sharp({ create: { width: 40, height: 30, channels: 3, background: `rgb(${n * 90},0,0)` } }).png().toBuffer()))
    const moving = await upload(ada, 'moving.gif', await sharp(frames, { join: { animated: true } }).gif().toBuffer())
    deepEqual([moving.width, moving.height, moving.has_preview_image ?? false], [40, 30, false])
    equal((await ask(ada, `/files/${moving.id}/thumbnail`)).status, 200)
  })

  it('are never run in our origin', async () => {
    const { ada } = world
    const polyglot = Buffer.concat([Buffer.from('GIF89a/*'), Buffer.alloc(20), Buffer.from('*/=1;<script>alert(1)</script>')])
    const uploads: [string, string | Uint8Array, string][] = [
      ['page.html', '<!doctype html><script>alert(1)</script>', 'attachment'], ['fake.png', '<html><script>alert(1)</script></html>', 'attachment'],
      ['image.svg', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', 'attachment'], ['image.jpg', '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', 'attachment'],
      ['a.js', 'alert(1)', 'attachment'], ['a.pdf', '%PDF-1.4', 'attachment'], ['polyglot.html', polyglot, 'inline'], ['note.txt', 'text', 'inline'],
    ]
    for (const [name, bytes, expected] of uploads) {
      const info = await upload(ada, name, bytes)
      const { headers } = await ask(ada, `/files/${info.id}`)
      equal(headers.get('content-disposition')?.split(';')[0], expected, name)
      equal(headers.get('x-content-type-options'), 'nosniff')
      match(headers.get('content-security-policy') ?? '', /default-src 'none'.*; sandbox/)
      if (expected === 'inline') match(headers.get('content-type') ?? '', /^(?:image\/gif|text\/plain; charset=utf-8)$/)
      equal((await ask(ada, `/files/${info.id}?download=1`)).headers.get('content-disposition')?.split(';')[0], 'attachment')
    }
  })

  it('are read in parts, and not again when they are known', async () => {
    const { ada } = world
    const bytes = Buffer.from('0123456789'.repeat(10_000))
    const { id } = await upload(ada, 'digits.txt', bytes)
    const whole = await ask(ada, `/files/${id}`, { headers: { 'Accept-Encoding': 'gzip' } })
    const tag = whole.headers.get('etag')!
    deepEqual([whole.headers.get('content-encoding'), whole.headers.get('accept-ranges'), whole.headers.get('content-length')], [null, 'bytes', '100000'])
    equal((await whole.bytes()).length, 100_000)
    const part = async (headers: Record<string, string>): Promise<[number, string | null, string]> => {
      const response = await ask(ada, `/files/${id}`, { headers })
      return [response.status, response.headers.get('content-range'), (await response.text()).slice(0, 12)]
    }
    deepEqual(await part({ Range: 'bytes=3-6' }), [206, 'bytes 3-6/100000', '3456'])
    deepEqual(await part({ Range: 'bytes=99998-' }), [206, 'bytes 99998-99999/100000', '89'])
    deepEqual(await part({ Range: 'bytes=-3' }), [206, 'bytes 99997-99999/100000', '789'])
    deepEqual(await part({ Range: 'bytes=-999999' }), [206, 'bytes 0-99999/100000', '012345678901'])
    deepEqual(await part({ Range: 'bytes=99990-999999' }), [206, 'bytes 99990-99999/100000', '0123456789'])
    deepEqual((await part({ Range: 'bytes=100000-' })).slice(0, 2), [416, 'bytes */100000'])
    deepEqual((await part({ Range: 'bytes=-0' }))[0], 416)
    for (const ignored of ['bytes=6-3', 'bytes=0-1,5-6', 'lines=1-2', 'bytes=-', 'bytes=a-b']) equal((await part({ Range: ignored }))[0], 200, ignored)
    deepEqual(await part({ Range: 'bytes=3-6', 'If-Range': tag }), [206, 'bytes 3-6/100000', '3456'])
    equal((await part({ Range: 'bytes=3-6', 'If-Range': '"other"' }))[0], 200)
    deepEqual(await part({ 'If-None-Match': tag }), [304, null, ''])
    deepEqual(await part({ 'If-None-Match': `"x", W/${tag}` }), [304, null, ''])
    equal((await part({ 'If-None-Match': '"x"' }))[0], 200)
    const head = await ask(ada, `/files/${id}`, { method: 'HEAD' })
    deepEqual([head.status, head.headers.get('content-length'), head.headers.get('etag'), await head.text()], [200, '100000', tag, ''])
  })

  it('belong to their uploader until a post takes them, and are gone with the post', async () => {
    const { ada, bob, channel } = world
    const one = await upload(ada, 'one.txt', 'one')
    equal((await ask(ada, `/files/${one.id}`)).status, 200)
    equal((await ask(bob, `/files/${one.id}`)).status, 404)
    await rejects(attach(bob, one), { server_error_id: 'api.post.create_post.files.app_error' })
    const tries = await Promise.allSettled([attach(ada, one), attach(ada, one), attach(ada, one)])
    deepEqual(tries.map((each) => each.status).sort(), ['fulfilled', 'rejected', 'rejected'])
    equal((await ask(bob, `/files/${one.id}`)).status, 200)
    const post = tries.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))[0]!
    await world.server.kernel.db.hot({ name: 'delete_post', text: 'update posts set delete_at = 1 where id = $1', values: [post.id] })
    equal((await ask(bob, `/files/${one.id}`)).status, 404)
    equal((await ask(ada, `/posts/${post.id}/files/info?include_deleted=true`)).status, 403)
    const elsewhere = await ada.client.createChannel({ team_id: world.team.id, name: 'secret', display_name: 'Secret', type: 'P' } as never)
    const two = (await ada.client.uploadFile(form(elsewhere.id, [['two.txt', 'two']])) as FileUploadResponse).file_infos[0]!
    await rejects(attach(ada, two), { server_error_id: 'api.post.create_post.files.app_error' })
    await ada.client.createPost({ channel_id: elsewhere.id, message: '', file_ids: [two.id] } as unknown as Post)
    equal((await ask(bob, `/files/${two.id}`)).status, 404)
    await rejects(bob.client.uploadFile(form(elsewhere.id, [['x', 'x']])), { status_code: 404 })
    ok(channel.id)
  })

  it('are closed to guests outside of the channel, also where members of the team may look in', async () => {
    const { ada, team, server } = world
    const { db, chat } = server.kernel
    const [colleague, guest] = [await signIn(server.url, 'carol', { inviteId: team.invite_id }), await signIn(server.url, 'guest', { inviteId: team.invite_id })]
    await db.hot({ name: 'make_guest', text: `update users set roles = 'system_guest' where id = $1`, values: [guest.user.id] })
    await db.hot({ name: 'make_team_guest', text: 'update team_members set is_guest = true where user_id = $1', values: [guest.user.id] })
    await db.hot({ name: 'make_channel_guest', text: 'update channel_members set is_guest = true where user_id = $1', values: [guest.user.id] })
    chat.directory.users.forget(guest.user.id)
    chat.memberships.learn({ name: 'teamMember.updated', at: 0, payload: { userId: guest.user.id }, audience: {} })
    const file = await upload(ada, 'open.txt', 'open')
    const post = await attach(ada, file)
    for (const path of [`/files/${file.id}`, `/files/${file.id}/info`, `/posts/${post.id}/files/info`]) {
      deepEqual([(await ask(colleague, path)).status, (await ask(guest, path)).status], [200, 404], path)
    }
    await rejects(guest.client.uploadFile(form(world.channel.id, [['x', 'x']])), { status_code: 404 })
  })

  it('leave nothing behind when they are too large or break off', async () => {
    const { ada, channel } = world
    const before = await stored()
    const tooLarge = [413, 'api.file.upload_file.too_large_detailed.app_error']
    deepEqual(await errorOf(await ask(ada, '/files', { method: 'POST', body: form(channel.id, [['large', randomBytes(limit + 1)]]) })), tooLarge)
    deepEqual(await errorOf(await ask(ada, `/files?channel_id=${channel.id}&filename=a`, { method: 'POST', body: randomBytes(limit + 5_000_000) })), tooLarge)
    const late = new FormData()
    late.append('files', new Blob([randomBytes(limit + 1)]), 'late')
    late.append('channel_id', channel.id)
    deepEqual(await errorOf(await ask(ada, '/files', { method: 'POST', body: late })), tooLarge)
    deepEqual([await stored(), await unclaimed()], [before, 0])

    for (const [path, start] of [
      [`/files?channel_id=${channel.id}&filename=a`, ''],
      ['/files', `--x\r\nContent-Disposition: form-data; name="channel_id"\r\n\r\n${channel.id}\r\n--x\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\n`],
      ['/files', '--x\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\n'],
    ] as const) {
      const sending = request(`${world.server.url}/api/v4${path}`, { method: 'POST', headers: { ...bearer(ada), 'Content-Type': start ? 'multipart/form-data; boundary=x' : 'text/plain', 'Content-Length': 4_000_000 } })
      sending.on('error', () => {})
      sending.write(start + 'x'.repeat(1_000_000))
      while ((await stored()).length === before.length) await new Promise((resolve) => { setTimeout(resolve, 5) })
      sending.destroy()
      while ((await stored()).length > before.length || await unclaimed() > 0) await new Promise((resolve) => { setTimeout(resolve, 5) })
    }
    deepEqual(await stored(), before)
    deepEqual(world.server.complaints.filter((line) => !line.includes('could not be decoded')), [])
  })

  it('are swept when no post takes them for a day', async () => {
    const { ada, server } = world
    const kept = await upload(ada, 'kept.txt', 'kept')
    await attach(ada, kept)
    const old = await upload(ada, 'old.png', await picture(200, 100))
    const drafted = await upload(ada, 'drafted.txt', 'drafted')
    const { db, chat } = server.kernel
    await db.hot({ name: 'draft_file', text: `insert into drafts (user_id, channel_id, create_at, update_at, file_ids) values ($1, $2, 1, 1, array[$3])`, values: [ada.user.id, world.channel.id, drafted.id] })
    await db.hot({ name: 'age_files', text: 'update files set create_at = 1', values: [] })
    await chat.fileSweeper.sweep()
    equal((await ask(ada, `/files/${old.id}`)).status, 404)
    equal(await (await ask(ada, `/files/${kept.id}`)).text(), 'kept')
    equal(await (await ask(ada, `/files/${drafted.id}`)).text(), 'drafted')
    const [row] = await db.hot<{ keys: string[] }>({ name: 'kept_keys', text: 'select array_agg(id) as keys from files', values: [] })
    const names = await stored()
    deepEqual(names.filter((name) => !row!.keys.includes(name.split('.')[0]!)), [])
    ok(names.some((name) => name === kept.id))
    notEqual(names.length, 0)
  })
})
