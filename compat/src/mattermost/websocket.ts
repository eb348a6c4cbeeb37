import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import { buildFrame, createOutbox, refuseUpgrade, type Clock, type Frame, type Hub, type Ids, type Log, type Outbox, type SessionStore, type StoredSession, type Upgrades, type WireFormat } from '@rookery/kernel'
import { credentialsOf } from './credentials.ts'
import { message } from './events/message.ts'

interface Parts {
  readonly hub: Hub
  readonly sessions: SessionStore
  readonly upgrades: Upgrades
  readonly ids: Ids
  readonly clock: Clock
  readonly log: Log
  readonly version: () => string
  readonly format: WireFormat
}

/** As Mattermost: the challenge must come within five seconds, a message from a client has at most 8 KiB. */
const challengeMs = 5000
const maximumMessageBytes = 8 * 1024

/** Opens /api/v4/websocket. */
export function openV4Websocket({ hub, sessions, upgrades, ids, clock, log, version, format }: Parts): void {
  const server = new WebSocketServer({ noServer: true, maxPayload: maximumMessageBytes, perMessageDeflate: false })

  const serve = async (webSocket: WebSocket, socket: Duplex, { session, isAdmin }: { session: StoredSession, isAdmin: boolean }): Promise<void> => {
    let sequence = 0
    const outbox: Outbox = createOutbox({ socket, overflow: () => { webSocket.terminate() } })
    const listener = {
      id: ids.next(), userId: session.userId, sessionId: session.id, format, isAdmin,
      deliver(frame: Frame) { if (outbox.push(frame, sequence, session.userId)) sequence += 1 },
      end() { webSocket.close(1000) },
    }
    const reply = (seq: number, data?: unknown): void => { outbox.push(buildFrame(JSON.stringify({ status: 'OK', seq_reply: seq, ...(data !== undefined && { data }) })), 0, '') }
    webSocket.on('close', () => { outbox.close(); hub.remove(listener) })
    webSocket.on('message', (data) => {
      try {
        const { seq, action } = JSON.parse(String(data)) as { seq: number, action: string }
        if (action === 'ping') reply(seq, { text: 'pong', version: version(), server_time: clock.now(), node_id: '' })
        else reply(seq)
      } catch {
        webSocket.close(1007)
      }
    })
    await hub.add(listener)
    const hello = message('hello', { server_version: version(), connection_id: listener.id, server_hostname: '' }, { userId: session.userId })
    listener.deliver(hello.frameFor(listener as never) as Frame)
  }

  const challenge = (webSocket: WebSocket): Promise<{ token: string, seq: number }> => new Promise((resolve, reject) => {
    const timer = setTimeout(() => { reject(new Error('no challenge came')) }, challengeMs)
    webSocket.once('close', () => { clearTimeout(timer); reject(new Error('closed')) })
    webSocket.once('message', (data) => {
      clearTimeout(timer)
      try {
        const { action, seq, data: { token } } = JSON.parse(String(data)) as { action: string, seq: number, data: { token: string } }
        if (action !== 'authentication_challenge' || typeof token !== 'string') throw new Error('another action came first')
        resolve({ token, seq })
      } catch (error) { reject(error as Error) }
    })
  })

  const open = async (webSocket: WebSocket, socket: Duplex, request: IncomingMessage): Promise<void> => {
    webSocket.on('error', () => { webSocket.terminate() })
    const early = credentialsOf(request.headers).token
    const proof = early ? { token: early, seq: 0 } : await challenge(webSocket)
    const found = await sessions.find(proof.token)
    if (!found) return webSocket.close(1008)
    await serve(webSocket, socket, { session: found.session, isAdmin: found.actor.roles.includes('system_admin') })
    if (proof.seq > 0) webSocket.send(JSON.stringify({ status: 'OK', seq_reply: proof.seq }))
  }

  upgrades.handle('/api/v4/websocket', (request, socket, head) => {
    if (request.method !== 'GET') return refuseUpgrade(socket, 400, 'Bad Request')
    server.handleUpgrade(request, socket, head, (webSocket) => {
      open(webSocket, socket, request).catch((error: unknown) => {
        log.info('A websocket was not opened', { reason: String(error) })
        webSocket.close(1008)
      })
    })
  })
}
