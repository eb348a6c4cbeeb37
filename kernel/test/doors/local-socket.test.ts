import { deepEqual, equal, ok } from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, request, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { createLocalSocket } from '../../src/doors/local-socket.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'

interface Heard { readonly status: number, readonly body: string }

const ask = (socketPath: string, address: string, { method = 'POST', body = '', headers = {} }: { method?: string, body?: string, headers?: Record<string, string> } = {}): Promise<Heard> => new Promise((resolve, reject) => {
  const asked = request({ socketPath, path: address, method, agent: false, headers: { ...(body && { 'Content-Type': 'application/json' }), ...headers } }, (answer) => {
    text(answer).then((heard) => { resolve({ status: answer.statusCode ?? 0, body: heard }) }, reject)
  })
  asked.once('error', reject)
  asked.end(body)
})

describe('The socket of the local admin', () => {
  let world: World
  before(async () => { world = await createWorld() })
  after(() => world.close())
  const file = (): string => path.join(world.server.kernel.settings.dataFolder, 'rookery.sock')

  it('does what an admin may, whatever token is sent along, and what people may not', async () => {
    equal((await stat(file())).mode & 0o777, 0o600)
    equal((await ask(file(), '/api/v1/plugins.list')).status, 200)
    equal((await ask(file(), '/api/v1/plugins.list', { headers: { Authorization: `Bearer ${world.bob.token}` } })).status, 200)
    equal((await ask(file(), '/api/v1/channels.get', { body: JSON.stringify({ channelId: world.channel.id }) })).status, 200)
    deepEqual([(await ask(file(), '/api/v1/channels.get', { body: '{"channelId":1}' })).status, (await ask(file(), '/api/v1/nothing.here')).status], [400, 404])
    // Who asks has no account: what is done as somebody is not for them.
    equal((await ask(file(), '/api/v1/posts.create', { body: JSON.stringify({ channelId: world.channel.id, message: 'as nobody' }) })).status, 401)
  })

  it('leads to the native door and to no other', async () => {
    for (const address of ['/', '/api/v4/users/me', '/api/v4/plugins', '/plugins/x/', '/api/v1', '//api/v1/plugins.list']) equal((await ask(file(), address, { method: 'GET' })).status, 404, address)
  })

  it('is there again after a restart, and gone with the server', async () => {
    const before = file()
    await world.server.restart()
    equal((await ask(file(), '/api/v1/plugins.list')).status, 200)
    equal(before, file())
  })
})

describe('A place for the socket', () => {
  let folder: string
  let listener: Server
  const lines: string[] = []
  const log = { info: () => {}, warn: (message: string) => { lines.push(message) }, error: () => {} }
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'rookery-socket-'))
    listener = createServer((_request, response) => { response.end('heard') })
    lines.length = 0
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('may hold what another server left behind', async () => {
    const file = path.join(folder, 'rookery.sock')
    await writeFile(file, 'left behind')
    const local = createLocalSocket({ listener, log })
    await local.open(file)
    deepEqual([(await ask(file, '/api/v1/x')).body, lines], ['heard', []])
    await local.close()
    ok(!existsSync(file))
    await local.close()
  })

  it('may be too long a name for one: the server does without', async () => {
    const local = createLocalSocket({ listener, log })
    await local.open(path.join(folder, 'x'.repeat(200)))
    equal(lines.length, 1)
    await local.close()
  })
})
