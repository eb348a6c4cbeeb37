import { deepEqual, equal, match, notEqual, ok } from 'node:assert/strict'
import { openBareSocket } from '../harness/bare-socket.ts'
import { createWorld, type World } from '../harness/world.ts'

describe('opening the v4 websocket', () => {
  let world: World
  before(async () => { world = await createWorld() })
  after(() => world.close())

  it('takes a token by header, by cookie or by challenge, and begins with hello 0 (pitfall 18)', async () => {
    const { server: { url }, ada } = world
    equal((await fetch(`${url}/api/v4/websocket`)).status, 400)
    const byHeader = await openBareSocket(url, { token: ada.token })
    const byCookie = await openBareSocket(url, { headers: { cookie: `MMAUTHTOKEN=${ada.token}` }, query: '?connection_id=&sequence_number=0&posted_ack=true' })
    const byChallenge = await openBareSocket(url)
    byChallenge.send({ seq: 1, action: 'authentication_challenge', data: { token: ada.token } })
    const ids = new Set<unknown>()
    for (const socket of [byHeader, byCookie, byChallenge]) {
      const hello = await socket.event('hello')
      equal(hello.seq, 0)
      equal(hello.broadcast?.['user_id'], ada.user.id)
      match(String(hello.data?.['connection_id']), /^[a-z0-9]{26}$/)
      ids.add(hello.data?.['connection_id'])
      socket.close()
    }
    equal(ids.size, 3)
    deepEqual(await byChallenge.reply(1), { status: 'OK', seq_reply: 1 })
  })

  it('takes a challenge after a header that is worth nothing, and ignores one after a header that was enough', async () => {
    const { server: { url }, ada } = world
    const stale = await openBareSocket(url, { token: 'nothing' })
    stale.send({ seq: 1, action: 'authentication_challenge', data: { token: ada.token } })
    equal((await stale.event('hello')).seq, 0)
    const both = await openBareSocket(url, { token: ada.token })
    both.send({ seq: 1, action: 'authentication_challenge', data: { token: ada.token } })
    both.send({ seq: 2, action: 'ping' })
    equal((await both.reply(2)).status, 'OK')
    equal(both.messages.filter((message) => message.event === 'hello').length, 1)
    ok(!both.messages.some((message) => message.seq_reply === 1))
    stale.close()
    both.close()
  })

  it('refuses actions before the challenge, and closes on a wrong token, on MessagePack and after five seconds', async function () {
    this.timeout(15_000)
    const { server: { url } } = world
    const silent = await openBareSocket(url)
    const openedAt = Date.now()
    const early = await openBareSocket(url)
    early.send({ seq: 1, action: 'ping' })
    equal((await early.reply(1)).error?.id, 'api.web_socket_router.not_authenticated.app_error')
    early.send({ seq: 2, action: 'authentication_challenge', data: { token: 'nothing' } })
    equal(await early.closed, 1008)
    const binary = await openBareSocket(url)
    binary.send(Buffer.from([0x80]))
    equal(await binary.closed, 1003)
    equal(await silent.closed, 1008)
    const waitedMs = Date.now() - openedAt
    ok(waitedMs > 4000 && waitedMs < 8000, `closed after ${waitedMs} ms`)
  })

  it('closes on a connection id or a sequence number that is none, and bears the code of the last close', async () => {
    const { server: { url }, ada } = world
    const id = 'a'.repeat(26)
    for (const query of ['?connection_id=short&sequence_number=1', `?connection_id=${id}`, `?connection_id=${id}&sequence_number=x`, `?connection_id=${id}&sequence_number=-1`]) {
      equal(await (await openBareSocket(url, { token: ada.token, query })).closed, 1008)
    }
    const unknown = await openBareSocket(url, { token: ada.token, query: `?connection_id=${id}&sequence_number=3&disconnect_err_code=4001` })
    const hello = await unknown.event('hello')
    equal(hello.seq, 0)
    notEqual(hello.data?.['connection_id'], id)
    unknown.close()
  })

  it('refuses a page of another origin', async () => {
    const { server: { url }, ada } = world
    const foreign = await openBareSocket(url, { token: ada.token, headers: { origin: 'https://elsewhere.example' } })
    equal(await foreign.closed, 1006)
    const own = await openBareSocket(url, { token: ada.token, headers: { origin: url } })
    equal((await own.event('hello')).seq, 0)
    own.close()
  })

  it('closes the sockets of a session that ends, within a second, and nothing can be resumed', async () => {
    const { server: { url }, bob } = world
    const signedIn = await bob.client.login('bob', 'correct horse battery staple')
    equal(signedIn.id, bob.user.id)
    const token = bob.client.getToken()
    const socket = await openBareSocket(url, { token })
    const other = await openBareSocket(url, { token: bob.token })
    const hello = await socket.event('hello')
    await other.event('hello')
    const endedAt = Date.now()
    await bob.client.logout()
    equal(await socket.closed, 1000)
    ok(Date.now() - endedAt < 1000)
    bob.client.setToken(bob.token)
    const resumed = await openBareSocket(url, { token: bob.token, query: `?connection_id=${String(hello.data?.['connection_id'])}&sequence_number=1` })
    equal((await resumed.event('hello')).seq, 0)
    other.send({ seq: 1, action: 'ping' })
    equal((await other.reply(1)).status, 'OK')
    other.close()
    resumed.close()
  })
})
