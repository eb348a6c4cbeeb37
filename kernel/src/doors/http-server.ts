import { createServer, type IncomingMessage, type Server as NodeServer } from 'node:http'
import { Readable } from 'node:stream'
import { server as createHapi, type Request, type ResponseObject, type ResponseToolkit, type Server } from '@hapi/hapi'
import { RookeryError } from '@rookery/sdk/protocol'
import { networkOf, type SessionStore, type StoredSession } from '../auth/index.ts'
import type { Clock } from '../clock.ts'
import type { Settings } from '../config/index.ts'
import { isId, type Ids } from '../ids.ts'
import { acceptedLanguages, bestLanguage, type Languages } from '../languages/index.ts'
import type { Context } from '../operations/index.ts'
import { createSlots } from '../slots.ts'
import type { Log } from '../telemetry/index.ts'
import { createClientAddress } from './client-address.ts'
import { asRookeryError, fromHttpStatus } from './errors.ts'
import { createLocalSocket, type LocalSocket } from './local-socket.ts'
import { readBody } from './read-body.ts'
import { createRateLimit, type RateState } from './rate-limit.ts'

/** A part of the address space that tells errors in its own words; the longest prefix that fits wins. */
export interface Door {
  readonly prefix: string
  renderError(error: RookeryError, request: Request, reply: ResponseToolkit): ResponseObject
}

/** Who asks, as a door found out. */
export interface Caller { readonly context: Context, readonly session: StoredSession | undefined }

export interface HttpServer {
  readonly hapi: Server
  readonly listener: NodeServer
  readonly local: LocalSocket
  addDoor(door: Door): void
  /** From a token, undefined for none, to the caller. */
  caller(request: Request, token: string | undefined): Promise<Caller>
  requestId(request: Request): string
  /** What went wrong, in the language of whoever asked: that of the account or, `asAsked`, first that which the request names. */
  tell(error: RookeryError, request: Request, options?: { readonly asAsked?: boolean }): string
  /** The client's address as the trusted proxies tell it. */
  addressOf(request: IncomingMessage): string
  /** Answers with an error as the door tells it to which the address belongs. */
  refuse(error: unknown, request: Request, reply: ResponseToolkit): ResponseObject
  /** How long a body that is read into memory may take; tests are less patient. */
  bodyPatienceMs: number
  /** The whole body of a route whose payload is left unread. Throws `body_too_large` and `body_too_slow`. */
  readBody(request: Request, maximumBytes: number): Promise<Buffer>
  /** A place among the uploads of whoever asks; answers how to give it back. */
  beginUpload(caller: Caller, request: Request): () => void
  readonly uploadsUnderWay: number
  /** Whether the client speaks TLS, as far as somebody trustworthy says so. */
  isSecure(request: Request): boolean
}

interface Parts {
  readonly settings: Settings
  readonly sessions: SessionStore
  readonly languages: Languages
  readonly ids: Ids
  readonly clock: Clock
  readonly log: Log
}

const maximumAddressBytes = 8 * 1024

/** A body that is read into memory must be there by then; uploads have a time of their own. */
const bodyPatienceMs = 30_000

/** Under way at once, of all accounts: each holds a connection and a file. */
const maximumUploads = 1000

const refusalOfHttp: Readonly<Record<string, string>> = { ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout', HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large' }

/** The best language that a client asks for; none where it takes any. */
const wantedLocale = ({ headers }: Request): string | undefined => bestLanguage(acceptedLanguages(String(headers['accept-language'] ?? '')))

export function createHttpServer({ settings, sessions, languages, ids, clock, log }: Parts): HttpServer {
  const listener = createServer({
    maxHeaderSize: 32 * 1024, headersTimeout: 20_000, requestTimeout: 600_000, keepAliveTimeout: 65_000, connectionsCheckingInterval: 5000,
    // Some clients offer HTTP/2 (h2c) with every request and go on as they began when nobody takes it up.
    shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
  })
  const hapi = createHapi({
    listener, autoListen: false,
    // The kernel stops the listener itself: it also has websockets on it.
    operations: { cleanStop: false },
    router: { stripTrailingSlash: true },
    routes: {
      // Doors read cookies themselves, and a strange cookie is no reason to refuse a request.
      state: { parse: false, failAction: 'ignore' },
      response: { emptyStatusCode: 200, ranges: false }, security: false, cors: false,
    },
    debug: false, query: { parser: (query) => ({ ...query }) },
  })
  const doors: Door[] = []
  const local = createLocalSocket({ listener, log })
  const rateLimit = createRateLimit({ settings, clock })
  const address = createClientAddress(settings)
  const uploads = createSlots({ perKey: () => settings.limits.uploadsPerAccount, total: () => maximumUploads, refusal: 'too_many_uploads', typicalMs: 5000 })
  const requestId = (request: Request): string => {
    const app = request.app as { requestId?: string }
    return app.requestId ??= ids.next()
  }
  /** For what goes wrong later, where nobody knows any more who asks. */
  const noteLocale = (request: Request, locale: string): string => (request.app as { locale?: string }).locale = locale
  /** At once, not when the answer is made: doors may write that themselves. */
  const tellRate = ({ raw: { res } }: Request, { limit, remaining, resetSeconds }: RateState): void => {
    res.setHeader('X-RateLimit-Limit', String(limit))
    res.setHeader('X-RateLimit-Remaining', String(remaining))
    res.setHeader('X-RateLimit-Reset', String(resetSeconds))
  }
  const refuse = (cause: unknown, request: Request, reply: ResponseToolkit): ResponseObject => {
    const error = asRookeryError(cause, requestId(request), log)
    const door = doors.find(({ prefix }) => request.path.startsWith(prefix))
    return door ? door.renderError(error, request, reply) : reply.response(server.tell(error, request)).type('text/plain').code(error.status).takeover()
  }
  /** Clients that have no connection yet send all kinds of text, and events carry what we take. */
  const connectionId = (request: Request): string => {
    const told = String(request.headers['connection-id'] ?? '')
    return isId(told) ? told : ''
  }
  hapi.ext('onRequest', (request, reply) => {
    try {
      const url = request.raw.req.url ?? ''
      if (url.length > maximumAddressBytes) throw new RookeryError('address_too_long', { limitBytes: maximumAddressBytes })
      // No name has it, and the database cannot even compare with it.
      if (url.includes('%00')) throw new RookeryError('invalid_address_part', { field: 'address', reason: 'it has a NUL character' })
      if (rateLimit.isOn && !local.isLocal(request.raw.req)) tellRate(request, rateLimit.count(address.of(request.raw.req)))
      return reply.continue
    } catch (error) {
      return refuse(error, request, reply)
    }
  })
  hapi.ext('onPreResponse', (request, reply) => {
    const { response } = request
    if (!('isBoom' in response)) return reply.continue
    const { isServer, output: { statusCode } } = response as { isServer: boolean, output: { statusCode: number } }
    return refuse(isServer && statusCode !== 503 ? response : fromHttpStatus(statusCode, request.method), request, reply)
  })
  // What is not HTTP, or is too slow to become a request: no door is there yet to tell it.
  listener.removeAllListeners('clientError')
  listener.on('clientError', ({ code }: NodeJS.ErrnoException, socket) => {
    if (!socket.writable || code === 'ECONNRESET') { socket.destroy(); return }
    socket.end(`HTTP/1.1 ${refusalOfHttp[code ?? ''] ?? '400 Bad Request'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
  })
  hapi.events.on('response', (request) => {
    if (!settings.telemetry.accessLog) return
    const { statusCode } = request.raw.res
    log.info('Answered', { method: request.method, path: request.path, status: statusCode, durationMs: Date.now() - request.info.received, requestId: requestId(request) })
  })
  const server: HttpServer = {
    hapi,
    listener,
    local,
    addDoor(door) {
      doors.push(door)
      doors.sort((a, b) => b.prefix.length - a.prefix.length)
    },
    requestId,
    tell: (error, request, { asAsked = false } = {}) =>
      languages.tell(error, (asAsked ? wantedLocale(request) : undefined) ?? (request.app as { locale?: string }).locale ?? wantedLocale(request) ?? settings.site.locale),
    addressOf: (request) => address.of(request),
    refuse,
    bodyPatienceMs,
    readBody: (request, maximumBytes) => request.payload instanceof Readable
      ? readBody(request.payload, request.raw.req.headers, { maximumBytes, patienceMs: server.bodyPatienceMs }) : Promise.resolve(Buffer.alloc(0)),
    get uploadsUnderWay() { return uploads.size },
    beginUpload: ({ session }, request) => uploads.take(session?.userId ?? networkOf(address.of(request.raw.req))),
    isSecure: (request) => address.isSecure(request.raw.req),
    async caller(request, token) {
      const found = token && !local.isLocal(request.raw.req) ? await sessions.find(token) : undefined
      if (found && rateLimit.isOn && settings.limits.perAccount) tellRate(request, rateLimit.count(found.session.userId))
      return {
        session: found?.session,
        context: {
          actor: local.isLocal(request.raw.req) ? { kind: 'local' } : found?.actor ?? { kind: 'anonymous' },
          requestId: requestId(request), address: address.of(request.raw.req), userAgent: String(request.headers['user-agent'] ?? ''),
          locale: noteLocale(request, found?.locale || wantedLocale(request) || settings.site.locale), connectionId: connectionId(request), causeDepth: 0,
        },
      }
    },
  }
  return server
}
