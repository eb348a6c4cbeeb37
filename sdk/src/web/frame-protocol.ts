import type { Json } from './json.ts'
import type { WebContext, WebPlace } from './web-part.ts'

/** How a page and a frame speak, once the frame has its port. The kind of a message tells what else is in it. */
export const frameProtocolVersion = 1

/** Sent to a frame with its port: the one message that does not come through it. */
export interface FrameGreeting { readonly rookery: 'port', readonly version: typeof frameProtocolVersion }

/** From the page. */
export type ToFrame =
  | { readonly kind: 'begin', readonly part: string, readonly place: WebPlace, readonly context: WebContext, readonly texts: Readonly<Record<string, string>> }
  | { readonly kind: 'context', readonly context: WebContext }
  | { readonly kind: 'event', readonly event: string, readonly data: { readonly [name: string]: Json } }
  | { readonly kind: 'ping' }
  | { readonly kind: 'answer', readonly id: number, readonly value: Json }
  | { readonly kind: 'refusal', readonly id: number, readonly code: string, readonly message: string }

/** From the frame. The page believes none of it: each is judged before it is done. */
export type FromFrame =
  | { readonly kind: 'ready' }
  | { readonly kind: 'pong' }
  /** Whoever is in it wants out: Escape. Heard while it has the focus, and did not take it. */
  | { readonly kind: 'leave' }
  | { readonly kind: 'request', readonly id: number, readonly method: string, readonly path: string, readonly query?: Readonly<Record<string, string>> | undefined, readonly body?: string | undefined }
  | { readonly kind: 'ask', readonly id: number, readonly action: string, readonly data?: { readonly [name: string]: Json } | undefined }
  | { readonly kind: 'size', readonly height: number }
  /** Heard while somebody does something in it, once in `openMs`. */
  | { readonly kind: 'open', readonly part: string }
  | { readonly kind: 'failed', readonly message: string }

/** What a page takes from one frame: more is not heard, and the frame is closed. */
export const frameLimits = { messagesPerSecond: 50, messagesAtOnce: 200, callsUnderWay: 8, callCharacters: 256 * 1024, openMs: 1000, readyMs: 15_000, pingMs: 3000, silentMs: 4000 } as const
