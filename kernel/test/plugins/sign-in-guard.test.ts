import { deepEqual, equal, match } from 'node:assert/strict'
import { pluginsGet, pluginsSetHook } from '@rookery/sdk/protocol'
import { runCommand } from '../../../sdk/src/cli/commands.ts'
import { ask } from '../../../test/harness/ask.ts'
import { password } from '../../../test/harness/mattermost-client.ts'
import { askPlugin, command, enablePlugin, grantPlugin } from '../../../test/harness/plugin-actions.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'

const pluginId = 'doorman'

describe('A plugin that guards signing in', () => {
  let world: World
  before(async () => {
    world = await createWorld({ plugins: [pluginId] })
    await enablePlugin(world, pluginId)
  })
  after(() => world.close())

  const signIn = (login: string, userAgent = 'Chair', secret = password) => ask(world.server.url, '', 'POST', '/users/login', { login_id: login, password: secret, device_id: 'android:1' }, { 'User-Agent': userAgent })
  const told = (): Promise<Record<string, unknown> | null> => askPlugin(world, pluginId, '/told')
  const outcome = async (login: string, userAgent?: string, secret?: string): Promise<readonly [number, string]> => {
    const { status, body } = await signIn(login, userAgent, secret)
    return [status, (body as { id: string }).id]
  }

  it('is told who has shown who it is and from where, and nothing that is secret', async () => {
    const { status, headers } = await signIn('bob@example.com')
    equal(status, 200)
    match(headers.get('token') ?? '', /^[a-z0-9]{26}$/)
    const { address, ...others } = await told() ?? {}
    match(String(address), /127\.0\.0\.1|::1/)
    deepEqual(others, { userId: world.bob.user.id, userAgent: 'Chair', deviceId: 'android:1', actor: '' })
  })

  it('refuses with its reason, and nobody comes in', async () => {
    const { status, body, headers } = await signIn('ada', 'Burglar')
    deepEqual([status, (body as { message: string }).message, headers.get('token')], [400, 'Nobody comes in by the window.', null])
    const native = await fetch(`${world.server.url}/api/v1/sessions.create`, {
      method: 'POST', headers: { 'Content-Type': 'application/json', 'User-Agent': 'Burglar' }, body: JSON.stringify({ login: 'ada', password }),
    })
    deepEqual([native.status, (await native.json() as { error: { code: string } }).error.code], [400, 'refused_by_plugin'])
    const agents = (await world.ada.client.getSessions('me')).map(({ props }) => props['browser'])
    equal(agents.includes('Burglar'), false)
  })

  it('is not asked about whoever has the wrong password, or is nobody', async () => {
    const before = await told()
    deepEqual([(await outcome('ada', 'Burglar', 'wrong')), (await outcome('nobody', 'Burglar'))].map(([status]) => status), [401, 401])
    deepEqual(await outcome('ada', 'Confusion', 'wrong'), await outcome('ada', 'Chair', 'wrong'))
    deepEqual(await told(), before)
  })

  it('that fails stops everybody where it is closed, and nobody where an admin opened it', async () => {
    const { status, body, headers } = await signIn('ada', 'Confusion')
    deepEqual([status, (body as { id: string }).id, headers.get('retry-after')], [503, 'model.plugin_command_crash.error.app_error', '1'])
    await command(world, pluginsSetHook, { pluginId, kind: 'guard', operation: 'sessions.create', onFailure: 'open' })
    equal((await signIn('ada', 'Confusion')).status, 200)
    equal((await signIn('ada', 'Burglar')).status, 400)
    await command(world, pluginsSetHook, { pluginId, kind: 'guard', operation: 'sessions.create', onFailure: null })
  })

  it('takes no part where it is not granted', async () => {
    await grantPlugin(world, pluginId, ['kv', 'routes'])
    equal((await signIn('ada', 'Burglar')).status, 200)
    await grantPlugin(world, pluginId, ['kv', 'routes', 'sessions:guard'])
    equal((await signIn('ada', 'Burglar')).status, 400)
  })

  it('that cannot be asked at all locks out nobody for good: the machine\'s own command line disables it', async () => {
    // Until its breaker opens: from then on it is not even asked.
    for (let count = 0; count < 6; count += 1) equal((await signIn('ada', 'Confusion')).status, 503)
    equal((await signIn('admin')).status, 503)
    // Whoever is signed in stays so.
    equal((await world.admin.client.getMe()).id, world.admin.user.id)
    const complaints: string[] = []
    const code = await runCommand(['plugins.disable', '--plugin-id', pluginId], {
      environment: { ROOKERY_DATA: world.server.kernel.settings.dataFolder }, say: () => {}, complain: (line) => { complaints.push(line) },
    })
    deepEqual([code, complaints], [0, []])
    equal((await command(world, pluginsGet, { pluginId })).plugin.state, 'disabled')
    equal((await signIn('admin')).status, 200)
  })
})
