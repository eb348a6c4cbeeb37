import { fillSentence } from './sentence.ts'
import type { FromFrame, ToFrame } from './frame-protocol.ts'
import type { Json } from './json.ts'
import { WebCallError, type WebAnswer, type WebContext, type WebPart, type WebPlace } from './web-part.ts'

type Data = { readonly [name: string]: Json }
interface Waiting { resolve(value: Json): void, reject(error: Error): void }
interface Begun { readonly part: string, readonly place: WebPlace, readonly context: WebContext, readonly texts: Readonly<Record<string, string>> }

/** An answer of a route, as the page hands it over. */
type ToldAnswer = Omit<WebAnswer, 'json'>

export interface FramePart extends WebPart {
  /** Takes what the page says. */
  hear(message: ToFrame): void
  /** Whether the part says itself how high it is. */
  readonly isSized: boolean
}

/** The part of a plugin as it is in a frame: everything goes through the port. */
export function createFramePart({ part: name, place, context: first, texts }: Begun, send: (message: FromFrame) => void): FramePart {
  const waiting = new Map<number, Waiting>()
  const eventHandlers = new Map<string, Set<(data: Data) => void>>()
  const contextHandlers = new Set<(context: WebContext) => void>()
  let context = first
  let calls = 0
  let isSized = false

  const call = (make: (id: number) => FromFrame): Promise<Json> => new Promise((resolve, reject) => {
    calls += 1
    waiting.set(calls, { resolve, reject })
    send(make(calls))
  })
  const take = (id: number): Waiting | undefined => {
    const found = waiting.get(id)
    waiting.delete(id)
    return found
  }

  return {
    name, place,
    get context() { return context },
    get isSized() { return isSized },
    onContext(handler) {
      contextHandlers.add(handler)
      return () => { contextHandlers.delete(handler) }
    },
    async request(method, path, { query, json } = {}) {
      const answer = await call((id) => ({ kind: 'request', id, method, path, query, body: json === undefined ? undefined : JSON.stringify(json) })) as unknown as ToldAnswer
      return { ...answer, json: <Value>() => JSON.parse(answer.text) as Value } satisfies WebAnswer
    },
    ask: async <Answer>(action: string, data?: Data) => await call((id) => ({ kind: 'ask', id, action, data })) as Answer,
    on(event, handler) {
      const known = eventHandlers.get(event) ?? new Set()
      eventHandlers.set(event, known)
      known.add(handler)
      return () => { known.delete(handler) }
    },
    open(part) { send({ kind: 'open', part }) },
    resize(height) {
      isSized = true
      send({ kind: 'size', height })
    },
    t: (key, values = {}) => fillSentence(texts[key] ?? key, values, context.locale),
    hear(message) {
      switch (message.kind) {
        case 'answer': take(message.id)?.resolve(message.value); break
        case 'refusal': take(message.id)?.reject(new WebCallError(message.code, message.message)); break
        case 'event': for (const handler of eventHandlers.get(message.event) ?? []) handler(message.data); break
        case 'context':
          context = message.context
          for (const handler of contextHandlers) handler(context)
          break
        case 'begin':
        case 'ping': break
      }
    },
  }
}
