import { once } from 'node:events'
import { WebSocket } from 'ws'
import { createContract } from '../../compat/contract/schemas.ts'

const contract = createContract()

/** Any message of the v4 websocket. */
export interface WireMessage {
  readonly event?: string
  readonly data?: Record<string, unknown>
  readonly broadcast?: Record<string, unknown>
  readonly seq?: number
  readonly status?: string
  readonly seq_reply?: number
  readonly error?: { readonly id: string, readonly message: string, readonly status_code: number }
}

/** A websocket without a client library, for what libraries never do. */
export interface BareSocket {
  readonly webSocket: WebSocket
  readonly messages: WireMessage[]
  /** The first message, past or coming, that fits. */
  message(matches: (message: WireMessage) => boolean): Promise<WireMessage>
  event(name: string): Promise<WireMessage>
  reply(seq: number): Promise<WireMessage>
  send(message: unknown): void
  /** Resolves with the code when it is closed. */
  readonly closed: Promise<number>
  close(): void
}

export interface BareSocketOptions {
  readonly token?: string
  readonly headers?: Record<string, string>
  /** With its question mark. */
  readonly query?: string
}

export async function openBareSocket(url: string, { token, headers = {}, query = '' }: BareSocketOptions = {}): Promise<BareSocket> {
  const webSocket = new WebSocket(`${url.replace(/^http/, 'ws')}/api/v4/websocket${query}`, {
    headers: { ...(token && { authorization: `Bearer ${token}` }), ...headers }, perMessageDeflate: false,
  })
  const messages: WireMessage[] = []
  const checks = new Set<() => void>()
  const violations: string[] = []
  webSocket.on('message', (data) => {
    const received = JSON.parse(String(data)) as WireMessage
    violations.push(...contract.checkEvent(received))
    messages.push(received)
    for (const check of checks) check()
  })
  webSocket.on('error', () => {})
  const closed = new Promise<number>((resolve) => { webSocket.once('close', resolve) })
  await Promise.race([once(webSocket, 'open'), closed])
  const message = (matches: (message: WireMessage) => boolean): Promise<WireMessage> => new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      checks.delete(check)
      reject(new Error(`Nothing that fits came within 10 s; there came ${JSON.stringify(messages).slice(0, 2000)}`))
    }, 10_000)
    const check = (): void => {
      const found = messages.find(matches)
      if (violations.length > 0) reject(new Error(`The contract of API v4 was broken:\n${violations.join('\n')}`))
      if (!found) return
      clearTimeout(timer)
      checks.delete(check)
      resolve(found)
    }
    checks.add(check)
    check()
  })
  return {
    webSocket, messages, message, closed,
    event: (name) => message((each) => each.event === name),
    reply: (seq) => message((each) => each.seq_reply === seq),
    send(value) { webSocket.send(Buffer.isBuffer(value) ? value : typeof value === 'string' ? value : JSON.stringify(value)) },
    close() { webSocket.close() },
  }
}
