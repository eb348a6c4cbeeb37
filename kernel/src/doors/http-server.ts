import { createServer, type Server as NodeServer } from 'node:http'
import { isIP } from 'node:net'
import { server as createHapi, type Request, type ResponseObject, type ResponseToolkit, type Server } from '@hapi/hapi'
import type { RookeryError } from '@rookery/sdk/protocol'
import type { SessionStore, StoredSession } from '../auth/index.ts'
import type { Settings } from '../config/index.ts'
import type { Ids } from '../ids.ts'
import type { Context } from '../operations/index.ts'
import type { Log } from '../telemetry/index.ts'
import { asRookeryError, fromHttpStatus } from './errors.ts'

/** A part of the address space that tells errors in its own words. */
export interface Door {
  readonly prefix: string
  renderError(error: RookeryError, request: Request, reply: ResponseToolkit): ResponseObject
}

/** Who asks, as a door found out. */
export interface Caller { readonly context: Context, readonly session: StoredSession | undefined }

export interface HttpServer {
  readonly hapi: Server
  readonly listener: NodeServer
  addDoor(door: Door): void
  /** From a token, undefined for none, to the caller. */
  caller(request: Request, token: string | undefined): Promise<Caller>
  requestId(request: Request): string
}

const maximumAddressBytes = 8 * 1024

export function createHttpServer(
  { settings, sessions, ids, log }: { settings: Settings, sessions: SessionStore, ids: Ids, log: Log },
): HttpServer {
  const listener = createServer({ maxHeaderSize: 32 * 1024, headersTimeout: 20_000, requestTimeout: 600_000, keepAliveTimeout: 65_000 })
  const hapi = createHapi({
    listener, autoListen: false,
    // The kernel stops the listener itself: it also has websockets on it.
    operations: { cleanStop: false },
    router: { stripTrailingSlash: true },
    // Doors read cookies themselves, and a strange cookie is no reason to refuse a request.
    routes: { state: { parse: false, failAction: 'ignore' }, response: { emptyStatusCode: 200 }, security: false, cors: false },
    debug: false, query: { parser: (query) => ({ ...query }) },
  })
  const doors: Door[] = []
  const requestIds = new WeakMap<Request, string>()
  const proxies = new Set(settings.trustedProxies)
  const requestId = (request: Request): string => {
    const known = requestIds.get(request)
    if (known) return known
    const made = ids.next()
    requestIds.set(request, made)
    return made
  }
  const address = (request: Request): string => {
    const direct = (request.info.remoteAddress ?? '').replace(/^::ffff:/, '')
    if (!proxies.has(direct)) return direct
    const told = String(request.headers['x-forwarded-for'] ?? '').split(',').at(-1)?.trim() ?? ''
    return isIP(told) ? told : direct
  }
  hapi.ext('onPreResponse', (request, reply) => {
    const { response } = request
    if (!('isBoom' in response)) return reply.continue
    const door = doors.find(({ prefix }) => request.path.startsWith(prefix))
    if (!door) return reply.continue
    const cause = (response as { isServer: boolean }).isServer ? asRookeryError(response, requestId(request), log) : fromHttpStatus(response.output.statusCode, request.method)
    return door.renderError(cause, request, reply)
  })
  hapi.ext('onRequest', (request, reply) => {
    if ((request.raw.req.url?.length ?? 0) <= maximumAddressBytes) return reply.continue
    return reply.response('The address is too long.').code(414).takeover()
  })
  return {
    hapi,
    listener,
    addDoor(door) { doors.push(door) },
    requestId,
    async caller(request, token) {
      const found = token ? await sessions.find(token) : undefined
      return {
        session: found?.session,
        context: {
          actor: found?.actor ?? { kind: 'anonymous' },
          requestId: requestId(request), address: address(request), userAgent: String(request.headers['user-agent'] ?? ''),
          locale: String(request.headers['accept-language'] ?? 'en').slice(0, 5), connectionId: String(request.headers['connection-id'] ?? ''), causeDepth: 0,
        },
      }
    },
  }
}
