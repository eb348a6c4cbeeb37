import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { setImmediate as nextTick, setTimeout as wait } from 'node:timers/promises'
import { WebSocketServer } from 'ws'
import { buildFrame } from '../../../kernel/src/realtime/index.ts'
import { serveWorker } from '../worker.ts'

/** A bare `ws` server that writes one prebuilt frame to everybody. */
const server = new WebSocketServer({ noServer: false, port: 0, host: '127.0.0.1', perMessageDeflate: false })

const api = {
  async listen() {
    if (server.address() === null) await once(server, 'listening')
    return (server.address() as AddressInfo).port
  },
  /** `perTick` events in a turn of the event loop, then a pause, as events come from a log. */
  async broadcast({ events, perTick, payloadBytes, pauseMs }: { events: number, perTick: number, payloadBytes: number, pauseMs: number }) {
    const { bytes } = buildFrame('x'.repeat(payloadBytes))
    for (let sent = 0; sent < events; sent += perTick) {
      for (let each = 0; each < perTick; each += 1) {
        for (const client of server.clients) (client as unknown as { _socket: Socket })._socket.write(bytes)
      }
      await (pauseMs > 0 ? wait(pauseMs) : nextTick())
    }
  },
}
export type BareWsApi = typeof api
serveWorker(api)
