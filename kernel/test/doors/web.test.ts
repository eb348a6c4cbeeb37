import { deepEqual, equal, match, notEqual, ok } from 'node:assert/strict'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { createTestServer, type TestServer } from '../../../test/harness/test-server.ts'

describe('the door of the web app', () => {
  let folder: string
  let server: TestServer
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'rookery-web-'))
    await mkdir(path.join(folder, 'build', 'static'), { recursive: true })
    await writeFile(path.join(folder, 'secret.txt'), 'secret')
    await writeFile(path.join(folder, 'build', 'root.html'), '<!doctype html><title>App</title>')
    await writeFile(path.join(folder, 'build', 'icon.svg'), '<svg/>')
    await writeFile(path.join(folder, 'build', 'static', 'app-1.js'), 'start()')
    await writeFile(path.join(folder, 'build', 'static', 'app-1.js.gz'), gzipSync('start()'))
    await symlink(path.join(folder, 'secret.txt'), path.join(folder, 'build', 'static', 'link.txt'))
    server = await createTestServer({ web: path.join(folder, 'build') })
  })
  after(async () => {
    await server.close()
    await rm(folder, { recursive: true, force: true })
  })

  const get = (address: string, headers: Record<string, string> = {}): Promise<Response> => fetch(`${server.url}${address}`, { headers })
  /** As written: fetch tidies an address up. */
  const getRaw = (address: string): Promise<string> => new Promise((resolve, reject) => {
    const asked = request(server.url, { path: address }, (response) => { text(response).then(resolve, reject) })
    asked.on('error', reject).end()
  })

  it('answers every address of the app with its page, which is compared each time', async () => {
    for (const address of ['/', '/engines/channels/town-square', '/engines/messages/@ada']) {
      const response = await get(address)
      deepEqual([response.status, response.headers.get('content-type'), await response.text()], [200, 'text/html; charset=utf-8', '<!doctype html><title>App</title>'], address)
    }
    const first = await get('/')
    const tag = first.headers.get('etag') ?? ''
    match(first.headers.get('cache-control') ?? '', /^no-cache/)
    equal((await get('/', { 'If-None-Match': tag })).status, 304)
    equal((await get('/', { 'If-None-Match': '"other"' })).status, 200)
  })

  it('forbids scripts and styles that stand in a page, frames of others and guessing of types', async () => {
    const { headers } = await get('/')
    const policy = headers.get('content-security-policy') ?? ''
    ok(policy.includes("script-src 'self';") && policy.includes("style-src 'self';") && policy.includes("frame-ancestors 'self'"), policy)
    equal(headers.get('x-content-type-options'), 'nosniff')
  })

  it('serves files for ever, compressed where that is understood', async () => {
    const plain = await get('/static/app-1.js', { 'Accept-Encoding': 'identity' })
    deepEqual([plain.headers.get('content-encoding'), plain.headers.get('cache-control'), await plain.text()], [null, 'public, max-age=31536000, immutable', 'start()'])
    const packed = await get('/static/app-1.js', { 'Accept-Encoding': 'br, gzip' })
    deepEqual([packed.headers.get('content-encoding'), packed.headers.get('vary'), await packed.text()], ['gzip', 'Accept-Encoding', 'start()'])
    equal((await get('/static/app-1.js', { 'Accept-Encoding': 'gzip;q=0' })).headers.get('content-encoding'), null)
    equal((await get('/icon.svg')).headers.get('content-type'), 'image/svg+xml')
  })

  it('serves nothing else: no unknown file, nothing outside, nothing through a link', async () => {
    for (const address of ['/static/app-2.js', '/static/', '/static/app-1.js.gz', '/static/link.txt', '/static/..%2f..%2fsecret.txt', '/files/x']) {
      equal((await get(address)).status, 404, address)
    }
    for (const address of ['/static/../../secret.txt', '/static//../../secret.txt', '/../secret.txt', '/static/%2e%2e/%2e%2e/secret.txt', '/static/..\\..\\secret.txt']) notEqual(await getRaw(address), 'secret', address)
    equal(await (await get('/..%2fsecret.txt')).text(), '<!doctype html><title>App</title>')
  })

  it('never answers for an API', async () => {
    for (const address of ['/api', '/api/v1/nothing', '/api/v9/nothing']) {
      const response = await get(address)
      deepEqual([response.status, (await response.text()).includes('<title>')], [404, false], address)
    }
    equal((await get('/api/v1/system.describe')).status, 200)
  })
})
