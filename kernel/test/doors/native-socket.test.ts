import { deepEqual, equal, ok } from 'node:assert/strict'
import { eventsSubscribe, maximumWatched, sessionsRevokeAll, statusChanged, statusesWatch, type EventFrame, type Status } from '@rookery/sdk/protocol'
import type { Channel } from '@mattermost/types/channels'
import type { Post } from '@mattermost/types/posts'
import type { UserStatus } from '@mattermost/types/users'
import { signIn } from '../../../test/harness/mattermost-client.ts'
import { openNesSocket as open, type Answer } from '../../../test/harness/nes-socket.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'
import { sql } from '../../src/storage/index.ts'

describe('the native websocket', () => {
  let world: World
  before(async () => { world = await createWorld() })
  after(() => world.close())

  it('is at its own address, for our own pages, with a session', async () => {
    const { server: { url }, ada } = world
    equal(await (await open(url, { path: '/api/v1/elsewhere' })).closed, 1006)
    equal(await (await open(url, { path: '/' })).closed, 1006)
    equal(await (await open(url, { headers: { origin: 'https://elsewhere.example' } })).closed, 1006)
    const socket = await open(url, { headers: { origin: url } })
    equal((await socket.run('users.get', { userId: ada.user.id })).statusCode, 400, 'nothing before hello')
    const hello = await socket.hello(ada.token)
    equal(hello.type, 'hello')
    ok(/^[a-z0-9]{26}$/.test(hello.socket ?? ''))
    equal((await socket.run('users.get', { userId: ada.user.id })).statusCode, 200)
    socket.close()
    const refused = [await open(url), await open(url)] as const
    equal((await refused[0].hello('nothing')).statusCode, 401)
    equal((await refused[1].hello('')).statusCode, 401)
    const silent = await open(url)
    equal((await silent.ask({ type: 'hello', version: '2' })).statusCode, 401)
    await Promise.all([silent, ...refused].map(({ closed }) => closed))
  })

  it('reaches the native operations and nothing else, and refuses what is too large or too much', async () => {
    const { server: { url }, ada } = world
    const socket = await open(url)
    await socket.hello(ada.token)
    const foreign = await socket.ask({ type: 'request', method: 'GET', path: '/api/v4/users/me', headers: { cookie: `MMAUTHTOKEN=${ada.token}` } })
    equal(foreign.statusCode, 404)
    equal((await socket.run('nothing.atAll', {})).statusCode, 404)
    equal((await socket.ask({ type: 'request', method: 'POST', path: '/api/v1/users.get', payload: 'no object' })).statusCode, 415)
    equal((await socket.ask({ type: 'nonsense' })).statusCode, 400)
    socket.webSocket.send('{"id":900,"type":"request","method":"POST","path":"/api/v1/users.get","payload":{"__proto__":{"a":1}}}')
    equal((await socket.answer(({ id }) => id === 900)).statusCode, 400)
    socket.webSocket.send('no JSON')
    const large = await open(url)
    await large.hello(ada.token)
    large.webSocket.send('x'.repeat(70_000))
    equal(await large.closed, 1009)
    const flood = await open(url)
    await flood.hello(ada.token)
    for (let index = 0; index < 1000; index += 1) flood.webSocket.send(JSON.stringify({ id: index + 10, type: 'ping' }))
    equal(await flood.closed, 1006)
    equal((await socket.run('users.get', { userId: ada.user.id })).statusCode, 200)
    socket.close()
  })

  it('goes on whatever a client sends, before its hello and after it', async () => {
    const { server: { url }, ada } = world
    const texts = [
      'null', '0', '"hello"', '[]', '[null]', '{', '{}', 'true', '{"type":null}', '{"type":{},"id":1}', '{"type":"hello","id":{}}', '{"type":"hello","id":[1]}',
      ...[null, 0, '', 'x', [], [{}], { headers: null }, { headers: 'x' }, { headers: { authorization: 7 } }, { headers: { authorization: ['x'] } }].flatMap((auth) =>
        ['hello', 'reauth'].map((type) => JSON.stringify({ type, id: 1, version: '2', auth }))),
      ...[null, 7, {}, [], '', 'x', '/\u0000', '//', '/%', '/api/v1/../v4/users/me', '/api/v1/users.get?%ff=%'].flatMap((path) => [{ type: 'request', id: 1, method: 'POST', path }, { type: 'sub', id: 1, path }, { type: 'unsub', id: 1, path }]).map((frame) => JSON.stringify(frame)),
      ...[null, 7, {}, [], 'BREW', 'a b', '*', 'auth'].map((method) => JSON.stringify({ type: 'request', id: 1, method, path: '/api/v1/users.get' })),
      ...[null, 7, 'x', [], { cookie: {} }, { 'accept-language': [] }, { 'accept-encoding': 7 }, { host: null }, { host: 'a b[' }, { 'content-type': 'x' }, { 'content-length': '-1' }, { 'x-forwarded-for': {} }].map((headers) =>
        JSON.stringify({ type: 'request', id: 1, method: 'POST', path: '/api/v1/users.get', headers, payload: { userId: ada.user.id } })),
      '{"type":"request","id":1,"method":"POST","path":"/api/v1/users.get","headers":{"__proto__":{"a":1}},"payload":{"__proto__":1}}',
      JSON.stringify({ type: 'hello', id: 1, version: '2', subs: { length: 1e9 } }), JSON.stringify({ type: 'hello', id: 1, version: '2', auth: { headers: { authorization: `Bearer ${ada.token}` } }, subs: [null, 7] }),
    ]
    for (const text of texts) {
      for (const isKnown of [false, true]) {
        const socket = await open(url)
        if (isKnown) await socket.hello(ada.token)
        socket.webSocket.send(text)
        await Promise.race([socket.answer(({ statusCode, type }) => (statusCode ?? 0) >= 400 || type === 'request' || type === 'unsub' || type === 'hello'), socket.closed])
        ok(socket.answers.every(({ statusCode = 200 }) => statusCode !== 500), text)
        socket.webSocket.terminate()
      }
    }
    const socket = await open(url)
    await socket.hello(ada.token)
    equal((await socket.run('users.get', { userId: ada.user.id })).statusCode, 200)
    socket.close()
  })

  it('answers with what people wrote, whatever signs are in it', async () => {
    const { server: { url }, ada, channel } = world
    const message = "costs $$5, $& &lt; $` and $' and $1 $<name>"
    const { id } = await ada.client.createPost({ channel_id: channel.id, message } as Post)
    const socket = await open(url)
    await socket.hello(ada.token)
    deepEqual((await socket.run('posts.get', { postId: id })).payload, { ...(await socket.run('posts.get', { postId: id })).payload as object, message })
    const { posts } = (await socket.run('posts.listOfChannel', { channelId: channel.id })).payload as { posts: { message: string }[] }
    equal(posts.find((post) => post.message === message)?.message, message)
    socket.close()
  })

  it('takes a subscription from its own socket alone', async () => {
    const { server: { url }, ada, bob } = world
    const socket = await open(url)
    const { socket: id = '' } = await socket.hello(ada.token)
    for (const token of [bob.token, ada.token]) {
      const response = await fetch(`${url}/api/v1/${eventsSubscribe.name}`, {
        method: 'POST', body: '{}', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'connection-id': token === bob.token ? id : 'a'.repeat(26) },
      })
      equal(response.status, 400)
    }
    equal((await socket.run(eventsSubscribe.name, {})).statusCode, 200)
    equal((await socket.run(eventsSubscribe.name, { cursor: 'x'.repeat(65) })).statusCode, 400)
    socket.close()
  })

  it('shows of accounts and teams what everybody may see, and to guests nobody whom they do not meet', async () => {
    const { server: { url }, admin, bob, ada, team, channel } = world
    const [seen, his] = [await open(url), await open(url)]
    await seen.hello(admin.token)
    await his.hello(bob.token)
    await seen.run(eventsSubscribe.name, {})
    await his.run(eventsSubscribe.name, {})
    await signIn(url, 'newcomer', { inviteId: team.invite_id })
    const shown = (await his.event('user.created')).payload as { user: Record<string, unknown> }
    deepEqual([shown.user['username'], shown.user['email'], shown.user['notifyProps']], ['newcomer', 'newcomer@example.com', {}])
    const full = (await seen.event('user.created')).payload as { user: Record<string, unknown> }
    equal(full.user['email'], 'newcomer@example.com')
    await ada.client.patchUser({ id: ada.user.id, first_name: 'Ada', last_name: 'Byron' })
    const renamed = (await his.event('user.updated')).payload as { user: Record<string, unknown> }
    deepEqual([renamed.user['firstName'], renamed.user['lastName'], renamed.user['notifyProps']], ['Ada', 'Byron', {}])
    const root = await ada.client.createPost({ channel_id: channel.id, message: 'Hello @admin' } as Post)
    await bob.client.createPost({ channel_id: channel.id, root_id: root.id, message: 'A reply' } as Post)
    const reply = (await his.answer(({ message }) => message?.event === 'post.created' && (message.payload as { post: { rootId: string } }).post.rootId === root.id)).message as EventFrame
    const { mentions, followers } = reply.payload as { mentions: string[], followers: { userId: string }[] }
    deepEqual([mentions, followers.map(({ userId }) => userId)], [[], [bob.user.id]])
    const text = JSON.stringify(his.answers)
    ok(!text.includes(team.invite_id), 'an invitation is no business of members who may not invite')
    const secret = await ada.client.createChannel({ team_id: team.id, name: 'secret', display_name: 'Secret', type: 'P' } as Channel)
    await ada.client.createPost({ channel_id: secret.id, message: 'Not for all' } as Post)
    await ada.client.createPost({ channel_id: channel.id, message: 'For all' } as Post)
    await his.answer(({ message }) => JSON.stringify(message?.payload ?? '').includes('For all'))
    ok(!JSON.stringify(his.answers).includes('Not for all'))
    seen.close()
    his.close()
  })

  it('tells of those whom a socket watches, and of nobody to others', async () => {
    const { server: { url }, ada, bob, admin } = world
    const [his, hers] = [await open(url), await open(url)]
    const { socket: id = '' } = await his.hello(bob.token)
    await hers.hello(admin.token)
    for (const socket of [his, hers]) await socket.run(eventsSubscribe.name, {})
    await ada.client.updateStatus({ user_id: ada.user.id, status: 'away' } as UserStatus)
    const first = await his.run(statusesWatch.name, { userIds: [ada.user.id, 'nobody'.padEnd(26, 'x')] })
    deepEqual((first.payload as Status[]).map(({ status }) => status), ['away', 'offline'])
    await ada.client.updateStatus({ user_id: ada.user.id, status: 'dnd' } as UserStatus)
    deepEqual((await his.event(statusChanged.name)).payload, { userId: ada.user.id, status: 'dnd' })
    deepEqual((await his.run(statusesWatch.name, { userIds: [] })).payload, [])
    await ada.client.updateStatus({ user_id: ada.user.id, status: 'online' } as UserStatus)
    await hers.run('users.get', { userId: ada.user.id })
    equal(his.answers.filter(({ message }) => message?.event === statusChanged.name).length, 1)
    ok(!hers.answers.some(({ message }) => message?.event === statusChanged.name && (message.payload as { userId: string }).userId === ada.user.id))
    equal((await his.run(statusesWatch.name, { userIds: Array.from({ length: maximumWatched + 1 }, () => ada.user.id) })).statusCode, 400)
    // Without a socket, and for the socket of somebody else.
    for (const connection of ['', id]) {
      const refused = await fetch(`${url}/api/v1/${statusesWatch.name}`, {
        method: 'POST', body: JSON.stringify({ userIds: [] }), headers: { authorization: `Bearer ${ada.token}`, 'content-type': 'application/json', ...(connection && { 'connection-id': connection }) },
      })
      equal(refused.status, 400)
      equal((await refused.json() as { error: { code: string } }).error.code, 'not_a_socket')
    }
    his.close()
    hers.close()
  })

  it('replays what was missed, and gives up where that is too much to read or to send: what comes then is told anyway', async () => {
    const { server: { url, kernel: { db, tail } }, ada, bob, channel } = world
    const subscribe = async (cursor?: string) => {
      const socket = await open(url)
      await socket.hello(bob.token)
      const { payload } = await socket.run(eventsSubscribe.name, cursor === undefined ? {} : { cursor })
      return { socket, ...payload as { cursor: string, isComplete: boolean } }
    }
    const say = (message: string) => ada.client.createPost({ channel_id: channel.id, message } as Post)
    const texts = ({ answers }: { answers: Answer[] }): string[] =>
      answers.filter(({ message }) => message?.event === 'post.created').map(({ message }) => (message?.payload as { post: { message: string } }).post.message)
    /** As often as wanted: the event of the last post, told to the channel or to ada alone. */
    const repeat = (count: number, audience: object): Promise<unknown> => db.query(sql`
      insert into events (at, name, actor_id, payload, audience)
      select e.at, e.name, e.actor_id, e.payload, ${JSON.stringify(audience)}::json
      from (select * from events where name = 'post.created' order by xid desc, id desc limit 1) e, generate_series(1, ${count}::int)`)
    /** What is said while nobody listens, and then what a client hears that comes back. */
    const comeBack = async (meanwhile: () => Promise<unknown>): Promise<{ isComplete: boolean, heard: string[] }> => {
      await tail.settled()
      const { socket: first, cursor } = await subscribe()
      first.close()
      await first.closed
      await meanwhile()
      await tail.settled()
      const { socket, isComplete, cursor: next } = await subscribe(cursor)
      ok(next !== cursor)
      await say('What comes then')
      await socket.answer(({ message }) => JSON.stringify(message?.payload ?? '').includes('What comes then'))
      socket.close()
      return { isComplete, heard: texts(socket) }
    }
    deepEqual(await comeBack(async () => { await say('One'); await repeat(9000, { userId: ada.user.id }); await say('Two') }), { isComplete: true, heard: ['One', 'Two', 'What comes then'] })
    deepEqual(await comeBack(async () => { await say('One'); await repeat(10_500, { userId: ada.user.id }); await say('Two') }), { isComplete: false, heard: ['What comes then'] })
    deepEqual(await comeBack(async () => { await say('x'.repeat(10_000)); await repeat(60, { channelId: channel.id }) }), { isComplete: false, heard: ['What comes then'] })
    const { socket, isComplete } = await subscribe('9999999999-1')
    equal(isComplete, false)
    socket.close()
  })

  it('closes within a second when the session ends', async () => {
    const { server: { url, kernel }, stranger } = world
    const socket = await open(url)
    await socket.hello(stranger.token)
    equal(kernel.hub.isListening(stranger.user.id), true)
    const startedAt = Date.now()
    await socket.run(sessionsRevokeAll.name, { userId: stranger.user.id })
    await socket.closed
    ok(Date.now() - startedAt < 1000)
    equal(kernel.hub.isListening(stranger.user.id), false)
  })
})
