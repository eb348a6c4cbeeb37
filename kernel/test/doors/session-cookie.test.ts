import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { WebSocket } from 'ws'
import { createWorld, type World } from '../../../test/harness/world.ts'
import { password } from '../../../test/harness/mattermost-client.ts'

describe('sessions in a cookie', () => {
  let world: World
  before(async () => { world = await createWorld() })
  after(() => world.close())

  const page = { 'content-type': 'application/json', 'x-requested-with': 'rookery', 'session-keeping': 'cookie' }
  const post = (operation: string, body: unknown, headers: Record<string, string>): Promise<Response> =>
    fetch(`${world.server.url}/api/v1/${operation}`, { method: 'POST', body: JSON.stringify(body), headers })
  const codeOf = async (response: Response): Promise<string> => ((await response.json()) as { error: { code: string } }).error.code
  const signIn = async (): Promise<string> => {
    const response = await post('sessions.create', { login: 'bob', password }, page)
    const told = await response.json() as { token: string, csrfToken: string }
    deepEqual([told.token, told.csrfToken], ['', ''])
    const [set = ''] = response.headers.getSetCookie()
    match(set, /^rookery_session=\w+; Max-Age=\d+; Path=\/api\/v1; HttpOnly; SameSite=Strict$/)
    return set.split(';')[0] ?? ''
  }
  /** What the hello of a socket is answered. */
  const hello = (cookie: string, headers: Record<string, string> = {}): Promise<number> => new Promise((resolve, reject) => {
    const socket = new WebSocket(`${world.server.url.replace('http', 'ws')}/api/v1/socket?session=cookie`, { headers: { cookie, ...headers } })
    socket.on('error', reject)
    socket.on('open', () => { socket.send(JSON.stringify({ type: 'hello', id: 1, version: '2' })) })
    socket.on('message', (data) => {
      socket.terminate()
      resolve((JSON.parse(String(data)) as { statusCode?: number }).statusCode ?? 200)
    })
  })

  it('lets a page act by its cookie, and not the page of somebody else', async () => {
    const cookie = await signIn()
    const mine = await fetch(`${world.server.url}/api/v1/sessions.getCurrent`, { headers: { cookie } })
    equal((await mine.json() as { user: { id: string } }).user.id, world.bob.user.id)
    equal((await post('posts.create', { channelId: world.channel.id, message: 'x' }, { ...page, cookie })).status, 200)
    const forged = await post('posts.create', { channelId: world.channel.id, message: 'x' }, { 'content-type': 'application/json', cookie })
    equal(await codeOf(forged), 'forgery_suspected')
  })

  it('opens the socket by the cookie, and refuses one that is worth nothing', async () => {
    equal(await hello(await signIn(), { origin: world.server.url }), 200)
    equal(await hello('rookery_session=nothing', { origin: world.server.url }), 401)
    const refused = await hello(await signIn(), { origin: 'https://evil.example' }).catch((error: Error) => error.message)
    ok(String(refused).includes('403'), String(refused))
  })

  it('takes the cookie back when the session ends, and one whose session has ended', async () => {
    const cookie = await signIn()
    const ended = await post('sessions.end', {}, { ...page, cookie })
    match(ended.headers.getSetCookie()[0] ?? '', /^rookery_session=; Max-Age=0; /)
    const later = await fetch(`${world.server.url}/api/v1/sessions.getCurrent`, { headers: { cookie } })
    deepEqual([later.status, later.headers.getSetCookie().length], [401, 1])
  })

  it('tells the token to whoever does not ask for a cookie', async () => {
    const response = await post('sessions.create', { login: 'bob', password }, { 'content-type': 'application/json' })
    const { token } = await response.json() as { token: string }
    deepEqual([token.length > 20, response.headers.getSetCookie()], [true, []])
  })
})
