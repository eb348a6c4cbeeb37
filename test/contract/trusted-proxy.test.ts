import { deepEqual, equal, ok } from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, request, type IncomingMessage, type Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { WebSocket } from 'ws'
import { password } from '../harness/mattermost-client.ts'
import { createWorld, type World } from '../harness/world.ts'

/** Where the proxy stands, as the server sees it; everybody else comes from other addresses of this machine. */
const proxyAddress = '127.0.0.5'

/** A proxy as they are everywhere: it passes requests and upgrades on, adds whom it heard them from, and terminates TLS. */
async function openProxy(port: number): Promise<Server> {
  const told = ({ headers, socket: { remoteAddress = '' } }: IncomingMessage) => ({
    ...headers, 'x-forwarded-for': [headers['x-forwarded-for'], remoteAddress].filter(Boolean).join(', '), 'x-forwarded-proto': 'https',
  })
  const proxy = createServer((incoming, outgoing) => {
    const passed = request({ port, host: '127.0.0.1', localAddress: proxyAddress, method: incoming.method, path: incoming.url, headers: told(incoming) }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    incoming.pipe(passed)
  })
  proxy.on('upgrade', (incoming, socket, head) => {
    const passed = connect({ port, host: '127.0.0.1', localAddress: proxyAddress }, () => {
      passed.write(`GET ${incoming.url} HTTP/1.1\r\n${Object.entries(told(incoming)).map(([name, value]) => `${name}: ${String(value)}`).join('\r\n')}\r\n\r\n`)
      passed.write(head)
      passed.pipe(socket).pipe(passed)
    })
    passed.on('error', () => { socket.destroy() })
    socket.on('error', () => { passed.destroy() })
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  return proxy
}

describe('a proxy in front of the server', () => {
  let world: World
  let proxy: Server
  let viaProxy: number
  let direct: number
  before(async () => {
    world = await createWorld({ settings: { trustedProxies: [proxyAddress] as never } })
    direct = world.server.kernel.settings.listen.port
    proxy = await openProxy(direct)
    viaProxy = (proxy.address() as AddressInfo).port
  })
  after(async () => {
    proxy.close()
    await world.close()
  })

  interface Heard { readonly status: number, readonly headers: IncomingMessage['headers'], readonly body: string }
  const ask = async (port: number, from: string, { method = 'GET', path = '/api/v4/system/ping', headers = {}, body = '' } = {}): Promise<Heard> => {
    const sending = request({ port, host: '127.0.0.1', localAddress: from, method, path, headers, agent: false })
    sending.end(body)
    const [answer] = await once(sending, 'response') as [IncomingMessage]
    return { status: answer.statusCode ?? 0, headers: answer.headers, body: await text(answer) }
  }
  /** How many requests get through when each address may ask twice. */
  const passed = async (tries: (() => Promise<Heard>)[]): Promise<number> => {
    const { liveSettings } = world.server.kernel
    liveSettings.learn(new Map<string, unknown>([['limits.requestsPerSecond', 1], ['limits.burst', 2]]))
    try {
      let count = 0
      for (const attempt of tries) if ((await attempt()).status === 200) count += 1
      return count
    } finally { liveSettings.learn(new Map()) }
  }
  const times = (count: number, attempt: (number: number) => Promise<Heard>) => Array.from({ length: count }, (_none, number) => () => attempt(number))

  it('is believed of where a client is, and the client is not', async () => {
    ok(await passed(times(6, () => ask(viaProxy, '127.0.0.11'))) < 6)
    equal(await passed([...times(2, () => ask(viaProxy, '127.0.0.12')), ...times(2, () => ask(viaProxy, '127.0.0.13'))]), 4)
    // Whatever a client writes there stands left of what the proxy saw.
    ok(await passed(times(6, (number) => ask(viaProxy, '127.0.0.14', { headers: { 'x-forwarded-for': `203.0.113.${number}` } }))) < 6)
    // Past the proxy nobody is believed, not even with the proxy's own address.
    ok(await passed(times(6, (number) => ask(direct, '127.0.0.15', { headers: { 'x-forwarded-for': `203.0.113.${number}, ${proxyAddress}` } }))) < 6)
  })

  it('is believed of how a client came, so that cookies stay on TLS', async () => {
    const login = { method: 'POST', path: '/api/v4/users/login', body: JSON.stringify({ login_id: 'ada', password }) }
    const isSecure = ({ headers }: Heard): boolean[] => (headers['set-cookie'] ?? []).map((cookie) => /; Secure/.test(cookie))
    deepEqual(isSecure(await ask(viaProxy, '127.0.0.21', login)), [true, true, true])
    deepEqual(isSecure(await ask(direct, '127.0.0.21', { ...login, headers: { 'x-forwarded-proto': 'https' } })), [false, false, false])
  })

  it('passes websockets on', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${viaProxy}/api/v4/websocket`, { headers: { authorization: `Bearer ${world.ada.token}` }, localAddress: '127.0.0.31' })
    const [data] = await once(socket, 'message') as [Buffer]
    equal((JSON.parse(String(data)) as { event: string }).event, 'hello')
    socket.close()
    await once(socket, 'close')
  })
})
