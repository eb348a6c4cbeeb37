import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { networkOf } from '../auth/index.ts'
import type { Settings } from '../config/index.ts'
import { createSlots } from '../slots.ts'
import type { HttpServer } from './http-server.ts'

export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void

/** Gives each websocket address to its door; everything else is refused. */
export interface Upgrades {
  handle(path: string, handler: UpgradeHandler): void
  /**
   * Counts a socket that has not shown a token yet, until it closes or what is answered is called. Undefined where too
   * many wait already, of its address or of all: then it is to be refused.
   */
  admitStranger(request: IncomingMessage, socket: Duplex): (() => void) | undefined
  /** Calls back when the server stops. */
  onStop(callback: () => void): void
  /** Refuses what comes from now on, and cuts what has not closed a moment later. */
  stop(): void
}

/** How long clients may take to answer the close of their websocket when the server stops. */
const partingMs = 1000
/** What a socket may take to show a token, and so when there is room again. */
const introductionMs = 5000

/** Answers on a socket that has not become a websocket. */
export function refuseUpgrade(socket: Duplex, status: 400 | 401 | 403 | 404 | 503, reason: string): void {
  const retryAfter = status === 503 ? `Retry-After: ${introductionMs / 1000}\r\n` : ''
  socket.end(`HTTP/1.1 ${status} ${reason}\r\n${retryAfter}Connection: close\r\nContent-Length: 0\r\n\r\n`)
}

export function createUpgrades({ http, settings }: { http: Pick<HttpServer, 'listener' | 'addressOf'>, settings: Settings }): Upgrades {
  const handlers = new Map<string, UpgradeHandler>()
  const allowedOrigin = URL.parse(settings.url)?.origin ?? ''
  /** Browsers tell where the page comes from; only our own pages and programs without an origin may open sockets. */
  const isOriginAllowed = (request: IncomingMessage): boolean => {
    const { origin } = request.headers
    if (!origin || origin === allowedOrigin) return true
    return URL.parse(origin)?.host === request.headers.host
  }
  const strangers = createSlots({
    perKey: () => settings.limits.strangerSocketsPerAddress, total: () => settings.limits.strangerSockets, refusal: 'too_many_sockets', typicalMs: introductionMs,
  })
  const sockets = new Set<Duplex>()
  const callbacks: (() => void)[] = []
  let isStopped = false
  // Shared by all sockets, of which there are many.
  function onError(this: Duplex): void { this.destroy() }
  function onClose(this: Duplex): void { sockets.delete(this) }
  http.listener.on('upgrade', (request, socket, head) => {
    sockets.add(socket)
    socket.on('error', onError).on('close', onClose)
    if (isStopped) return refuseUpgrade(socket, 503, 'Service Unavailable')
    const path = (request.url ?? '').split('?')[0]?.replace(/\/$/, '') ?? ''
    const handler = handlers.get(path)
    if (!handler) return refuseUpgrade(socket, 404, 'Not Found')
    if (!isOriginAllowed(request)) return refuseUpgrade(socket, 403, 'Forbidden')
    handler(request, socket, head)
  })
  return {
    handle(path, handler) { handlers.set(path, handler) },
    admitStranger(request, socket) {
      try {
        const leave = strangers.take(networkOf(http.addressOf(request)))
        // It may have closed while its token was looked up.
        if (socket.destroyed) leave()
        else socket.once('close', leave)
        return leave
      } catch {
        return undefined
      }
    },
    onStop(callback) { callbacks.push(callback) },
    stop() {
      isStopped = true
      setTimeout(() => { for (const socket of sockets) socket.destroy() }, partingMs).unref()
      for (const callback of callbacks) callback()
    },
  }
}
