import { deepEqual, equal, match, notEqual, ok } from 'node:assert/strict'
import { connect } from 'node:net'
import { once } from 'node:events'
import type { Post } from '@mattermost/types/posts'
import webBoot from '../../compat/contract/data/web-boot.json' with { type: 'json' }
import { ask } from '../harness/ask.ts'
import { createWorld, type World } from '../harness/world.ts'

describe('pitfalls of the door', () => {
  let world: World
  before(async () => { world = await createWorld() })
  after(() => world.close())
  const inject = (options: { url: string, method?: string, headers?: Record<string, string>, payload?: string | Buffer }) => world.server.kernel.http.hapi.inject(options)

  it('pitfall 15: the type of JSON is exactly application/json, of errors too', async () => {
    const { token } = world.ada
    const requests = [
      { url: '/api/v4/users/me', headers: { authorization: `Bearer ${token}` } },
      { url: '/api/v4/users/me' }, { url: '/api/v4/nowhere' }, { url: '/api/v1/nowhere.none' }, { url: `/api/v4/users/${'x'.repeat(9000)}` },
      { url: '/api/v4/users', method: 'POST', payload: '{' }, { url: '/api/v4/users', method: 'POST', payload: 'x'.repeat(3 * 1024 * 1024) },
      { url: '/api/v1/posts.create', method: 'POST', payload: 'x'.repeat(3 * 1024 * 1024) }, { url: '/api/v1/posts.create' }, { url: '/static/none.js' },
      { url: '/api/v4/%zz' }, { url: '/api/v4/users/me?access_token=abc' }, { url: '/hooks/x', method: 'POST' },
    ]
    const seen = await Promise.all(requests.map(async (request) => {
      const { statusCode, headers, payload } = await inject(request)
      JSON.parse(payload)
      return [statusCode, headers['content-type']]
    }))
    deepEqual(seen, [200, 401, 404, 404, 414, 400, 413, 413, 405, 404, 400, 401, 404].map((status) => [status, 'application/json']))
  })

  it('pitfall 16: everything that the web app asks is answered, and what it cannot do without is never a 501', async () => {
    const { ada, bob, team, channel } = world
    const post = await ada.client.createPost({ channel_id: channel.id, message: 'A root' } as Post)
    const form = new FormData()
    form.append('channel_id', channel.id)
    form.append('files', new Blob(['loom']), 'loom.txt')
    // What the web app puts in place of {id}, one after another, and what it sends.
    const ids: Readonly<Record<string, readonly string[]>> = {
      'users/{id}': [ada.user.id], 'teams/{id}': [team.id], 'channels/{id}': [channel.id], 'posts/{id}': [post.id], 'drafts/{id}': [post.id], 'notices/{id}': [team.id],
    }
    const draft = { user_id: ada.user.id, channel_id: channel.id, root_id: '', message: 'To be' }
    const bodies: Readonly<Record<string, unknown>> = {
      'POST /api/v4/users/login': { login_id: 'ada', password: 'correct horse battery staple' },
      'POST /api/v4/roles/names': ['system_user', 'team_user', 'channel_user'], 'PUT /api/v4/users/me/patch': { timezone: { useAutomaticTimezone: 'true', automaticTimezone: 'Europe/Berlin', manualTimezone: '' } },
      'PUT /api/v4/users/{id}/preferences': [{ user_id: ada.user.id, category: 'tutorial_step', name: ada.user.id, value: '0' }], 'POST /api/v4/users/status/ids': [ada.user.id, bob.user.id],
      'POST /api/v4/channels/members/me/view': { channel_id: channel.id, prev_channel_id: '' }, 'POST /api/v4/posts': { channel_id: channel.id, message: 'Hello', pending_post_id: `${ada.user.id}:1` },
      'POST /api/v4/drafts': draft, 'POST /api/v4/files': form, 'POST /api/v4/teams/{id}/posts/search': { terms: 'loom', is_or_search: false }, 'POST /api/v4/teams/{id}/files/search': { terms: 'loom', is_or_search: false },
    }
    const searchesOf: Readonly<Record<string, string>> = { 'GET /api/v4/config/client': '?format=old', 'GET /api/v4/license/client': '?format=old', 'GET /api/v4/analytics/old': '?name=standard&team_id=', 'GET /api/v4/system/notices/{id}': '?client=web&clientVersion=11.3.0', 'GET /api/v4/users/{id}/channel_members': '?page=-1&per_page=60' }
    const asAdmin = ['GET /api/v4/config', 'GET /api/v4/config/environment', 'GET /api/v4/users/stats/filtered']
    const fill = (path: string): string => path.replace(/(\w+)\/\{id\}/g, (place, noun: string) => `${noun}/${ids[place]?.[0] ?? 'none'}`)
    const answers = Object.fromEntries(await Promise.all(Object.keys(webBoot.requests).map(async (request) => {
      const [method = '', path = ''] = request.split(' ')
      const { status } = await ask(world.server.url, asAdmin.includes(request) ? world.admin.token : ada.token, method, `${fill(path).slice('/api/v4'.length)}${searchesOf[request] ?? ''}`, bodies[request])
      return [request, status] as const
    }))) as Record<string, number>

    // What plugins that are not here would answer, and what the web app bears to be without.
    const isBorne = (request: string): boolean => webBoot.bears_501.some((borne) => request.includes(`/${borne.split(' ')[0] ?? ''}`))
    deepEqual(Object.entries(answers).filter(([request, status]) => status >= 300 && !(status === 501 && isBorne(request))), [])
    for (const needed of [...webBoot.blocks.map((name) => name.replace(/ \(.*/, '')), ...Object.keys(answers).filter((name) => /channels\/categories$|posts\/unread$/.test(name))]) ok((answers[needed] ?? 0) < 300, needed)
  })

  it('lets clients that offer HTTP/2 go on, and upgrades nothing but websockets', async () => {
    const { port } = world.server.kernel.settings.listen
    const talk = async (text: string): Promise<string> => {
      const socket = connect(port, '127.0.0.1')
      socket.write(text)
      let answer = ''
      for await (const chunk of socket as AsyncIterable<Buffer>) answer += String(chunk)
      return answer
    }
    const offer = 'Host: localhost\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n'
    match(await talk(`GET /api/v4/system/ping HTTP/1.1\r\n${offer}`), /^HTTP\/1\.1 200 /)
    match(await talk(`GET /api/v4/websocket HTTP/1.1\r\n${offer}`), /^HTTP\/1\.1 400 [^]*api\.web_socket\.connect\.upgrade\.app_error/)
    match(await talk(`GET /api/v1/socket HTTP/1.1\r\n${offer}`), /^HTTP\/1\.1 400 [^]*not_a_websocket/)
  })

  it('pitfall 21: the cookie beats Authorization, a cookie alone changes nothing, and a dead one is taken back', async () => {
    const login = await inject({ url: '/api/v4/users/login', method: 'POST', payload: JSON.stringify({ login_id: 'ada', password: 'correct horse battery staple' }) })
    const cookies = (login.headers['set-cookie'] as string[]).map((cookie) => cookie.split(';')[0])
    const [auth, user, csrf] = cookies
    match(String(login.headers['token']), /^\S{20,}$/)
    ok((login.headers['set-cookie'] as string[]).some((cookie) => /^MMAUTHTOKEN=.*HttpOnly/.test(cookie)))
    ok((login.headers['set-cookie'] as string[]).filter((cookie) => !cookie.startsWith('MMAUTHTOKEN')).every((cookie) => !cookie.includes('HttpOnly')))
    equal(user, `MMUSERID=${world.ada.user.id}`)
    const me = await inject({ url: '/api/v4/users/me', headers: { cookie: auth ?? '', authorization: `Bearer ${world.bob.token}` } })
    equal(JSON.parse(me.payload).id, world.ada.user.id)
    const ids = { url: '/api/v4/users/ids', method: 'POST', payload: JSON.stringify([world.ada.user.id]) }
    const forged = await inject({ ...ids, headers: { cookie: auth ?? '' } })
    deepEqual([forged.statusCode, JSON.parse(forged.payload).id], [401, 'api.context.session_expired.app_error'])
    equal((await inject({ ...ids, headers: { cookie: auth ?? '', 'x-csrf-token': 'wrong' } })).statusCode, 401)
    equal((await inject({ ...ids, headers: { cookie: auth ?? '', 'x-csrf-token': csrf?.split('=')[1] ?? '' } })).statusCode, 200)
    equal((await inject({ ...ids, headers: { cookie: auth ?? '', 'x-requested-with': 'XMLHttpRequest' } })).statusCode, 200)
    const dead = await inject({ url: '/api/v4/users/me', headers: { cookie: 'MMAUTHTOKEN=dead' } })
    equal(dead.statusCode, 401)
    match(String(dead.headers['set-cookie']), /MMAUTHTOKEN=; Path=\/; Max-Age=0/)
    equal((await inject({ url: '/api/v4/config/client', headers: { cookie: 'MMAUTHTOKEN=dead' } })).statusCode, 200)
  })

  it('pitfalls 22 and 26: the root answers GET and HEAD with a page, so does every other address that is no API', async () => {
    for (const url of ['/', '/engines/channels/looms', '/login']) {
      for (const method of ['GET', 'HEAD']) {
        const { statusCode, headers } = await inject({ url, method })
        equal(statusCode, 200)
        match(String(headers['content-type']), /^text\/html/)
        match(String(headers['cache-control']), /^no-cache/)
        equal(headers['x-frame-options'], 'SAMEORIGIN')
        equal(headers['x-content-type-options'], 'nosniff')
        match(String(headers['content-security-policy']), /frame-ancestors 'self'/)
      }
    }
    equal((await inject({ url: '/static/../package.json' })).statusCode === 200 && (await inject({ url: '/static/../package.json' })).payload.includes('rookery'), false)
    equal((await inject({ url: '/static/none.js' })).statusCode, 404)
    match((await inject({ url: '/robots.txt' })).payload, /User-agent/)
    equal((await inject({ url: '/', method: 'POST' })).statusCode, 404)
    for (const url of ['/api/nowhere', '/api/v4/nowhere']) {
      const { statusCode, headers, payload } = await inject({ url })
      deepEqual([statusCode, headers['content-type'], JSON.parse(payload).status_code ?? 404], [404, 'application/json', 404])
    }
  })

  it('takes the address and the scheme of a client from trusted proxies only', async () => {
    const login = { url: '/api/v4/users/login', method: 'POST', payload: JSON.stringify({ login_id: 'ada', password: 'correct horse battery staple' }), headers: { 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.9' } }
    ok(!String((await inject(login)).headers['set-cookie']).includes('Secure'))
  })

  it('limits requests where an admin asks for it, and says how many are left', async () => {
    const { liveSettings } = world.server.kernel
    const patch = (body: unknown) => inject({ url: '/api/v4/config/patch', method: 'PUT', headers: { authorization: `Bearer ${world.admin.token}` }, payload: JSON.stringify(body) })
    equal((await inject({ url: '/api/v4/system/ping' })).headers['x-ratelimit-limit'], undefined)
    equal((await patch({ RateLimitSettings: { Enable: true, PerSec: 1, MaxBurst: 3 } })).statusCode, 200)
    equal(liveSettings.settings.limits.requestsPerSecond, 1)
    const answers = []
    for (let count = 0; count < 4; count += 1) answers.push(await inject({ url: '/api/v4/system/ping' }))
    deepEqual(answers.map(({ statusCode }) => statusCode), [200, 200, 200, 429])
    equal(answers[0]?.headers['x-ratelimit-limit'], '3')
    equal(answers[3]?.headers['retry-after'], '1')
    liveSettings.learn(new Map())
    notEqual((await inject({ url: '/api/v4/system/ping' })).statusCode, 429)
  })

  it('answers bytes that are no HTTP, and goes on', async () => {
    const socket = connect(world.server.kernel.settings.listen.port, '127.0.0.1')
    socket.write('NONSENSE\r\n\r\n')
    const [answer] = await once(socket, 'data') as [Buffer]
    match(String(answer), /^HTTP\/1\.1 400/)
    socket.destroy()
    equal((await inject({ url: '/api/v4/system/ping' })).statusCode, 200)
  })
})
