import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Settings } from '../config/index.ts'

export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void

/** Gives each websocket address to its door; everything else is refused. */
export interface Upgrades {
  handle(path: string, handler: UpgradeHandler): void
  /** Calls back when the server stops. */
  onStop(callback: () => void): void
  /** Refuses what comes from now on, and cuts what has not closed a moment later. */
  stop(): void
}

/** How long clients may take to answer the close of their websocket when the server stops. */
const partingMs = 1000

/** Answers on a socket that has not become a websocket. */
export function refuseUpgrade(socket: Duplex, status: 400 | 401 | 403 | 404 | 503, reason: string): void {
  socket.end(`HTTP/1.1 ${status} ${reason}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

export function createUpgrades({ listener, settings }: { listener: Server, settings: Settings }): Upgrades {
  const handlers = new Map<string, UpgradeHandler>()
  const allowedOrigin = URL.parse(settings.url)?.origin ?? ''
  /** Browsers tell where the page comes from; only our own pages and programs without an origin may open sockets. */
  const isOriginAllowed = (request: IncomingMessage): boolean => {
    const { origin } = request.headers
    if (!origin || origin === allowedOrigin) return true
    return URL.parse(origin)?.host === request.headers.host
  }
  const sockets = new Set<Duplex>()
  const callbacks: (() => void)[] = []
  let isStopped = false
  // Shared by all sockets, of which there are many.
  function onError(this: Duplex): void { this.destroy() }
  function onClose(this: Duplex): void { sockets.delete(this) }
  listener.on('upgrade', (request, socket, head) => {
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
    onStop(callback) { callbacks.push(callback) },
    stop() {
      isStopped = true
      setTimeout(() => { for (const socket of sockets) socket.destroy() }, partingMs).unref()
      for (const callback of callbacks) callback()
    },
  }
}
