import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { CustomStatusDuration, type UserCustomStatus, type UserProfile } from '@mattermost/types/users'
import { pluginsDisable, pluginsEnable } from '@rookery/sdk/protocol'
import { ask } from '../harness/ask.ts'
import { openSocket, type Person, type Socket } from '../harness/mattermost-client.ts'
import { command } from '../harness/plugin-actions.ts'
import { createWorld, type World } from '../harness/world.ts'

const tea: UserCustomStatus = { emoji: 'tea', text: 'At tea', duration: CustomStatusDuration.DONT_CLEAR }

describe('Custom statuses over API v4', () => {
  let world: World
  let socket: Socket
  before(async () => {
    world = await createWorld({ releasePlugins: ['custom-status'] })
    socket = await openSocket(world.server.url, world.bob.token)
  })
  after(async () => {
    socket.close()
    await world.close()
  })

  const statusOf = ({ props }: UserProfile): UserCustomStatus | undefined => (props?.['customStatus'] ? JSON.parse(props['customStatus']) as UserCustomStatus : undefined)
  const seen = async ({ user }: Person = world.ada): Promise<UserCustomStatus | undefined> => statusOf(await world.bob.client.getUser(user.id))
  const told = (matches: (status: UserCustomStatus | undefined) => boolean) => socket.event('user_updated', ({ data }) => {
    const { user } = data as { user: UserProfile }
    return user.id === world.ada.user.id && matches(statusOf(user))
  })
  const recent = async (): Promise<UserCustomStatus[]> => {
    const { body } = await ask(world.server.url, world.ada.token, 'GET', '/users/me/preferences/custom_status/name/recent_custom_statuses')
    return JSON.parse((body as { value: string }).value) as UserCustomStatus[]
  }
  const set = (body: unknown, token = world.ada.token, userId = 'me') => ask(world.server.url, token, 'PUT', `/users/${userId}/status/custom`, body)
  const inMs = (ms: number): string => new Date(Date.now() + ms).toISOString()

  it('can be set by others while one account sets its own again and again', async () => {
    const flood = Array.from({ length: 60 }, (_none, index) => set({ ...tea, text: `Tea ${index}` }))
    equal((await set(tea, world.bob.token)).status, 200)
    deepEqual([...new Set((await Promise.all(flood)).map(({ status }) => status))].sort(), [200, 429])
    equal((await set(tea)).status, 200)
  })

  it('are set, seen by others with the account, and cleared', async () => {
    deepEqual(await world.ada.client.updateCustomStatus(tea), { status: 'OK' })
    await told((status) => status?.emoji === 'tea')
    deepEqual(await seen(), { emoji: 'tea', text: 'At tea', duration: '', expires_at: '0001-01-01T00:00:00Z' })
    const [listed] = await world.bob.client.getProfilesByIds([world.ada.user.id])
    ok(listed && statusOf(listed)?.text === 'At tea')
    deepEqual(await world.ada.client.unsetCustomStatus(), { status: 'OK' })
    await told((status) => status === undefined)
    equal(await seen(), undefined)
  })

  it('last as long as was said', async () => {
    for (const [duration, expiresAt] of [['thirty_minutes', inMs(1_800_000)], ['one_hour', inMs(3_600_000)], ['four_hours', inMs(14_400_000)], ['today', inMs(5000_000)], ['this_week', inMs(50_000_000)], ['date_and_time', inMs(90_000_000)]] as const) {
      equal((await set({ ...tea, duration, expires_at: expiresAt })).status, 200)
      deepEqual([(await seen())?.duration, (await seen())?.expires_at], [duration, expiresAt])
    }
    await set({ ...tea, duration: '', expires_at: inMs(90_000) })
    equal((await seen())?.duration, 'date_and_time')
    await set({ emoji: '', text: 'x'.repeat(120), duration: '' })
    deepEqual([(await seen())?.emoji, (await seen())?.text], ['speech_balloon', 'x'.repeat(100)])
    await set({ emoji: 'tea', text: '' })
    deepEqual([(await seen())?.emoji, (await seen())?.text], ['tea', ''])
  })

  it('go away by themselves, and a newer one stays', async () => {
    await set({ ...tea, duration: 'date_and_time', expires_at: inMs(700) })
    await set({ emoji: 'bell', text: 'Newer', duration: 'date_and_time', expires_at: inMs(1500) })
    await told((status) => status?.emoji === 'bell')
    const before = socket.events.length
    await socket.event('user_updated', (event) => socket.events.indexOf(event) >= before && statusOf((event.data as { user: UserProfile }).user) === undefined)
    equal(await seen(), undefined)
  })

  it('are kept in a list of what was said lately, from which one may take them', async () => {
    for (const text of ['one', 'two', 'three', 'four', 'five', 'six', 'four']) await set({ emoji: 'tea', text })
    deepEqual((await recent()).map(({ text }) => text), ['four', 'six', 'five', 'three', 'two'])
    deepEqual(await world.ada.client.removeRecentCustomStatus({ emoji: 'tea', text: 'six' } as UserCustomStatus), { status: 'OK' })
    equal((await ask(world.server.url, world.ada.token, 'DELETE', '/users/me/status/custom/recent', { emoji: 'tea', text: 'five', duration: '', expires_at: '' })).status, 200)
    deepEqual((await recent()).map(({ text }) => text), ['four', 'three', 'two'])
    await world.ada.client.savePreferences(world.ada.user.id, [{ user_id: world.ada.user.id, category: 'custom_status', name: 'recent_custom_statuses', value: '[{"emoji":3},null,{"emoji":"bell","text":"mine"}' }])
    await set(tea)
    deepEqual((await recent()).map(({ text }) => text), ['At tea'])
  })

  it('are refused where they say nothing, are over, or belong to somebody else', async () => {
    const refusals: unknown[] = [
      {}, { emoji: '', text: '  ' }, { ...tea, duration: 'one_hour', expires_at: inMs(-1000) }, { ...tea, duration: 'today' }, { ...tea, duration: 'for_ever' }, { ...tea, expires_at: 'soon' },
      { emoji: 'no_such_emoji', text: 'x' }, { emoji: 'a b', text: 'x' }, { emoji: 3, text: 'x' }, [],
    ]
    for (const body of refusals) equal((await set(body)).status, 400, JSON.stringify(body))
    equal((await set(tea, world.bob.token, world.ada.user.id)).status, 403)
    equal((await set(tea, '')).status, 401)
    for (const [method, path] of [['DELETE', ''], ['DELETE', '/recent'], ['POST', '/recent/delete']] as const) {
      const heard = (token: string) => ask(world.server.url, token, method, `/users/${world.ada.user.id}/status/custom${path}`, method === 'DELETE' && path === '' ? undefined : tea)
      deepEqual([method, path, (await heard(world.bob.token)).status, (await heard('')).status], [method, path, 403, 401])
    }
    equal((await ask(world.server.url, world.ada.token, 'POST', '/users/me/status/custom/recent/delete', [])).status, 400)
    equal((await set(tea, world.admin.token, world.bob.user.id)).status, 200)
    equal((await seen(world.bob))?.text, 'At tea')
  })

  it('say that they are off where nobody carries them out', async () => {
    await command(world, pluginsDisable, { pluginId: 'custom-status' })
    const off = { status_code: 501, server_error_id: 'api.custom_status.disabled' }
    await rejects(world.ada.client.updateCustomStatus(tea), off)
    await rejects(world.ada.client.unsetCustomStatus(), off)
    await rejects(world.ada.client.removeRecentCustomStatus(tea), off)
    equal((await ask(world.server.url, world.ada.token, 'DELETE', '/users/me/status/custom/recent', tea)).status, 501)
    await command(world, pluginsEnable, { pluginId: 'custom-status' })
    deepEqual(await world.ada.client.updateCustomStatus(tea), { status: 'OK' })
  })
})
