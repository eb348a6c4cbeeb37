import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { pack } from 'msgpackr'
import type { Post } from '@mattermost/types/posts'
import { openBareSocket, type BareSocket } from '../harness/bare-socket.ts'
import { createWorld, type World } from '../harness/world.ts'

describe('actions over the v4 websocket', () => {
  let world: World
  let socket: BareSocket
  before(async () => {
    world = await createWorld()
  })
  beforeEach(async () => {
    socket = await openBareSocket(world.server.url, { token: world.bob.token })
    await socket.event('hello')
  })
  afterEach(() => { socket.close() })
  after(() => world.close())

  it('answers ping with the time and what it speaks', async () => {
    socket.send({ seq: 1, action: 'ping' })
    const { status, data } = await socket.reply(1)
    equal(status, 'OK')
    equal(data?.['text'], 'pong')
    match(String(data?.['version']), /^\d+\./)
    ok(Math.abs(Number(data?.['server_time']) - Date.now()) < 60_000)
    equal(data?.['node_id'], '')
  })

  it('reads MessagePack and answers in JSON', async () => {
    socket.send(Buffer.from(pack({ seq: 7, action: 'ping', data: { long: 'x'.repeat(300), list: [1, -5, 70_000, 1.5, null, true] } })))
    equal((await socket.reply(7)).data?.['text'], 'pong')
  })

  it('accepts what is for plugins without a reply, and an acknowledgement with one', async () => {
    socket.send({ seq: 1, action: 'custom_org.example.poll_vote', data: { choice: 1 } })
    socket.send({ seq: 2, action: 'posted_notify_ack', data: { post_id: 'a'.repeat(26), user_agent: 'test', status: 'success' } })
    deepEqual(await socket.reply(2), { status: 'OK', seq_reply: 2 })
    ok(!socket.messages.some((message) => message.seq_reply === 1))
  })

  it('refuses what it does not know, and goes on', async () => {
    socket.send({ seq: 1, action: 'fly' })
    socket.send({ seq: 2, action: 'constructor' })
    socket.send({ seq: 3 })
    socket.send({ seq: 0, action: 'ping' })
    socket.send({ seq: 'x', action: 'ping' })
    const ids: (string | undefined)[] = []
    for (const seq of [1, 2, 3]) ids.push((await socket.reply(seq)).error?.id)
    deepEqual(ids, ['api.web_socket_router.bad_action.app_error', 'api.web_socket_router.bad_action.app_error', 'api.web_socket_router.no_action.app_error'])
    socket.send({ seq: 4, action: 'ping' })
    equal((await socket.reply(4)).status, 'OK')
    const unnumbered = socket.messages.filter((message) => message.status === 'FAIL' && message.seq_reply === undefined)
    deepEqual(unnumbered.map((message) => message.error?.id), ['api.web_socket_router.bad_seq.app_error', 'api.web_socket_router.bad_seq.app_error'])
  })

  it('closes on what is no message, and stays up', async () => {
    const bad: (string | Buffer)[] = [
      'not JSON', '[]', '"text"', 'null', `${'['.repeat(4000)}`, '{"seq":1,"action":"ping","data":{"__proto__":{}}}',
      Buffer.from([0xdd, 0x01, 0xff, 0xff, 0xff]), Buffer.from([0xdf, 0xff, 0xff, 0xff, 0xff]), Buffer.alloc(4000, 0x91), Buffer.from([0xc1]), Buffer.alloc(0),
    ]
    for (const message of bad) {
      const victim = await openBareSocket(world.server.url, { token: world.bob.token })
      await victim.event('hello')
      victim.send(message)
      equal(await victim.closed, 1007, String(message).slice(0, 40))
    }
    const large = await openBareSocket(world.server.url, { token: world.bob.token })
    await large.event('hello')
    large.send({ seq: 1, action: 'ping', data: { text: 'x'.repeat(9000) } })
    equal(await large.closed, 1009)
    socket.send({ seq: 1, action: 'ping' })
    equal((await socket.reply(1)).status, 'OK')
  })

  it('refuses a flood, and cuts one that does not stop', async () => {
    for (let seq = 1; seq <= 60; seq += 1) socket.send({ seq, action: 'ping' })
    await socket.reply(60)
    const refused = socket.messages.filter((message) => message.status === 'FAIL')
    ok(refused.length > 0)
    equal(refused[0]?.error?.id, 'api.context.rate_limited.app_error')
    for (let seq = 61; seq <= 2000; seq += 1) socket.send({ seq, action: 'ping' })
    equal(await socket.closed, 1006)
  })

  it('asks for an acknowledgement where the client wants to give one', async () => {
    const { server: { url }, ada, bob, channel } = world
    const asking = await openBareSocket(url, { token: bob.token, query: '?connection_id=&sequence_number=0&posted_ack=true' })
    const own = await openBareSocket(url, { token: ada.token, query: '?posted_ack=true' })
    await asking.event('hello')
    await own.event('hello')
    await ada.client.createPost({ channel_id: channel.id, message: 'No name' } as Post)
    await ada.client.createPost({ channel_id: channel.id, message: 'Hello @bob' } as Post)
    for (const each of [asking, own, socket]) await each.message(({ event, data }) => event === 'posted' && String(data?.['post']).includes('Hello'))
    const asked = (each: BareSocket): unknown[] => each.messages.filter(({ event }) => event === 'posted').map(({ data }) => data?.['should_ack'])
    deepEqual([asked(asking), asked(own), asked(socket)], [[undefined, true], [undefined, undefined], [undefined, undefined]])
    asking.close()
    own.close()
  })

  it('tells the channel that somebody types (pitfall 4), and refuses it to strangers', async () => {
    const { server: { url }, ada, bob, stranger, channel } = world
    const hers = await openBareSocket(url, { token: ada.token })
    const foreign = await openBareSocket(url, { token: stranger.token })
    await hers.event('hello')
    await foreign.event('hello')
    socket.send({ seq: 1, action: 'user_typing', data: { channel_id: channel.id, parent_id: '' } })
    deepEqual(await socket.reply(1), { status: 'OK', seq_reply: 1 })
    const { data, broadcast } = await hers.event('typing')
    deepEqual(data, { parent_id: '', user_id: bob.user.id })
    deepEqual([broadcast?.['channel_id'], broadcast?.['omit_users']], [channel.id, { [bob.user.id]: true }])
    foreign.send({ seq: 1, action: 'user_typing', data: { channel_id: channel.id, parent_id: '' } })
    equal((await foreign.reply(1)).error?.id, 'api.websocket_handler.invalid_param.app_error')
    socket.send({ seq: 2, action: 'user_typing', data: {} })
    equal((await socket.reply(2)).error?.status_code, 400)
    hers.close()
    foreign.close()
  })

  it('tells statuses, takes activity and what is looked at', async () => {
    const { admin, bob } = world
    socket.send({ seq: 1, action: 'user_update_active_status', data: { user_is_active: true, manual: false } })
    socket.send({ seq: 2, action: 'presence', data: { channel_id: world.channel.id, team_id: '' } })
    socket.send({ seq: 3, action: 'presence', data: { thread_channel_id: '', is_thread_view: false } })
    for (const seq of [1, 2, 3]) deepEqual(await socket.reply(seq), { status: 'OK', seq_reply: seq })
    socket.send({ seq: 4, action: 'get_statuses' })
    equal((await socket.reply(4)).data?.[bob.user.id], 'online')
    socket.send({ seq: 5, action: 'get_statuses_by_ids', data: { user_ids: [bob.user.id, admin.user.id] } })
    deepEqual((await socket.reply(5)).data, { [bob.user.id]: 'online', [admin.user.id]: 'offline' })
    socket.send({ seq: 6, action: 'get_statuses_by_ids', data: { user_ids: 'all' } })
    equal((await socket.reply(6)).error?.id, 'api.websocket_handler.invalid_param.app_error')
    socket.send({ seq: 7, action: 'user_update_active_status', data: { user_is_active: 'yes' } })
    equal((await socket.reply(7)).error?.id, 'api.websocket_handler.invalid_param.app_error')
  })
})
