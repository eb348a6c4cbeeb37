import { RookeryError, type EventFrame } from '../protocol/index.ts'
import { errorOf } from './http.ts'

/** What a socket is asked; the nes protocol, version 2. */
type Ask = { readonly type: 'hello', readonly version: '2', readonly auth?: { readonly headers: { readonly authorization: string } } }
  | { readonly type: 'request', readonly method: 'POST', readonly path: string, readonly payload: unknown }

interface Answer {
  readonly type: string
  readonly id?: number
  readonly statusCode?: number
  readonly payload?: unknown
  readonly message?: EventFrame
  readonly socket?: string
  readonly heartbeat?: { readonly interval: number, readonly timeout: number } | false
}

interface Waiting { resolve(answer: Answer): void, reject(error: Error): void }

/** One connection to the server, from hello to its end. */
export interface ClientSocket {
  /** As the server names the connection. */
  readonly id: string
  run(name: string, input: unknown): Promise<unknown>
  close(): void
}

export interface SocketOptions {
  readonly url: string
  /** Undefined where the session is in a cookie. */
  readonly token: string | undefined
  readonly WebSocket: typeof globalThis.WebSocket
  onEvent(frame: EventFrame): void
  /** Called once, after the socket had been opened. */
  onClose(): void
}

/** The server takes no longer message. */
export const maximumMessageBytes = 60 * 1024
const helloMs = 10_000

/** Opens a socket and says hello; rejects with `not_signed_in` where the token is worth nothing. */
export function openSocket({ url, token, WebSocket, onEvent, onClose }: SocketOptions): Promise<ClientSocket> {
  return new Promise((resolve, reject) => {
    const webSocket = new WebSocket(`${url.replace(/^http/, 'ws')}/api/v1/socket${token === undefined ? '?session=cookie' : ''}`)
    const waiting = new Map<number, Waiting>()
    let lastId = 0
    let isOpen = false
    let isOver = false
    let silence: ReturnType<typeof setTimeout> | undefined
    let silenceMs = helloMs

    const close = (): void => {
      if (isOver) return
      isOver = true
      clearTimeout(silence)
      webSocket.onmessage = webSocket.onopen = webSocket.onerror = webSocket.onclose = null
      webSocket.close()
      const error = new RookeryError('unavailable', { retryAfterSeconds: 1 })
      for (const { reject: fail } of waiting.values()) fail(error)
      waiting.clear()
      if (isOpen) onClose()
      else reject(error)
    }
    /** The server sends a heartbeat: where even that does not come, nobody is there. */
    const heard = (): void => {
      clearTimeout(silence)
      silence = setTimeout(close, silenceMs)
    }
    /** What is closing takes nothing any more, and browsers complain of whoever tries. */
    const isOpenNow = (): boolean => webSocket.readyState === 1
    const ask = (question: Ask): Promise<Answer> => new Promise((done, failed) => {
      if (!isOpenNow()) return failed(new RookeryError('unavailable', { retryAfterSeconds: 1 }))
      const id = lastId += 1
      waiting.set(id, { resolve: done, reject: failed })
      webSocket.send(JSON.stringify({ ...question, id }))
    })
    const run = async (name: string, input: unknown): Promise<unknown> => {
      const { statusCode = 500, payload } = await ask({ type: 'request', method: 'POST', path: `/api/v1/${name}`, payload: input })
      if (statusCode >= 400) throw errorOf(statusCode, payload)
      return payload
    }
    const hello = async (): Promise<void> => {
      const { socket = '', statusCode = 200, payload, heartbeat } = await ask({ type: 'hello', version: '2', ...(token !== undefined && { auth: { headers: { authorization: `Bearer ${token}` } } }) })
      if (statusCode >= 400) {
        reject(errorOf(statusCode, payload))
        close()
        return
      }
      if (heartbeat) silenceMs = heartbeat.interval + heartbeat.timeout
      heard()
      isOpen = true
      resolve({ id: socket, run, close })
    }

    heard()
    webSocket.onopen = () => { hello().catch(reject) }
    webSocket.onerror = webSocket.onclose = close
    webSocket.onmessage = ({ data }) => {
      heard()
      let answer: Answer
      try {
        answer = JSON.parse(String(data)) as Answer
      } catch {
        // Whatever it was is lost: another connection reads it anew.
        close()
        return
      }
      if (answer.type === 'update' && answer.message) onEvent(answer.message)
      else if (answer.type === 'ping') isOpenNow() && webSocket.send(JSON.stringify({ type: 'ping', id: lastId += 1 }))
      else if (answer.id !== undefined) {
        waiting.get(answer.id)?.resolve(answer)
        waiting.delete(answer.id)
      }
    }
  })
}
