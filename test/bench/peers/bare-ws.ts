import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { setImmediate as nextTick, setTimeout as wait } from 'node:timers/promises'
import { WebSocketServer, type WebSocket } from 'ws'
import { serveWorker } from '../worker.ts'

// It loads nothing else: what reading our own modules leaves free in a process would hide what sockets take.
/** A bare `ws` server that writes one prebuilt frame to everybody, with no more per socket than any server must have. */
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })

/** Clients that have not answered the last ping. */
const silent = new WeakSet<WebSocket>()
const pingEveryMs = 60_000

function onMessage(): void {}
function onPong(this: WebSocket): void { silent.delete(this) }
function onError(this: WebSocket): void { this.terminate() }
function onClose(this: WebSocket): void { silent.delete(this) }
server.on('connection', (webSocket) => { webSocket.on('message', onMessage).on('pong', onPong).on('error', onError).on('close', onClose) })
setInterval(() => {
  for (const client of server.clients) {
    if (silent.has(client)) { client.terminate(); continue }
    silent.add(client)
    client.ping()
  }
}, pingEveryMs).unref()

const api = {
  async listen() {
    if (server.address() === null) await once(server, 'listening')
    return (server.address() as AddressInfo).port
  },
  /** `perTick` events in a turn of the event loop, then a pause, as events come from a log. */
  async broadcast({ events, perTick, frame, pauseMs }: { events: number, perTick: number, frame: Uint8Array, pauseMs: number }) {
    for (let sent = 0; sent < events; sent += perTick) {
      for (let each = 0; each < perTick; each += 1) {
        for (const client of server.clients) (client as unknown as { _socket: Socket })._socket.write(frame)
      }
      await (pauseMs > 0 ? wait(pauseMs) : nextTick())
    }
  },
}
export type BareWsApi = typeof api
serveWorker(api)
