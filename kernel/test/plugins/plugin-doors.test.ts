import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import type { Post } from '@mattermost/types/posts'
import { pluginsCallAction, pluginsCallRoute, pluginsDeadLetters, pluginsDropDeadLetters, pluginsDisable, pluginsGet, pluginsReplay } from '@rookery/sdk/protocol'
import { ask } from '../../../test/harness/ask.ts'
import { openSocket } from '../../../test/harness/mattermost-client.ts'
import { command, enablePlugin, eventually, grantPlugin } from '../../../test/harness/plugin-actions.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'
import { sql } from '../../src/storage/index.ts'

const pluginId = 'com.example.busy'

describe('The doors of plugins', () => {
  let world: World
  before(async () => {
    world = await createWorld({ plugins: ['busy'] })
  })
  after(() => world.close())

  const request = (path: string, { token = world.ada.token, ...init }: RequestInit & { token?: string } = {}): Promise<Response> =>
    fetch(`${world.server.url}/plugins/${pluginId}${path}`, { ...init, headers: { ...(token && { Authorization: `Bearer ${token}` }), ...init.headers } })
  const messages = async (): Promise<string[]> => {
    const { posts } = await world.ada.client.getPosts(world.channel.id) as { posts: Record<string, Post> }
    return Object.values(posts).map(({ message }) => message)
  }

  it('are shut while it is disabled, and open when it is enabled', async () => {
    const shut = await request('/polls/1')
    deepEqual([shut.status, (await shut.json() as { id: string }).id], [404, 'app.plugin.disabled.app_error'])
    deepEqual([(await request('/polls/1', { token: '' })).status, (await fetch(`${world.server.url}/plugins/nobody/x`)).status], [404, 404])
    await enablePlugin(world, pluginId)
    equal((await request('/polls/1')).status, 200)
  })

  it('hand over what was asked, without what would let it act as who asks', async () => {
    const answer = await request('/polls/a%20b?page=2', { headers: { Cookie: 'x=1' } })
    deepEqual(await answer.json(), { pollId: 'a b', query: { page: '2' }, userId: world.ada.user.id, isTrusted: false })
    deepEqual([answer.headers.get('x-poll'), answer.headers.get('set-cookie'), answer.headers.get('content-security-policy'), answer.headers.get('content-type')],
      ['a b', null, "frame-ancestors 'none'; sandbox allow-scripts allow-forms allow-popups", 'application/json'])
    equal(await (await request('/polls/newest')).text(), 'the newest')
    deepEqual([...new Uint8Array(await (await request('/picture')).arrayBuffer())], [0, 1, 2, 3])
    equal((await request('/picture', { method: 'HEAD' })).status, 200)
    const wrong = await request('/wrong')
    deepEqual([wrong.status, (await wrong.json() as { id: string }).id], [500, 'model.plugin_command.error.app_error'])
    equal((await request('/nothing')).status, 404)
    equal((await request('/polls/1', { method: 'POST' })).status, 404)
    equal((await request('/polls/1', { token: '' })).status, 401)
    equal((await request('/polls/1', { token: 'nonsense' })).status, 401)
  })

  it('take webhooks from anybody with the bytes as they came', async () => {
    const heard = await request('/hook', { token: '', method: 'POST', body: '{"a": 1 }', headers: { 'X-Signature': 'sha256=1' } })
    deepEqual([heard.status, await heard.json()], [202, { body: '{"a": 1 }', bodyEncoding: 'utf8', signature: 'sha256=1' }])
    const binary = await request('/hook', { token: '', method: 'POST', body: new Uint8Array([255, 0, 254]) })
    deepEqual(await binary.json(), { body: '/wD+', bodyEncoding: 'base64', signature: null })
    equal((await request('/hook', { method: 'TRACE' }).catch(() => ({ status: 0 }))).status, 0)
    await grantPlugin(world, pluginId, ['routes', 'realtime', 'jobs', 'posts:write', 'posts:read', 'act-as-user'])
    equal((await request('/hook', { token: '', method: 'POST' })).status, 401)
    equal((await request('/hook', { method: 'POST' })).status, 404)
    await enablePlugin(world, pluginId)
  })

  it('answer the native API as well', async () => {
    const answer = await command(world, pluginsCallRoute, { pluginId, method: 'POST', path: '/hook', body: 'text' })
    deepEqual([answer.status, JSON.parse(answer.body)], [202, { body: 'text', bodyEncoding: 'utf8', signature: null }])
    const response = await fetch(`${world.server.url}/api/v1/plugins.callRoute`, {
      method: 'POST', headers: { Authorization: `Bearer ${world.bob.token}`, 'Content-Type': 'application/json' }, body: JSON.stringify({ pluginId, method: 'GET', path: '/polls/7' }),
    })
    equal((await response.json() as { status: number }).status, 200)
  })

  it('tell sockets events of its own, and hear what they ask', async () => {
    const socket = await openSocket(world.server.url, world.bob.token)
    try {
      const voted = await request('/vote', { method: 'POST', body: JSON.stringify({ channelId: world.channel.id, choice: 'silk' }) })
      const { postId, userId } = await voted.json() as { postId: string, userId: string }
      deepEqual([voted.status, userId], [201, world.ada.user.id])
      const { data, broadcast } = await socket.event(`custom_${pluginId}_voted`)
      deepEqual([data, broadcast.channel_id], [{ choice: 'silk', postId }, world.channel.id])
      socket.webSocket.sendMessage(`custom_${pluginId}_vote`, { choice: 'wool' })
      const answer = await socket.event(`custom_${pluginId}_voted`, (message) => (message.data as { choice: string }).choice === 'wool')
      deepEqual(answer.data, { choice: 'wool', by: world.bob.user.id })
      // Nobody hears of what is not there, nor of a plugin that fails.
      socket.webSocket.sendMessage(`custom_${pluginId}_nothing`, {})
      socket.webSocket.sendMessage('custom_nobody_vote', {})
      socket.webSocket.sendMessage(`custom_${pluginId}_vote`, {})
      await eventually(messages, (all) => all.includes('silk wins'))
    } finally {
      socket.close()
    }
    await rejects(command(world, pluginsCallAction, { pluginId, name: 'vote' }), { code: 'not_signed_in' })
  })

  it('jobs that fail are tried again, then kept as dead letters until somebody replays or drops them', async () => {
    const vote = (choice: string): Promise<Response> => request('/vote', { method: 'POST', body: JSON.stringify({ channelId: world.channel.id, choice }) })
    await vote('patience')
    await vote('nothing')
    await eventually(messages, (all) => all.includes('patience wins'))
    const letters = (): ReturnType<typeof command<typeof pluginsDeadLetters>> => command(world, pluginsDeadLetters, { pluginId })
    const [letter] = await eventually(letters, (all) => all.length === 1)
    ok(letter)
    deepEqual([letter.handler, letter.attempts, letter.lastError, (letter.input as { input: { choice: string } }).input.choice], ['job close', 2, 'Nobody can win', 'nothing'])
    deepEqual(await command(world, pluginsReplay, { pluginId, ids: [letter.id, 'zzzzzzzzzzzzzzzzzzzzzzzzzz'] }), { count: 1 })
    const [again] = await eventually(letters, (all) => all.length === 1 && all[0]?.updateAt !== letter.updateAt)
    deepEqual([again?.id, again?.attempts], [letter.id, 2])
    deepEqual(await command(world, pluginsDropDeadLetters, { pluginId, ids: [letter.id] }), { count: 1 })
    deepEqual(await letters(), [])
  })

  it('jobs that come again and again come after a restart too, and end with the plugin', async () => {
    const invocations = async (): Promise<number> => (await command(world, pluginsGet, { pluginId })).usage.invocations
    const before = await invocations()
    await eventually(invocations, (count) => count > before + 1)
    await world.server.restart()
    await eventually(invocations, (count) => count > 0)
    await command(world, pluginsDisable, { pluginId })
    const { body } = await ask(world.server.url, world.ada.token, 'GET', '/users/me')
    equal((body as { id: string }).id, world.ada.user.id)
    match(world.server.complaints.join(''), /A plugin failed/)
    deepEqual(await world.server.kernel.db.any(sql`select 1 from due_work where kind = 'plugins.job'`), [])
  })
})
