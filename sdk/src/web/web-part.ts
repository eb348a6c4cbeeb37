import type { Json } from './json.ts'

/** Where a part is shown; '' for what there is not. */
export interface WebPlace {
  readonly slot: string
  readonly teamId: string
  readonly channelId: string
  readonly postId: string
  /** Of a profile card. */
  readonly userId: string
}

/** How the page looks and speaks at the moment. */
export interface WebContext {
  /** Who looks at it. */
  readonly userId: string
  /** As `de` or `pt-BR`. */
  readonly locale: string
  readonly direction: 'ltr' | 'rtl'
  readonly theme: 'light' | 'dark'
  readonly isMotionReduced: boolean
  /** Colours, sizes and fonts of the page, by the names of its tokens without the dashes: `text`, `surface`, `accent` … */
  readonly tokens: Readonly<Record<string, string>>
}

export interface WebRequest {
  readonly query?: Readonly<Record<string, string>>
  /** Sent as JSON. */
  readonly json?: Json
}

export interface WebAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Base64 where the bytes are not UTF-8. */
  readonly text: string
  readonly encoding: 'utf8' | 'base64'
  /** The text read as JSON. */
  json<Value = Json>(): Value
}

/** What a part of a plugin has in the web app, in a frame of its own and in the page alike. */
export interface WebPart {
  readonly name: string
  readonly place: WebPlace
  readonly context: WebContext
  /** Called where the theme, the language or anything else of the context changes; answers how to stop. */
  onContext(handler: (context: WebContext) => void): () => void
  /** Asks at one of the plugin's own addresses, as whoever looks at the page. */
  request(method: string, path: string, request?: WebRequest): Promise<WebAnswer>
  /** Asks for one of the plugin's own actions. */
  ask<Answer = Json>(action: string, data?: { readonly [name: string]: Json }): Promise<Answer>
  /** Hears one of the plugin's own events; answers how to stop. */
  on(event: string, handler: (data: { readonly [name: string]: Json }) => void): () => void
  /** Opens another part of the plugin, a side panel or a page: while somebody does something in this one, once a second. */
  open(part: string): void
  /** How high it wants to be, in pixels. Frames measure themselves until it is called; without an act of somebody in them they shrink later and later. */
  resize(height: number): void
  /** A sentence of `i18n`, whose key begins with `web.`, in the reader's language; its key where there is none. */
  t(key: string, values?: Readonly<Record<string, string | number>>): string
}

/** Why a call came to nothing: `code` is one of the server's errors, or `web_calls_full` where too many were under way. */
export class WebCallError extends Error {
  override readonly name = 'WebCallError'
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}
