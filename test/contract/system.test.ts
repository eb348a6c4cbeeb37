import { deepEqual, equal, match, notEqual, ok } from 'node:assert/strict'
import { sql } from '../../kernel/src/storage/index.ts'
import { openSocket } from '../harness/mattermost-client.ts'
import { createWorld, type World } from '../harness/world.ts'

type Json = Record<string, unknown>

describe('the system around the chat', () => {
  let world: World
  before(async () => { world = await createWorld() })
  after(() => world.close())

  const ask = async (path: string, { token, method = 'GET', body, headers = {} }: { token?: string, method?: string, body?: unknown, headers?: Record<string, string> } = {}) => {
    const response = await fetch(`${world.server.url}${path}`, {
      method, headers: { ...(token && { authorization: `Bearer ${token}` }), ...headers }, ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type') === 'application/json'
    return { status: response.status, headers: response.headers, text, json: (isJson && text !== '' ? JSON.parse(text) : undefined) as Json }
  }

  it('pings, with the state of its parts where asked (pitfall 13)', async () => {
    const plain = await ask('/api/v4/system/ping')
    equal(plain.status, 200)
    equal(plain.json['status'], 'OK')
    equal(plain.json['CanReceiveNotifications'], undefined)
    const full = await ask('/api/v4/system/ping?get_server_status=true&device_id=android-1')
    deepEqual([full.json['database_status'], full.json['filestore_status'], full.json['CanReceiveNotifications']], ['OK', 'OK', 'false'])
    equal((await ask('/api/v4/system/ping', { method: 'HEAD' })).status, 200)
  })

  it('tells its configuration to clients, all of it only to those who are signed in (pitfalls 12, 22, 23)', async () => {
    const limited = await ask('/api/v4/config/client?format=old')
    const full = await ask('/api/v4/config/client?format=old', { token: world.ada.token })
    equal(limited.json['MaxPostSize'], undefined)
    equal(full.json['MaxPostSize'], '16383')
    ok([...Object.values(limited.json), ...Object.values(full.json)].every((value) => typeof value === 'string'))
    match(String(limited.json['DiagnosticId']), /^[a-z0-9]{26}$/)
    equal(full.json['DiagnosticId'], limited.json['DiagnosticId'])
    equal(limited.json['NoAccounts'], 'false')
    deepEqual([full.json['WebsocketPort'], full.json['WebsocketSecurePort']], ['80', '443'])
    equal(limited.headers.get('cache-control'), 'no-cache, no-store, must-revalidate')
    match(limited.headers.get('x-version-id') ?? '', /^11\.9\.0\.11\.9\.0\.[0-9a-f]{16}\.false$/)
  })

  it('tells writers natively how much it takes, as it is set at the moment, and strangers nothing', async () => {
    const limits = (): ReturnType<typeof ask> => ask('/api/v1/system.describeLimits', { token: world.ada.token, method: 'POST', body: {}, headers: { 'content-type': 'application/json' } })
    deepEqual((await limits()).json, { messageLength: 16_383, filesPerPost: 10, fileBytes: 104_857_600, editWindowSeconds: -1, reactionKindsPerPost: 50 })
    const set = (value: number | null) => ask('/api/v1/settings.patch', { token: world.admin.token, method: 'POST', body: { values: { 'posts.maximumFiles': value } }, headers: { 'content-type': 'application/json' } })
    equal((await set(3)).status, 200)
    equal((await limits()).json['filesPerPost'], 3)
    equal((await set(null)).status, 200)
    equal((await ask('/api/v1/system.describeLimits', { method: 'POST', body: {}, headers: { 'content-type': 'application/json' } })).status, 401)
  })

  it('has no licence, and wants to be asked in the old format', async () => {
    deepEqual((await ask('/api/v4/license/client?format=old')).json, { IsLicensed: 'false' })
    const refused = await ask('/api/v4/license/client')
    deepEqual([refused.status, refused.json['id']], [400, 'api.license.client.old_format.app_error'])
    equal((await ask('/api/v4/license/client?format=new')).status, 400)
    deepEqual((await ask('/api/v4/plugins/webapp')).json, [])
  })

  it('round-trips the whole admin configuration and keeps secrets (pitfall 25)', async () => {
    const { token } = world.admin
    const before = (await ask('/api/v4/config', { token })).json as Record<string, Json>
    const changed = structuredClone(before)
    changed['EmailSettings']!['SMTPPassword'] = 'hunter2'
    changed['TeamSettings']!['SiteName'] = 'Rook & Co'
    changed['ServiceSettings']!['EnableLatex'] = true
    changed['LocalizationSettings']!['AvailableLocales'] = 'en,de'
    const socket = await openSocket(world.server.url, world.bob.token)
    const versionBefore = (await ask('/api/v4/system/ping')).headers.get('x-version-id')
    const put = await ask('/api/v4/config', { token, method: 'PUT', body: changed })
    equal(put.status, 200)
    // What was set before may still be told: the event that counts is the one with the new name.
    const told = await socket.event('config_changed', ({ data }) => (data as { config: Json }).config['SiteName'] === 'Rook & Co')
    socket.close()
    const client = (told.data as { config: Json }).config
    deepEqual([client['EnableLatex'], client['AvailableLocales']], ['true', 'en,de'])
    notEqual((await ask('/api/v4/system/ping')).headers.get('x-version-id'), versionBefore)
    equal(world.server.kernel.settings.site.name, 'Rook & Co')

    const after = (await ask('/api/v4/config', { token })).json as Record<string, Json>
    equal(after['EmailSettings']!['SMTPPassword'], '*'.repeat(32))
    changed['EmailSettings']!['SMTPPassword'] = '*'.repeat(32)
    deepEqual(after, changed)
    deepEqual(put.json, after)
    // Asterisks written back leave the secret alone, and everything else as well.
    const again = await ask('/api/v4/config', { token, method: 'PUT', body: after })
    deepEqual(again.json, after)
    ok(!JSON.stringify(await world.server.kernel.db.any(sql`select value from settings`)).includes('hunter2'))
    await ask('/api/v4/config', { token, method: 'PUT', body: before })
    deepEqual((await ask('/api/v4/config', { token })).json, before)
  })

  it('patches single keys, and refuses wrong types, a cleared address and those who are no admins', async () => {
    const { token } = world.admin
    const patched = await ask('/api/v4/config/patch', { token, method: 'PUT', body: { PasswordSettings: { MinimumLength: 12 }, Unknown: { x: 1 }, RateLimitSettings: { MaxBurst: 70 } } })
    equal((patched.json as Record<string, Json>)['PasswordSettings']!['MinimumLength'], 12)
    equal(world.server.kernel.settings.accounts.minimumPasswordLength, 12)
    equal((await ask('/api/v4/config/patch', { token, method: 'PUT', body: { PasswordSettings: { MinimumLength: 8 } } })).status, 200)
    const wrong = await ask('/api/v4/config/patch', { token, method: 'PUT', body: { PasswordSettings: { MinimumLength: 'long' } } })
    deepEqual([wrong.status, wrong.json['id']], [400, 'api.context.invalid_body_param.app_error'])
    match(String(wrong.json['message']), /PasswordSettings\.MinimumLength/)
    const cleared = await ask('/api/v4/config/patch', { token, method: 'PUT', body: { ServiceSettings: { SiteURL: '' } } })
    deepEqual([cleared.status, cleared.json['id']], [400, 'api.config.update_config.clear_siteurl.app_error'])
    for (const [method, path, body] of [['GET', '/config'], ['PUT', '/config', {}], ['PUT', '/config/patch', {}], ['GET', '/config/environment'], ['POST', '/config/reload', {}]] as const) {
      const refused = await ask(`/api/v4${path}`, { token: world.ada.token, method, body })
      deepEqual([path, refused.status, refused.json['id']], [path, 403, 'api.context.permissions.app_error'])
      equal((await ask(`/api/v4${path}`, { method, body })).status, 401)
    }
    equal((await ask('/api/v4/config/reload', { token, method: 'POST' })).json['status'], 'OK')
    deepEqual((await ask('/api/v4/config/environment', { token })).json['ServiceSettings'], { SiteURL: true })
  })

  it('takes lines for its log from clients, and knows the time zones', async () => {
    const { token } = world.ada
    deepEqual((await ask('/api/v4/logs', { token, method: 'POST', body: { level: 'ERROR', message: 'x'.repeat(1000) } })).json, { level: 'ERROR', message: 'x'.repeat(400) })
    equal((await ask('/api/v4/logs', { method: 'POST', body: { level: 'ERROR', message: 'x' } })).status, 401)
    ok((await ask('/api/v4/system/timezones', { token })).text.includes('"Europe/Berlin"'))
    equal((await ask('/api/v4/system/timezones')).status, 401)
  })

  it('answers what nobody offers: 501, an empty form where clients need one, 404 for the unknown', async () => {
    const { token } = world.ada
    const gated = await ask('/api/v4/cluster/status', { token })
    equal(gated.status, 501)
    const form = await ask('/api/v4/trial-license/prev', { token })
    deepEqual([form.status, form.headers.get('x-rookery-empty-form'), form.json], [200, 'true', { IsLicensed: 'false' }])
    deepEqual((await ask('/api/v4/trial-license/prev')).status, 401)
    for (const path of ['/api/v4/nowhere', '/api/v5/users', '/api/foo', '/api']) {
      const response = await world.server.kernel.http.hapi.inject({ url: path, headers: { authorization: `Bearer ${token}` } })
      deepEqual([path, response.statusCode, JSON.parse(response.payload).id, response.headers['content-type']], [path, 404, 'api.context.404.app_error', 'application/json'])
    }
    for (const method of ['PATCH', 'OPTIONS', 'DELETE']) {
      const response = await world.server.kernel.http.hapi.inject({ method, url: '/api/v4/system/ping' })
      deepEqual([method, response.statusCode, JSON.parse(response.payload).id], [method, 404, 'api.context.404.app_error'])
    }
  })
})
