import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { createTestClock } from '../../kernel/src/clock.ts'
import { sql } from '../../kernel/src/storage/index.ts'
import { ask, type Heard } from '../harness/ask.ts'
import { openSocket, password, signIn, type Person, type Socket } from '../harness/mattermost-client.ts'
import { createTestServer } from '../harness/test-server.ts'
import { createWorld, type World } from '../harness/world.ts'

const idOf = ({ status, body }: Heard): unknown => [status, (body as { id: string }).id]

/** Opens a socket and answers when it was closed, in milliseconds since `begin` was called. */
async function watchClose(world: { server: { url: string } }, token: string): Promise<{ socket: Socket, within: (act: () => Promise<unknown>) => Promise<number> }> {
  const socket = await openSocket(world.server.url, token)
  const closed = new Promise<number>((resolve) => { socket.webSocket.addCloseListener(() => { resolve(Date.now()) }) })
  return {
    socket,
    async within(act) {
      await act()
      const done = Date.now()
      const at = await closed
      socket.close()
      return at - done
    },
  }
}

describe('signing in', () => {
  let world: World
  before(async () => { world = await createWorld({ clock: createTestClock() }) })
  after(() => world.close())

  it('POST /users/login takes name, address or id, and answers with token and cookies', async () => {
    const { server, ada } = world
    const login = (body: unknown, headers = {}) => ask(server.url, '', 'POST', '/users/login', body, headers)
    for (const who of [{ login_id: 'ADA' }, { login_id: 'ada@example.com' }, { id: ada.user.id }, { login_id: ada.user.id }]) {
      const { status, body, headers } = await login({ ...who, password }, { 'User-Agent': 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36' })
      deepEqual([status, (body as { id: string }).id], [200, ada.user.id])
      equal((await ask(server.url, headers.get('token') ?? '', 'GET', '/users/me')).status, 200)
      deepEqual(headers.getSetCookie().map((cookie) => cookie.split('=')[0]), ['MMAUTHTOKEN', 'MMUSERID', 'MMCSRF'])
    }
    deepEqual(idOf(await login({ login_id: 'ada', password: 'wrong password' })), [401, 'api.user.login.invalid_credentials_email_username'])
    deepEqual(idOf(await login({ login_id: 'nobody', password })), [401, 'api.user.login.invalid_credentials_email_username'])
    deepEqual(idOf(await login({ login_id: 'ada', password: '' })), [400, 'api.user.login.blank_pwd.app_error'])
    deepEqual(idOf(await login({ login_id: 7, password })), [400, 'api.context.invalid_body_param.app_error'])
    equal((await login([])).status, 400)
    deepEqual((await ask(server.url, '', 'POST', '/users/login/type', { login_id: 'ada' })).body, { auth_service: '' })
    deepEqual((await ask(server.url, '', 'POST', '/users/login/type', { login_id: 'nobody' })).body, { auth_service: '' })
    equal((await ask(server.url, '', 'POST', '/users/login/type', {})).status, 400)
  })

  it('POST /users/login ends the session that was used longest ago where an account has two hundred', async () => {
    const { server, server: { kernel: { db } } } = world
    const login = async (): Promise<string> => (await ask(server.url, '', 'POST', '/users/login', { login_id: 'hoarder', password })).headers.get('token') ?? ''
    const status = async (token: string): Promise<number> => (await ask(server.url, token, 'GET', '/users/me')).status
    const { user, token: oldest } = await signIn(server.url, 'hoarder')
    await db.query(sql`
      insert into sessions (id, token_hash, user_id, create_at, expires_at, last_activity_at)
      select lpad(n::text, 26, '0'), decode(md5(n::text), 'hex'), user_id, create_at, expires_at, last_activity_at + n from sessions, generate_series(1, 199) n where user_id = ${user.id}`)
    equal(await status(oldest), 200)
    const token = await login()
    deepEqual([await status(oldest), await status(token)], [401, 200])
    equal(((await ask(server.url, token, 'GET', '/users/me/sessions')).body as unknown[]).length, 200)
    await Promise.all([login(), login(), login()])
    equal(await db.value(sql`select count(*) from sessions where user_id = ${user.id}`), 200)
  })

  it('POST /users/login bears a second factor, of which nobody is asked here', async () => {
    const login = (token: unknown) => ask(world.server.url, '', 'POST', '/users/login', { login_id: 'ada', password, token })
    for (const token of ['', '123456', 'nothing', '1'.repeat(100), null]) equal((await login(token)).status, 200, String(token))
    for (const token of [123_456, true, {}, ['123456'], '1'.repeat(129)]) {
      const { status, body } = await login(token)
      deepEqual([status, (body as { id: string }).id], [400, 'api.context.invalid_body_param.app_error'], String(token))
    }
    equal((await ask(world.server.url, '', 'POST', '/users/login', { login_id: 'ada', password: 'wrong password', token: '123456' })).status, 401)
    const [ada] = [world.ada.user.id]
    for (const [method, path] of [['PUT', `/users/${ada}/mfa`], ['POST', `/users/${ada}/mfa/generate`]] as const) {
      equal((await ask(world.server.url, world.ada.token, method, path, { activate: true, code: '123456' })).status, 501)
    }
  })

  it('GET /users/{id}/sessions tells where one is signed in, and others may not know', async () => {
    const { server, ada, bob, admin } = world
    const sessions = await ada.client.getSessions(ada.user.id)
    const facts = sessions.map(({ props, roles, token }) => [props.platform, props.os, props.browser, roles, token])
    ok(facts.some(([platform, os, browser]) => platform === 'Windows' && os === 'Windows 10' && browser === 'Chrome/140.0.0.0'))
    ok(facts.every(([, , , roles, token]) => roles === 'system_user' && token === ''))
    equal((await admin.client.getSessions(ada.user.id)).length, sessions.length)
    await rejects(bob.client.getSessions(ada.user.id), { status_code: 403 })
    equal((await ask(server.url, '', 'GET', `/users/${ada.user.id}/sessions`)).status, 401)
  })

  it('PUT /users/sessions/device keeps one session per device', async () => {
    const { server, team } = world
    const dan = await signIn(server.url, 'dan', { inviteId: team.invite_id })
    const other = await signIn(server.url, 'dan', { isNew: false })
    const device = (token: string, body: unknown) => ask(server.url, token, 'PUT', '/users/sessions/device', body)
    equal((await device(other.token, { device_id: 'apple_rn-v2:abc' })).status, 200)
    equal((await device(dan.token, { device_id: 'apple_rn-v2:abc', deviceNotificationDisabled: 'true', mobileVersion: '2.30.0' })).status, 200)
    await rejects(other.client.getMe(), { status_code: 401 })
    const [session] = await dan.client.getSessions(dan.user.id)
    deepEqual([session?.device_id, session?.props.device_notification_disabled, session?.props.mobile_version], ['apple_rn-v2:abc', 'true', '2.30.0'])
    const third = await ask(server.url, '', 'POST', '/users/login', { login_id: 'dan', password, device_id: 'apple_rn-v2:abc' })
    equal(third.status, 200)
    await rejects(dan.client.getMe(), { status_code: 401 })
    const token = third.headers.get('token') ?? ''
    for (const body of [{ deviceNotificationDisabled: 'perhaps' }, { mobileVersion: 'new' }, { device_id: 7 }, { device_id: 'x'.repeat(513) }]) {
      equal((await device(token, body)).status, 400, JSON.stringify(body))
    }
    equal((await device('', { device_id: 'x' })).status, 401)
  })

  it('slows down who guesses at one account, by any of its names, but nobody else', async () => {
    const { server, admin, bob, team } = world
    await signIn(server.url, 'eve', { inviteId: team.invite_id })
    const guess = (login: string, word = 'wrong password') => ask(server.url, '', 'POST', '/users/login', { login_id: login, password: word })
    for (let count = 0; count < 10; count += 1) equal((await guess(count % 2 ? 'eve' : 'eve@example.com')).status, 401)
    const refused = await guess('eve', password)
    deepEqual([idOf(refused), Number(refused.headers.get('retry-after')) > 0], [[401, 'api.user.check_user_login_attempts.too_many.app_error'], true])
    equal((await guess('bob', password)).status, 200)
    const { id } = await bob.client.getUserByUsername('eve')
    equal((await ask(server.url, bob.token, 'POST', `/users/${id}/reset_failed_attempts`)).status, 403)
    equal((await ask(server.url, admin.token, 'POST', `/users/${id}/reset_failed_attempts`)).status, 200)
    equal((await guess('eve', password)).status, 200)
  })

  it('slows down an address that guesses at many accounts', async function () {
    this.timeout(60_000)
    // No time passes, in which attempts would come back.
    const server = await createTestServer({ clock: createTestClock() })
    try {
      await signIn(server.url, 'fay')
      for (let count = 0; count < 20; count += 1) await signIn(server.url, 'fay', { isNew: false })
      const guesses: Heard[] = []
      for (let count = 0; count < 10; count += 1) {
        guesses.push(...await Promise.all(Array.from({ length: 11 }, (_, number) => ask(server.url, '', 'POST', '/users/login', { login_id: `nobody${count}-${number}`, password }))))
      }
      equal(guesses.filter((heard) => (heard.body as { id: string }).id === 'api.user.check_user_login_attempts.too_many.app_error').length, 10)
    } finally { await server.close() }
  })
})

describe('the end of a session', () => {
  let world: World
  before(async () => { world = await createWorld() })
  after(() => world.close())

  const again = (username: string): Promise<Person> => signIn(world.server.url, username, { isNew: false })

  it('by signing out, by being revoked alone or with all, closes its sockets within a second', async () => {
    const { server, ada, bob } = world
    const first = await again('ada')
    const watched = await watchClose(world, first.token)
    ok(await watched.within(() => first.client.logout()) < 1000)
    await rejects(first.client.getMe(), { status_code: 401, server_error_id: 'api.context.session_expired.app_error' })

    const second = await again('ada')
    const [newest] = await second.client.getSessions(ada.user.id)
    const watchedSecond = await watchClose(world, second.token)
    const revoke = (person: Person, sessionId: string) => ask(server.url, person.token, 'POST', `/users/${ada.user.id}/sessions/revoke`, { session_id: sessionId })
    equal((await revoke(bob, newest?.id ?? '')).status, 403)
    equal((await revoke(ada, 'x'.repeat(26))).status, 400)
    equal((await revoke(ada, 'short')).status, 400)
    ok(await watchedSecond.within(() => revoke(ada, newest?.id ?? '')) < 1000)
    await rejects(second.client.getMe(), { status_code: 401 })

    const third = await again('ada')
    const watchedThird = await watchClose(world, third.token)
    await rejects(bob.client.revokeAllSessionsForUser(ada.user.id), { status_code: 403 })
    ok(await watchedThird.within(() => ada.client.revokeAllSessionsForUser(ada.user.id)) < 1000)
    await rejects(ada.client.getMe(), { status_code: 401 })
    // A page of somebody else cannot sign people out.
    equal((await ask(server.url, '', 'POST', '/users/logout', undefined, { cookie: `MMAUTHTOKEN=${bob.token}` })).status, 401)
    equal((await bob.client.getMe()).username, 'bob')
    equal((await ask(server.url, '', 'POST', '/users/logout')).status, 200)
  })

  it('may come to all devices but one\'s own', async () => {
    const { server } = world
    const [mine, other] = [await again('ada'), await again('ada')]
    const run = (token: string, input: unknown) => fetch(`${server.url}/api/v1/sessions.revokeAll`, {
      method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify(input),
    })
    equal((await run(world.bob.token, { userId: mine.user.id, exceptCurrent: true })).status, 403)
    const watched = await watchClose(world, other.token)
    ok(await watched.within(() => run(mine.token, { userId: mine.user.id, exceptCurrent: true })) < 1000)
    await rejects(other.client.getMe(), { status_code: 401 })
    equal((await mine.client.getMe()).username, 'ada')
  })

  it('may come to everybody at once', async () => {
    const own = await createWorld()
    const { server, admin, bob } = own
    const revoke = (token: string) => ask(server.url, token, 'POST', '/users/sessions/revoke/all')
    equal((await revoke(bob.token)).status, 403)
    equal((await revoke(admin.token)).status, 200)
    for (const { client } of [admin, bob]) await rejects(client.getMe(), { status_code: 401 })
    await own.close()
  })

  it('comes by itself when its time is over', async () => {
    const server = await createTestServer({ settings: { accounts: { sessionHours: 2 / 3600 } } })
    try {
      const ada = await signIn(server.url, 'ada')
      const watched = await watchClose({ server }, ada.token)
      const closedAfter = await watched.within(() => Promise.resolve())
      ok(closedAfter < 4000, `it took ${closedAfter} ms`)
      await rejects(ada.client.getMe(), { status_code: 401 })
      const { count } = await server.kernel.db.one<{ count: number }>(sql`select count(*) as count from sessions`)
      equal(count, 0)
    } finally { await server.close() }
  })

  it('refuses a sign-in that was begun with a password that has been changed meanwhile', async () => {
    const { server, admin, bob } = world
    const fresh = 'another long password'
    const outcomes = await Promise.all([
      ...Array.from({ length: 6 }, () => ask(server.url, '', 'POST', '/users/login', { login_id: 'bob', password })),
      ask(server.url, admin.token, 'PUT', `/users/${bob.user.id}/password`, { new_password: fresh }),
    ])
    equal(outcomes.at(-1)?.status, 200)
    for (const { headers } of outcomes.slice(0, -1)) {
      const token = headers.get('token')
      if (token) equal((await ask(server.url, token, 'GET', '/users/me')).status, 401)
    }
    equal((await ask(server.url, '', 'POST', '/users/login', { login_id: 'bob', password: fresh })).status, 200)
  })
})

describe('personal access tokens', () => {
  it('act for their owner until they are disabled or revoked, and for who may have them only', async () => {
    const world = await createWorld({ settings: { accounts: { allowAccessTokens: true } } })
    try {
      const { server, admin, ada, bob } = world
      await rejects(ada.client.createUserAccessToken(ada.user.id, 'robot'), { status_code: 403 })
      await admin.client.updateUserRoles(ada.user.id, 'system_user system_user_access_token')
      const made = await ada.client.createUserAccessToken(ada.user.id, 'robot') as { id: string, token: string, description: string }
      await rejects(ada.client.createUserAccessToken(ada.user.id, ''), { status_code: 400 })
      await rejects(ada.client.createUserAccessToken(bob.user.id, 'robot'), { status_code: 403 })
      const me = async (): Promise<number> => (await ask(server.url, made.token, 'GET', '/users/me')).status
      equal(await me(), 200)
      const listed = { id: made.id, user_id: ada.user.id, description: 'robot', is_active: true }
      deepEqual(await ada.client.getUserAccessTokensForUser(ada.user.id), [listed])
      deepEqual(await ada.client.getUserAccessToken(made.id), listed)
      deepEqual(await admin.client.getUserAccessTokens(), [listed])
      for (const term of ['ada', made.id.slice(0, 10), ada.user.id]) deepEqual((await ask(server.url, admin.token, 'POST', '/users/tokens/search', { term })).body, [listed])
      deepEqual((await ask(server.url, admin.token, 'POST', '/users/tokens/search', { term: '%' })).body, [])
      equal((await ask(server.url, ada.token, 'POST', '/users/tokens/search', { term: 'ada' })).status, 403)
      await rejects(ada.client.getUserAccessTokens(), { status_code: 403 })
      await rejects(bob.client.getUserAccessToken(made.id), { status_code: 403 })
      await rejects(bob.client.getUserAccessTokensForUser(ada.user.id), { status_code: 403 })
      await rejects(ada.client.getUserAccessToken('x'.repeat(26)), { status_code: 404 })

      const watched = await watchClose(world, made.token)
      await rejects(bob.client.disableUserAccessToken(made.id), { status_code: 403 })
      ok(await watched.within(() => ada.client.disableUserAccessToken(made.id)) < 1000)
      equal(await me(), 401)
      await ada.client.enableUserAccessToken(made.id)
      equal(await me(), 200)
      const watchedAgain = await watchClose(world, made.token)
      await rejects(bob.client.revokeUserAccessToken(made.id), { status_code: 403 })
      ok(await watchedAgain.within(() => ada.client.revokeUserAccessToken(made.id)) < 1000)
      equal(await me(), 401)
      await rejects(ada.client.enableUserAccessToken(made.id), { status_code: 404 })
      const anew = await admin.client.createUserAccessToken(ada.user.id, 'by an admin') as { token: string }
      equal((await ask(server.url, anew.token, 'GET', '/users/me')).status, 200)
      await admin.client.updateUserActive(ada.user.id, false)
      equal((await ask(server.url, anew.token, 'GET', '/users/me')).status, 401)
    } finally { await world.close() }
  })

  it('are refused where an admin has not allowed them', async () => {
    const world = await createWorld()
    try {
      await rejects(world.admin.client.createUserAccessToken(world.admin.user.id, 'robot'), { status_code: 501, server_error_id: 'app.user_access_token.disabled' })
    } finally { await world.close() }
  })
})
