import { frameLimits, type FromFrame, type Json, type ToFrame, type WebContext, type WebPlace } from '@rookery/sdk/web'

/** What a page does for a frame, and hears of it. */
export interface FrameHost {
  request(wish: { readonly method: string, readonly path: string, readonly query?: Readonly<Record<string, string>> | undefined, readonly body?: string | undefined }): Promise<unknown>
  ask(action: string, data: { readonly [name: string]: Json } | undefined): Promise<unknown>
  /** Why a call failed, for the plugin. */
  refusalOf(error: unknown): { readonly code: string, readonly message: string }
  onReady(): void
  onSize(height: number): void
  onOpen(part: string): void
  onLeave(): void
  onFailed(message: string): void
  /** It sends more than anybody could read: it is not heard any more. */
  onFlood(): void
  /** It gives no sign of life, or gives one again. */
  onSilence(isSilent: boolean): void
}

export interface FrameSession {
  begin(begun: { readonly part: string, readonly place: WebPlace, readonly context: WebContext, readonly texts: Readonly<Record<string, string>> }): void
  tell(message: ToFrame): void
  /** Counts a message that came past the port. */
  count(): void
  /** Asks for a sign of life; to be called again and again while somebody looks. */
  watch(): void
  close(): void
}

interface Options {
  readonly port: Pick<MessagePort, 'postMessage' | 'close' | 'onmessage'>
  readonly host: FrameHost
  readonly now: () => number
}

const isText = (value: unknown, maximum: number): value is string => typeof value === 'string' && value.length <= maximum
const isData = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** What a frame says, read as if a stranger had said it; undefined for what makes no sense. */
export function readFromFrame(told: unknown): FromFrame | undefined {
  if (!isData(told)) return undefined
  const { kind, id } = told
  const { callCharacters } = frameLimits
  const isCall = typeof id === 'number' && Number.isSafeInteger(id)
  switch (kind) {
    case 'ready': case 'pong': case 'leave': return { kind }
    case 'size': return typeof told['height'] === 'number' && Number.isFinite(told['height']) ? { kind, height: told['height'] } : undefined
    case 'open': return isText(told['part'], 64) ? { kind, part: told['part'] } : undefined
    case 'failed': return isText(told['message'], 1000) ? { kind, message: told['message'] } : undefined
    case 'request': {
      const { method, path, query, body } = told
      if (!isCall || !isText(method, 10) || !isText(path, 2000) || (body !== undefined && !isText(body, callCharacters))) return undefined
      if (query !== undefined && !(isData(query) && Object.keys(query).length <= 100 && Object.values(query).every((value) => isText(value, 4000)))) return undefined
      return { kind, id, method, path, query: query as Readonly<Record<string, string>> | undefined, body }
    }
    case 'ask': {
      const { action, data } = told
      if (!isCall || !isText(action, 64) || (data !== undefined && !isPlain(data, callCharacters))) return undefined
      return { kind, id, action, data: data as { readonly [name: string]: Json } | undefined }
    }
    default: return undefined
  }
}

/** What JSON can say, and not too much of it. */
function isPlain(value: unknown, maximum: number): boolean {
  if (!isData(value)) return false
  try {
    return JSON.stringify(value).length <= maximum
  } catch {
    return false
  }
}

/** One frame and its port, from the page's side. Nothing that comes in is believed. */
export function createFrameSession({ port, host, now }: Options): FrameSession {
  let budget: number = frameLimits.messagesAtOnce
  let countedAt = now()
  let heardAt = now()
  let askedAt = 0
  let isReady = false
  let isSilent = false
  let isClosed = false
  let callsUnderWay = 0

  const close = (): void => {
    isClosed = true
    port.onmessage = null
    port.close()
  }
  const count = (): void => {
    if (isClosed) return
    const at = now()
    budget = Math.min(frameLimits.messagesAtOnce, budget + (at - countedAt) / 1000 * frameLimits.messagesPerSecond) - 1
    countedAt = at
    if (budget >= 0) return
    close()
    host.onFlood()
  }
  const tell = (message: ToFrame): void => { if (!isClosed) port.postMessage(message) }
  const setSilent = (silent: boolean): void => {
    if (silent === isSilent) return
    isSilent = silent
    host.onSilence(silent)
  }
  const answer = async (id: number, work: () => Promise<unknown>): Promise<void> => {
    if (callsUnderWay >= frameLimits.callsUnderWay) {
      tell({ kind: 'refusal', id, code: 'web_calls_full', message: 'Too many calls are under way.' })
      return
    }
    callsUnderWay += 1
    try {
      tell({ kind: 'answer', id, value: await work() as Json })
    } catch (error) {
      tell({ kind: 'refusal', id, ...host.refusalOf(error) })
    } finally {
      callsUnderWay -= 1
    }
  }
  const hear = (message: FromFrame): void => {
    switch (message.kind) {
      case 'ready':
        isReady = true
        host.onReady()
        break
      case 'pong': break
      case 'leave': host.onLeave(); break
      case 'size': host.onSize(message.height); break
      case 'open': host.onOpen(message.part); break
      case 'failed': host.onFailed(message.message); break
      case 'request': void answer(message.id, () => host.request(message)); break
      case 'ask': void answer(message.id, () => host.ask(message.action, message.data)); break
    }
  }
  port.onmessage = ({ data }: MessageEvent) => {
    count()
    if (isClosed) return
    heardAt = now()
    setSilent(false)
    const message = readFromFrame(data)
    if (message) hear(message)
  }
  return {
    begin(begun) {
      heardAt = now()
      tell({ kind: 'begin', ...begun })
    },
    tell, count, close,
    watch() {
      if (isClosed) return
      const at = now()
      // Whoever sleeps with the page, in a hidden tab, is not silent: only what was asked for counts.
      if (askedAt > 0 && heardAt < askedAt && at - askedAt > (isReady ? frameLimits.silentMs : frameLimits.readyMs)) setSilent(true)
      if (askedAt <= heardAt) {
        askedAt = at
        tell({ kind: 'ping' })
      }
    },
  }
}
