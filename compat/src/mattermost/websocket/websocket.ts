import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import { RookeryError } from '@rookery/sdk/protocol'
import { asRookeryError, isId, ownText, refuseUpgrade, Turn, type Clock, type Context, type Hub, type HttpServer, type Ids, type Languages, type Log, type Operations, type SessionStore, type Upgrades, type WireFormat } from '@rookery/kernel'
import { credentialsOf } from '../credentials.ts'
import { frameOf } from '../events/message.ts'
import { createAnswerer, refusalOf, refusals, refuse, succeed } from './actions.ts'
import { readClientMessage, type ClientMessage } from './client-message.ts'
import { Connection } from './connection.ts'
import { createConnections } from './connections.ts'
import { Socket, type Origin } from './socket.ts'

interface Parts {
  readonly hub: Hub
  readonly sessions: SessionStore
  readonly operations: Operations
  readonly http: HttpServer
  readonly upgrades: Upgrades
  readonly ids: Ids
  readonly languages: Languages
  readonly clock: Clock
  readonly log: Log
  readonly version: () => string
  readonly format: WireFormat
}

const address = '/api/v4/websocket'
/** As Mattermost. */
const maximumMessageBytes = 8 * 1024
/** Of one socket within a second: beyond the first its messages are refused, beyond the second it is cut. */
const manyMessages = 50
const tooManyMessages = 500
/** What a client may say before we have looked up its token. */
const maximumEarlyMessages = 16
const sweepMs = 1000
/** Close code of RFC 6455's registry: the client may come again. */
const tryLater = 1013

type Found = NonNullable<Awaited<ReturnType<SessionStore['find']>>>

/** Opens /api/v4/websocket. */
export function openV4Websocket({ hub, sessions, operations, http, upgrades, ids, languages, clock, log, version, format }: Parts): void {
  const server = new WebSocketServer({ noServer: true, maxPayload: maximumMessageBytes, perMessageDeflate: false, clientTracking: false, WebSocket: Socket })
  const connections = createConnections({ hub })
  const turn = new Turn()
  const answer = createAnswerer({ operations, clock, version, tell: (error, locale) => languages.tell(error, locale), toError: (error, requestId) => asRookeryError(error, requestId, log) })

  const helloOf = (connectionId: string, userId: string) =>
    frameOf('hello', JSON.stringify({ server_version: version(), connection_id: connectionId, server_hostname: '' }), { userId })

  /** Gives the socket its connection: the one it had, where nothing was lost, or a new one that begins with hello. */
  const admit = async (socket: Socket, { session, actor, locale }: Found, token: string): Promise<void> => {
    socket.introduce?.()
    socket.introduce = undefined
    const origin = socket.origin as Origin
    const old = origin.resume && connections.find(origin.resume.connectionId)
    if (origin.resume && old?.userId === session.userId) {
      if (old.canResume(origin.resume.sequence)) {
        // The client knows that its old socket is dead before we do.
        const { socket: dead } = old
        if (dead) {
          dead.connection = undefined
          dead.terminate()
        }
        old.bind({ session, roles: actor.roles, locale, token })
        old.attach(socket, origin.resume.sequence)
        connections.keep(old)
        return
      }
      connections.forget(old)
    }
    const id = ids.next()
    const connection = new Connection(connections, { id, userId: session.userId, format, acknowledges: origin.acknowledges })
    connection.bind({ session, roles: actor.roles, locale, token })
    await hub.add(connection)
    if (socket.readyState !== socket.OPEN || !hub.has(connection)) {
      hub.remove(connection)
      socket.leave(1000, connections.now())
      return
    }
    connection.begin(socket, helloOf(id, session.userId))
    connections.keep(connection)
  }

  const challenge = async (socket: Socket, { seq, data: { token } }: ClientMessage): Promise<void> => {
    const found = typeof token === 'string' && token !== '' ? await sessions.find(token) : undefined
    if (!found) return socket.leave(1008, connections.now())
    await admit(socket, found, token as string)
    socket.reply(succeed(seq))
  }

  const contextOf = async (socket: Socket, connection: Connection): Promise<Context | undefined> => {
    const found = await sessions.find(connection.token)
    const { address, userAgent, locale } = socket.origin as Origin
    return found && { actor: found.actor, requestId: ids.next(), address, userAgent, locale: found.locale || locale, connectionId: connection.id, causeDepth: 0 }
  }

  const take = async (socket: Socket, bytes: Buffer, isBinary: boolean): Promise<void> => {
    const count = socket.countMessage(connections.now())
    if (count > tooManyMessages) return socket.terminate()
    const { connection } = socket
    // As Mattermost: only who has signed in may speak MessagePack.
    if (!connection && isBinary) return socket.leave(1003, connections.now())
    let message: ClientMessage
    try {
      message = readClientMessage(bytes, isBinary)
    } catch {
      return socket.leave(1007, connections.now())
    }
    if (count > manyMessages) return socket.reply(refuse(message.seq, { id: 'api.context.rate_limited.app_error', message: 'Too many actions within a second.', detailed_error: '', status_code: 429 }))
    if (message.action === 'authentication_challenge' && message.seq > 0) {
      // Clients send it even where their cookie or header was enough.
      if (connection) return
      return hold(socket, () => challenge(socket, message))
    }
    if (!connection) return socket.reply(refuse(message.seq, refusals.notAuthenticated))
    const context = await contextOf(socket, connection)
    if (!context) return connection.end('session_ended')
    const reply = await answer(message, context)
    if (reply) socket.reply(reply)
  }
  /** Does something during which what the client says has to wait. */
  const hold = async (socket: Socket, action: () => Promise<void>): Promise<void> => {
    socket.early = []
    await action()
    const { early } = socket
    socket.early = undefined
    for (const { bytes, isBinary } of early ?? []) hear(socket, bytes, isBinary)
  }
  const hear = (socket: Socket, bytes: Buffer, isBinary: boolean): void => {
    if (socket.closedAt > 0) return
    if (socket.early) {
      if (socket.early.push({ bytes, isBinary }) > maximumEarlyMessages) socket.leave(1008, connections.now())
      return
    }
    run(socket, take(socket, bytes, isBinary))
  }
  const run = (socket: Socket, action: Promise<void>): void => {
    action.catch((error: unknown) => {
      if (error instanceof RookeryError) {
        socket.reply(refuse(0, refusalOf(error, error.message)))
        return socket.leave(tryLater, connections.now())
      }
      log.warn('A websocket was cut by an error', { error })
      socket.leave(1011, connections.now())
    })
  }

  // Shared by all sockets: `this` says which one it is.
  function onMessage(this: WebSocket, data: unknown, isBinary: boolean): void { hear(this as Socket, data as Buffer, isBinary) }
  function onPong(this: WebSocket): void { (this as Socket).heardAt = connections.now() }
  function onPing(this: WebSocket): void { if ((this as Socket).countMessage(connections.now()) > tooManyMessages) this.terminate() }
  function onError(this: WebSocket): void { this.terminate() }
  function onClose(this: WebSocket): void { connections.closed(this as Socket) }

  const open = (socket: Socket, stream: Duplex, request: IncomingMessage, token: string, introduce: (() => void) | undefined): void => {
    const { headers } = request
    socket.introduce = introduce
    const origin = originOf(request)
    socket.begin(stream, {
      ...(origin ?? { resume: undefined, acknowledges: false }),
      address: http.addressOf(request), userAgent: ownText((headers['user-agent'] ?? '').slice(0, 500)), locale: (headers['accept-language'] ?? 'en').slice(0, 5),
    }, turn, connections.now())
    socket.on('message', onMessage).on('pong', onPong).on('ping', onPing).on('error', onError).on('close', onClose)
    connections.open(socket)
    if (!origin) return socket.leave(1008, connections.now())
    if (!token) return
    run(socket, hold(socket, async () => {
      // What does not stand for a session is as good as nothing: a challenge may still come.
      const found = await sessions.find(token)
      if (found) return admit(socket, found, token)
      socket.introduce = upgrades.admitStranger(request, stream)
      if (!socket.introduce) socket.leave(tryLater, connections.now())
    }))
  }

  const refuseOrUpgrade = (request: IncomingMessage, stream: Duplex, head: Buffer): void => {
    if (request.method !== 'GET') return refuseUpgrade(stream, 400, 'Bad Request')
    const { token = '' } = credentialsOf(request.headers)
    // Who brings a token is looked up first: strangers cannot take its place.
    const introduce = token === '' ? upgrades.admitStranger(request, stream) : undefined
    if (token === '' && !introduce) return refuseUpgrade(stream, 503, 'Service Unavailable')
    server.handleUpgrade(request, stream, head, (socket) => { open(socket, stream, request, token, introduce) })
  }
  http.hapi.route({ method: 'GET', path: address, handler: (request, reply) => http.refuse(new RookeryError('not_a_websocket'), request, reply) })
  upgrades.handle(address, refuseOrUpgrade)

  const timer = setInterval(connections.sweep, sweepMs).unref()
  upgrades.onStop(() => {
    clearInterval(timer)
    for (const socket of connections.sockets) socket.leave(1001, connections.now())
  })
}

/** What the address says of the connection; undefined where it is not valid. The code of the last close is borne and not used. */
function originOf(request: IncomingMessage): Pick<Origin, 'resume' | 'acknowledges'> | undefined {
  const query = new URLSearchParams((request.url ?? '').split('?')[1] ?? '')
  const acknowledges = query.get('posted_ack') === 'true'
  const connectionId = query.get('connection_id')
  if (!connectionId) return { resume: undefined, acknowledges }
  const sequence = query.get('sequence_number') ?? ''
  if (!isId(connectionId) || !/^\d{1,15}$/.test(sequence)) return undefined
  return { resume: { connectionId: ownText(connectionId), sequence: Number(sequence) }, acknowledges }
}
