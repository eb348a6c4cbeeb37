import { deepEqual, equal, ok } from 'node:assert/strict'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { WebSocket } from 'ws'
import { openBareSocket } from '../harness/bare-socket.ts'
import { createWorld, type World } from '../harness/world.ts'

const perAddress = 3
const ofAll = 5

describe('websockets that show no token', function () {
  this.timeout(30_000)
  let world: World
  before(async () => { world = await createWorld({ settings: { limits: { strangerSocketsPerAddress: perAddress, strangerSockets: ofAll } } }) })
  after(() => world.close())

  interface Opened { readonly webSocket: WebSocket, readonly status: number, readonly retryAfter: string | undefined }

  /** Status 101 where it is open. */
  const open = async (path: 'v1/socket' | 'v4/websocket', localAddress = '127.0.0.1'): Promise<Opened> => {
    const webSocket = new WebSocket(`ws://127.0.0.1:${new URL(world.server.url).port}/api/${path}`, { localAddress })
    webSocket.on('error', () => {})
    const opened = once(webSocket, 'open').then(() => ({ webSocket, status: 101, retryAfter: undefined }))
    const refused = once(webSocket, 'unexpected-response').then((heard) => {
      const response = heard[1] as IncomingMessage
      response.resume()
      return { webSocket, status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] }
    })
    return Promise.race([opened, refused])
  }
  /** The place of a socket that went is free when the server has heard of it. */
  const openWhenFree = async (path: 'v1/socket' | 'v4/websocket'): Promise<WebSocket> => {
    for (;;) {
      const { webSocket, status } = await open(path)
      if (status === 101) return webSocket
    }
  }

  it('are so many of one address and of all; who shows a token is none of them, and makes room', async () => {
    const { ada } = world
    const waiting = [await open('v4/websocket'), await open('v1/socket'), await open('v4/websocket')]
    deepEqual(waiting.map(({ status }) => status), [101, 101, 101])
    for (const path of ['v4/websocket', 'v1/socket'] as const) {
      const { status, retryAfter } = await open(path)
      deepEqual([status, retryAfter], [503, '5'])
    }
    // A token that stands for nobody is looked up first.
    equal(await (await openBareSocket(world.server.url, { token: 'nobody' })).closed, 1013)
    const known = await openBareSocket(world.server.url, { token: ada.token })
    ok(await known.event('hello'))
    known.close()

    const elsewhere = [await open('v4/websocket', '127.0.0.2'), await open('v1/socket', '127.0.0.2')]
    deepEqual(elsewhere.map(({ status }) => status), [101, 101])
    equal((await open('v4/websocket', '127.0.0.3')).status, 503, 'all together')
    for (const { webSocket } of elsewhere) webSocket.terminate()

    const [shown] = waiting as [Opened]
    shown.webSocket.send(JSON.stringify({ seq: 1, action: 'authentication_challenge', data: { token: ada.token } }))
    await once(shown.webSocket, 'message')
    const [, saysHello] = waiting as [Opened, Opened]
    saysHello.webSocket.send(JSON.stringify({ id: 1, type: 'hello', version: '2', auth: { headers: { authorization: `Bearer ${ada.token}` } } }))
    await once(saysHello.webSocket, 'message')
    const others = [await openWhenFree('v4/websocket'), await openWhenFree('v1/socket')]
    equal((await open('v1/socket')).status, 503)
    for (const socket of [...others, ...waiting.map(({ webSocket }) => webSocket)]) socket.terminate()
  })

  it('are closed after five seconds, and their places are free', async () => {
    const silent = [await openWhenFree('v4/websocket'), await openWhenFree('v1/socket'), await openWhenFree('v4/websocket')]
    const closed = await Promise.all(silent.map(async (socket) => {
      const [code] = await once(socket, 'close') as [number]
      return code
    }))
    deepEqual(closed, [1008, 1006, 1008])
    for (let count = 0; count < perAddress; count += 1) (await openWhenFree('v4/websocket')).terminate()
  })
})
