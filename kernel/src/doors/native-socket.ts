import type { EventEmitter } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { badRequest, Boom, unauthorized } from '@hapi/boom'
import type { Request } from '@hapi/hapi'
import { plugin as nes } from '@hapi/nes'
import type { WebSocket, WebSocketServer } from 'ws'
import { RookeryError } from '@rookery/sdk/protocol'
import type { SessionStore } from '../auth/index.ts'
import type { Settings } from '../config/index.ts'
import type { Ids } from '../ids.ts'
import type { Context } from '../operations/index.ts'
import { Outbox, Subscriber, Turn, type Subscriptions } from '../realtime/index.ts'
import type { Log } from '../telemetry/index.ts'
import type { HttpServer } from './http-server.ts'
import { createNativeFormat } from './native-format.ts'
import { isNativeFrame } from './native-frame.ts'
import { ownText } from '../own-text.ts'
import { socketTokenOf } from './session-cookie.ts'
import { refuseUpgrade, type Upgrades } from './upgrades.ts'

/** In from a client: a post of the longest kind fits. */
const maximumMessageBytes = 64 * 1024
/** Of one socket within a second, and answers that it has not taken: beyond, it is cut. */
const tooManyMessages = 200
const tooManyAnswers = 64
const tooManyAnswerBytes = 8 * 1024 * 1024
const heartbeat = { interval: 30_000, timeout: 10_000 }
const helloMs = 5000
/** How long a client may take to answer a close. */
const closingMs = 1000
const path = '/api/v1/socket'

/** Parts of nes that it does not document; this file alone knows them. */
interface NesSocket {
  id: string
  readonly app: { subscriber?: Subscriber }
  readonly auth: { credentials: NativeCredentials | null }
  readonly _ws: WebSocket
  readonly _packets: readonly unknown[]
  readonly _processingCount: number
  disconnect(): unknown
  /** `replace` holds the JSON of an answer, and what stands for it in the frame until it is put there. */
  _send(message: unknown, options?: { readonly replace?: Readonly<Record<string, string>> }): Promise<void>
  _error(error: Boom): Promise<void>
  /** Rejects with what nes does not expect, whatever led to it. */
  _onMessage(message: Buffer): Promise<void>
  _setCredentials(auth: { readonly credentials: NativeCredentials, readonly strategy: string }): void
}
interface NesListener { readonly _wss: WebSocketServer, readonly _sockets: { readonly _items: Readonly<Record<string, NesSocket>> }, _generateId: () => string }

/** Who asks over a native socket; hapi hands it to the handlers of the requests that come over it. */
export interface NativeCredentials {
  readonly token: string
  readonly sessionId: string
  /** Undefined until the socket has said hello. */
  client?: Pick<Context, 'address' | 'userAgent' | 'connectionId'>
}

/** The one who asks, where a request came over a native socket. */
export const nativeCredentialsOf = (request: Request): NativeCredentials | undefined =>
  request.auth.isInjected ? request.auth.credentials as unknown as NativeCredentials : undefined

/**
 * nes puts an answer into its frame by String.replace, which reads `$&`, `$$` and others as patterns: whoever wrote them
 * would have made answers unreadable for everybody. Doubled, they are what they are.
 */
function answerLiterally(socket: NesSocket): void {
  const send = socket._send
  socket._send = (message, options) => send.call(socket, message, options?.replace
    ? { ...options, replace: Object.fromEntries(Object.entries(options.replace).map(([mark, json]) => [mark, json.replaceAll('$', '$$$$')])) }
    : options)
}

/**
 * Hands nes nothing that has not the shape of a frame. Should it stumble all the same, that costs the socket on which it
 * did: left alone, it would cost the process.
 */
function hearWarily(socket: NesSocket, stumble: (error: unknown) => void): void {
  const hear = socket._onMessage
  socket._onMessage = async (message) => {
    try {
      await (isNativeFrame(message.toString()) ? hear.call(socket, message) : socket._error(badRequest('This is no frame')))
    } catch (error) {
      stumble(error)
    }
  }
}

interface Peer {
  readonly stream: Duplex
  readonly address: string
  readonly userAgent: string
  /** It is no stranger any more. */
  readonly introduce: () => void
}

/**
 * Opens the native websocket: nes speaks its protocol (hello with a token, requests to the native operations,
 * heartbeats), events leave as prebuilt frames. nes would take every upgrade of the server: its listener is taken off,
 * and only what the door of upgrades lets through reaches it.
 */
export async function openNativeSocket({ http, upgrades, sessions, subscriptions, ids, settings, log }: {
  http: HttpServer, upgrades: Upgrades, sessions: SessionStore, subscriptions: Subscriptions, ids: Ids, settings: Pick<Settings, 'accounts'>, log: Log
}): Promise<void> {
  const { hapi } = http
  const peers = new WeakMap<WebSocket, Peer>()
  const nesSockets = new WeakMap<WebSocket, NesSocket>()
  const turn = new Turn()
  const format = createNativeFormat(settings)

  hapi.auth.scheme('rookery', () => ({
    async authenticate(request, reply) {
      const token = /^bearer (\S+)$/i.exec(String(request.headers['authorization'] ?? ''))?.[1]
      const found = token ? await sessions.find(token) : undefined
      if (!token || !found) throw unauthorized('There is no session for this token')
      return reply.authenticated({ credentials: { token, sessionId: found.session.id } as never })
    },
    async verify({ credentials }) {
      if (!(await sessions.find((credentials as unknown as NativeCredentials).token))) throw unauthorized('The session has ended')
    },
  }))
  hapi.auth.strategy('session', 'rookery')

  const cut = (socket: NesSocket): void => {
    socket.disconnect()
    setTimeout(() => { socket._ws.terminate() }, closingMs).unref()
  }
  const onConnection = async (socket: NesSocket): Promise<void> => {
    const peer = peers.get(socket._ws)
    nesSockets.set(socket._ws, socket)
    answerLiterally(socket)
    const { credentials } = socket.auth
    const found = credentials && await sessions.find(credentials.token)
    if (!peer || !credentials || !found) {
      setImmediate(cut, socket)
      throw unauthorized('Say hello with a token')
    }
    peer.introduce()
    const { actor, session } = found
    const subscriber = new Subscriber({
      id: socket.id, userId: actor.userId, sessionId: session.id, token: credentials.token, roles: actor.roles,
      format, outbox: new Outbox(peer.stream, socket._ws, turn), onEnd: () => { cut(socket) },
    })
    credentials.client = { address: peer.address, userAgent: peer.userAgent, connectionId: socket.id }
    socket.app.subscriber = subscriber
    try {
      await subscriptions.add(subscriber)
    } catch (error) {
      setImmediate(cut, socket)
      throw error instanceof RookeryError ? new Boom(error.message, { statusCode: error.status }) : error
    }
    if (socket._ws.readyState !== socket._ws.OPEN) onDisconnection(socket)
  }
  const onDisconnection = (socket: NesSocket): void => {
    const { subscriber } = socket.app
    if (!subscriber) return
    subscriber.outbox.close()
    subscriptions.remove(subscriber)
  }

  const others = new Set(http.listener.listeners('upgrade'))
  await hapi.register({
    plugin: nes,
    options: {
      auth: { type: 'direct', route: 'session', timeout: helloMs, minAuthVerifyInterval: heartbeat.interval },
      heartbeat, onConnection: onConnection as never, onDisconnection: onDisconnection as never,
    },
  })
  for (const listener of http.listener.listeners('upgrade')) {
    if (!others.has(listener)) (http.listener as EventEmitter).removeListener('upgrade', listener as () => void)
  }
  const { _listener: listener } = (hapi.plugins as unknown as { nes: { _listener: NesListener } }).nes
  listener._wss.options.maxPayload = maximumMessageBytes
  let lastId = ''
  listener._generateId = () => lastId = ids.next()

  // Only the native door is reached over this socket; what a client says of its own address is not believed.
  hapi.ext('onRequest', (request, reply) => {
    if (!(request.plugins as { nes?: unknown }).nes) return reply.continue
    if (!request.path.startsWith('/api/v1/')) return reply.response('There is nothing at this address.').code(404).takeover()
    delete request.headers['x-forwarded-for']
    return reply.continue
  })

  const guard = (webSocket: WebSocket): void => {
    let messages = 0
    let countedAt = 0
    webSocket.on('message', () => {
      const now = Math.floor(performance.now() / 1000)
      if (now !== countedAt) {
        countedAt = now
        messages = 0
      }
      messages += 1
      const socket = nesSockets.get(webSocket)
      const isBehind = (socket?._packets.length ?? 0) > tooManyAnswers || (socket?._processingCount ?? 0) > tooManyAnswers || webSocket.bufferedAmount > tooManyAnswerBytes
      if (messages > tooManyMessages || isBehind) webSocket.terminate()
    })
  }

  hapi.route({ method: 'GET', path, handler: (request, reply) => http.refuse(new RookeryError('not_a_websocket'), request, reply) })
  const accept = (request: IncomingMessage, stream: Duplex, head: Buffer, credentials?: NativeCredentials): void => {
    // Who has a session by its cookie is no stranger.
    const introduce = credentials ? () => {} : upgrades.admitStranger(request, stream)
    if (!introduce) return refuseUpgrade(stream, 503, 'Service Unavailable')
    listener._wss.handleUpgrade(request, stream, head, (webSocket) => {
      peers.set(webSocket, { stream, introduce, address: http.addressOf(request), userAgent: ownText((request.headers['user-agent'] ?? '').slice(0, 500)) })
      guard(webSocket)
      // nes lets a socket live whose hello it refused.
      setTimeout(() => { if (!nesSockets.get(webSocket)?.app.subscriber) webSocket.terminate() }, helloMs).unref()
      lastId = ''
      listener._wss.emit('connection', webSocket, request)
      const socket = listener._sockets._items[lastId]
      if (!socket) return webSocket.terminate()
      hearWarily(socket, (error) => {
        // Who is gone before the answer is nobody's fault.
        if (webSocket.readyState === webSocket.OPEN) log.warn('A native socket was cut by an error', { error })
        cut(socket)
      })
      if (credentials) socket._setCredentials({ credentials, strategy: 'session' })
    })
  }
  upgrades.handle(path, (request, stream, head) => {
    const token = socketTokenOf(request)
    if (!token) return accept(request, stream, head)
    // A cookie that is worth nothing is told to the hello: a page cannot read why an upgrade was refused.
    sessions.find(token).then(
      (found) => { accept(request, stream, head, found && { token, sessionId: found.session.id }) },
      () => { refuseUpgrade(stream, 503, 'Service Unavailable') },
    )
  })
}
