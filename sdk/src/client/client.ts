import { eventsSubscribe, RookeryError, type InputOf, type Operation, type OutputOf } from '../protocol/index.ts'
import { createBackOff, type BackOffOptions } from './back-off.ts'
import { createEvents, type ClientEvents } from './events.ts'
import { queryOf, request, requestJson, runOverHttp, type RequestLimits } from './http.ts'
import { maximumMessageBytes, openSocket, type ClientSocket } from './socket.ts'

/** Speaks to a Rookery server from a browser or from Node. */
export interface Client {
  /** Runs an operation: over the socket while there is one, else as a request of its own, for which the limits are. Throws what the server answered. */
  run<O extends Operation>(operation: O, input: InputOf<O>, limits?: RequestLimits): Promise<OutputOf<O>>
  /** Runs an operation that takes bytes. */
  upload<O extends Operation>(operation: O, input: InputOf<O>, bytes: Blob | ArrayBuffer | Uint8Array<ArrayBuffer>, limits?: RequestLimits): Promise<OutputOf<O>>
  /** Runs an operation that answers with bytes: read them from the response as they come. */
  download<O extends Operation>(operation: O, input: InputOf<O>): Promise<Response>
  readonly events: ClientEvents
  /** Opens the socket and keeps it open; resolves when events come in for the first time. Rejects where the token is worth nothing. */
  connect(): Promise<void>
  disconnect(): void
  /** The network is back, or somebody looks again: what waits for its next attempt is tried at once. */
  hurry(): void
  /** The network is said to be gone: a socket that may be dead is given up at once, not after its silence, and another is tried. */
  reconnect(): void
  setToken(token: string | undefined): void
  readonly isConnected: boolean
}

export interface ClientOptions {
  /** Of the server, such as https://chat.example.com */
  readonly url: string
  readonly token?: string
  /** `cookie`: for pages of the server itself; `sessions.create` leaves the token in a cookie that no script can read. */
  readonly session?: 'token' | 'cookie'
  readonly fetch?: typeof globalThis.fetch
  readonly WebSocket?: typeof globalThis.WebSocket
  /** Where an earlier client stood in the log. */
  readonly cursor?: string
  readonly backOff?: BackOffOptions
  /** Told of errors of handlers (default: the console). */
  readonly onError?: (error: unknown) => void
}

export function createClient({ url: address, token, session = 'token', fetch = globalThis.fetch, WebSocket = globalThis.WebSocket, cursor, backOff: backOffOptions, onError = console.error }: ClientOptions): Client {
  const url = address.replace(/\/$/, '')
  const events = createEvents({ cursor, onError })
  const backOff = createBackOff(backOffOptions)
  const isByCookie = session === 'cookie'
  const http = { url, isByCookie, fetch: (...parameters: Parameters<typeof fetch>) => fetch(...parameters), token: () => token, connectionId: () => socket?.id ?? '' }
  let socket: ClientSocket | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let wanted = false
  // Grows with each connect and disconnect: what an earlier attempt still does is void.
  let generation = 0

  const attempt = async (mine: number): Promise<void> => {
    if (!token && !isByCookie) throw new RookeryError('not_signed_in')
    let isSubscribed = false
    const opened = await openSocket({
      url, token, WebSocket,
      onEvent(frame) { if (mine === generation) events.take(frame) },
      onClose() {
        if (socket === opened) socket = undefined
        if (mine !== generation) return
        if (isSubscribed) {
          events.connected(false)
          retry(mine)
        }
      },
    })
    if (mine !== generation) { opened.close(); return }
    try {
      const began = await opened.run(eventsSubscribe.name, events.cursor === undefined ? {} : { cursor: events.cursor }) as OutputOf<typeof eventsSubscribe>
      if (mine !== generation) { opened.close(); return }
      isSubscribed = true
      socket = opened
      backOff.reset()
      events.began(began.cursor, began.isComplete)
      events.connected(true)
    } catch (error) {
      opened.close()
      throw error
    }
  }
  const isFinal = (error: unknown): boolean => error instanceof RookeryError && error.code === 'not_signed_in'
  const retry = (mine: number, delayMs = backOff.next()): void => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      timer = undefined
      attempt(mine).catch((error: unknown) => {
        if (mine !== generation) return
        if (!isFinal(error)) return retry(mine)
        wanted = false
        events.signedOut()
      })
    }, delayMs)
  }
  const stop = (): void => {
    generation += 1
    wanted = false
    clearTimeout(timer)
    timer = undefined
    const closing = socket
    socket = undefined
    closing?.close()
  }

  return {
    events,
    get isConnected() { return socket !== undefined },
    async run<O extends Operation>(operation: O, input: InputOf<O>, limits?: RequestLimits): Promise<OutputOf<O>> {
      const { name, safe } = operation
      // Every character may take three bytes: what is surely short enough goes over the socket.
      const used = socket && JSON.stringify(input).length * 3 < maximumMessageBytes ? socket : undefined
      if (!used) return await runOverHttp(http, name, input, limits) as OutputOf<O>
      try {
        return await used.run(name, input) as OutputOf<O>
      } catch (error) {
        // The socket broke before the answer: asking again is safe only where nothing changes.
        if (!safe || socket === used || !(error instanceof RookeryError) || error.code !== 'unavailable') throw error
        return await runOverHttp(http, name, input, limits) as OutputOf<O>
      }
    },
    async upload<O extends Operation>({ name }: O, input: InputOf<O>, bytes: Blob | ArrayBuffer | Uint8Array<ArrayBuffer>, limits?: RequestLimits): Promise<OutputOf<O>> {
      return await requestJson(http, `${name}${queryOf(input as Record<string, unknown>)}`, { method: 'POST', body: bytes, headers: { 'content-type': 'application/octet-stream' } }, limits) as OutputOf<O>
    },
    download: ({ name }, input) => request(http, `${name}${queryOf(input as Record<string, unknown>)}`, { method: 'GET' }),
    async connect() {
      if (wanted) return
      stop()
      wanted = true
      const mine = generation
      try {
        await attempt(mine)
      } catch (error) {
        if (isFinal(error)) {
          stop()
          throw error
        }
        await new Promise<void>((resolve) => {
          const forget = events.onConnection((isConnected) => {
            if (!isConnected) return
            forget()
            resolve()
          })
          retry(mine)
        })
      }
    },
    disconnect() {
      const wasConnected = socket !== undefined
      stop()
      if (wasConnected) events.connected(false)
    },
    hurry() {
      if (!wanted || timer === undefined) return
      backOff.reset()
      retry(generation, 0)
    },
    reconnect() { socket?.close() },
    setToken(next) { token = next },
  }
}
