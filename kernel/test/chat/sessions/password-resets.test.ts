import { deepEqual, equal, match } from 'node:assert/strict'
import { createHeldClock } from '../../../../test/harness/held-clock.ts'
import { createWorld, type World } from '../../../../test/harness/world.ts'

const password = 'a tower of rooks 7'

describe('a link to choose a new password', () => {
  let world: World
  const clock = createHeldClock()
  before(async () => { world = await createWorld({ clock }) })
  after(() => world.close())

  const run = async (name: string, input: object, token = ''): Promise<{ status: number, body: Record<string, unknown> & { error?: { code: string } } }> => {
    const response = await fetch(`${world.server.url}/api/v1/${name}`, { method: 'POST', body: JSON.stringify(input), headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) } })
    return { status: response.status, body: await response.json() as never }
  }
  const make = async (userId = world.bob.user.id): Promise<string> => {
    const { status, body } = await run('passwordResets.create', { userId }, world.admin.token)
    equal(status, 200)
    return String(body['token'])
  }
  const use = async (token: string, newPassword = password): Promise<string> => (await run('passwordResets.use', { token, newPassword })).body.error?.code ?? ''
  const codeOf = async (token: string): Promise<string> => (await run('passwordResets.get', { token })).body.error?.code ?? ''

  it('is made by administrators, works once and ends all sessions', async () => {
    const { ada, bob } = world
    for (const token of [ada.token, bob.token]) equal((await run('passwordResets.create', { userId: bob.user.id }, token)).status, 403)
    const token = await make()
    match(token, /^[a-z0-9]{26}$/)
    deepEqual((await run('passwordResets.get', { token })).body, { username: 'bob' })
    equal(await use(token, 'short'), 'password_too_short')
    equal(await use(token), '')
    equal((await run('users.get', { userId: bob.user.id }, bob.token)).status, 401)
    equal((await run('sessions.create', { login: 'bob', password })).status, 200)
    deepEqual([await use(token), await codeOf(token)], ['reset_link_invalid', 'reset_link_invalid'])
  })

  it('is void after a day, after another one, after a change of the password, and for who is gone', async () => {
    const old = await make()
    clock.advance(24 * 3_600_000 + 1)
    equal(await use(old), 'reset_link_invalid')
    const [first, second] = [await make(), await make()]
    deepEqual([await codeOf(first), await codeOf(second)], ['reset_link_invalid', ''])
    await run('users.setPassword', { userId: world.bob.user.id, newPassword: `${password} more` }, world.admin.token)
    equal(await codeOf(second), 'reset_link_invalid')
    const third = await make()
    await run('users.setActive', { userId: world.bob.user.id, isActive: false }, world.admin.token)
    equal(await use(third), 'reset_link_invalid')
    for (const token of ['', 'x'.repeat(65)]) equal((await run('passwordResets.get', { token })).status, 400)
  })

  it('lets one of two through who come at the same time, and nobody guess for long', async () => {
    const token = await make(world.ada.user.id)
    const told = await Promise.all([use(token), use(token, `${password} too`)])
    deepEqual(told.sort(), ['', 'reset_link_invalid'])
    const codes = []
    for (let attempt = 0; attempt < 101; attempt += 1) codes.push(await codeOf('guess'))
    equal(codes.at(-1), 'too_many_attempts')
  })
})
