import type { Readable } from 'node:stream'
import { RookeryError, type InputOf, type Operation } from '@rookery/sdk/protocol'
import type { Context, Download, Result, Spooled, StoredSession } from '@rookery/kernel'

/** What a route's handler has at hand: the request in the words of API v4, and the operation table. */
export interface Call {
  readonly context: Context
  readonly session: StoredSession | undefined
  /** Parts of the address; `me` has become the caller's id, and what must be an id is one. */
  readonly params: Readonly<Record<string, string>>
  readonly query: Query
  /** The body as JSON; only where the route takes one. */
  readonly body: unknown
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** The body as it comes, for uploads. */
  readonly stream: Readable
  /** Keeps bytes on disk until it is known what they are for; whoever asks removes them. */
  putAside(stream: Readable): Promise<Spooled>
  readonly isSecure: boolean
  /** In capital letters. */
  readonly method: string
  /** Without the query. */
  readonly path: string
  run<O extends Operation>(operation: O, input: InputOf<O>, stream?: Readable): Promise<Result<O>>
}

/** Anything but a plain JSON answer with status 200. */
export class Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly cookies: readonly string[]
  /** A value becomes JSON; Json, bytes and streams are sent as they are. */
  readonly body: unknown
  constructor(body: unknown, { status = 200, headers = {}, cookies = [] }: { status?: number, headers?: Record<string, string>, cookies?: string[] } = {}) {
    this.body = body
    this.status = status
    this.headers = headers
    this.cookies = cookies
  }
}

/** An error that API v4 knows by an id of its own, which says more than that of our code. */
export class V4Error extends RookeryError {
  readonly mattermostId: string
  constructor(mattermostId: string, ...parameters: ConstructorParameters<typeof RookeryError>) {
    super(...parameters)
    this.mattermostId = mattermostId
  }
}

/** The bytes of a download. */
export class Bytes {
  readonly download: Download<unknown>
  readonly asAttachment: boolean
  constructor(download: Download<unknown>, { asAttachment = false }: { asAttachment?: boolean } = {}) {
    this.download = download
    this.asAttachment = asAttachment
  }
}

export const created = (value: unknown): Reply => new Reply(value, { status: 201 })

/** What API v4 says where there is nothing else to say. */
export const statusOk = { status: 'OK' } as const

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** As documented, without the prefix /api/v4. */
  readonly path: string
  /** Whether a session is needed; the operation decides again. */
  readonly session: 'required' | 'optional'
  /** JSON is read into memory, at most so many bytes; a stream is left to the handler. */
  readonly body: 'json' | 'stream' | 'none'
  handle(call: Call): unknown
}

type Options = Partial<Pick<Route, 'session' | 'body'>>

const define = (method: Route['method'], body: Route['body']) => (path: string, handle: Route['handle'], options: Options = {}): Route =>
  ({ method, path, handle, session: 'required', body, ...options })

export const get = define('GET', 'none')
export const post = define('POST', 'json')
export const put = define('PUT', 'json')
export const remove = define('DELETE', 'none')

/** Reads the query of an address; what cannot be read is refused by name. */
export class Query {
  readonly #values: Readonly<Record<string, unknown>>
  constructor(values: Readonly<Record<string, unknown>>) { this.#values = values }

  text(name: string): string | undefined {
    const value = this.#values[name]
    return typeof value === 'string' && value !== '' ? value : Array.isArray(value) ? String(value[0]) : undefined
  }

  /** All of it; of what is said twice, the first. */
  texts(): Record<string, string> {
    return Object.fromEntries(Object.keys(this.#values).map((name) => [name, this.text(name) ?? '']))
  }

  flag(name: string): boolean { return ['true', '1', 't'].includes(this.text(name)?.toLowerCase() ?? '') }

  /** A whole number; Mattermost takes its standard value where the text is no number, and so do we. */
  integer(name: string, { standard = 0, minimum = 0, maximum = Number.MAX_SAFE_INTEGER }: { standard?: number, minimum?: number, maximum?: number } = {}): number {
    const text = this.text(name)
    if (text === undefined || !/^-?\d+$/.test(text)) return standard
    const value = Number(text)
    return value < minimum ? standard : Math.min(value, maximum)
  }

  /** Page and size as lists take them: sizes above 200 are 200. */
  page(standard = 60): { page: number, perPage: number } {
    return { page: this.integer('page', { maximum: 1_000_000 }), perPage: this.integer('per_page', { standard, maximum: 200 }) }
  }
}

const refuse = (field: string, reason: string): never => { throw new RookeryError('invalid_input', { field, reason }) }

/** A body that must be an object; unknown fields are borne. */
export function objectBody(body: unknown): Record<string, unknown> {
  return typeof body === 'object' && body !== null && !Array.isArray(body) ? body as Record<string, unknown> : refuse('body', 'it must be an object')
}

/** A field that is text, or nothing: an object cannot be made text without running what a stranger wrote into it. */
export const textField = (value: unknown): string => typeof value === 'string' ? value : ''

/** An object that names again, where it does, whose it is: these fields must say what the address says. */
export function ownedBody(body: unknown, owner: Readonly<Record<string, string>>): Record<string, unknown> {
  const fields = objectBody(body)
  for (const [name, value] of Object.entries(owner)) if (fields[name] !== value) refuse(name, 'it must be the one in the address')
  return fields
}

/** A body that must be a list of strings. */
export function textsBody(body: unknown, name: string, maximum = 1000): string[] {
  if (!Array.isArray(body) || body.length === 0) return refuse(name, 'it must be a list that is not empty')
  if (body.length > maximum) return refuse(name, `it has more than ${maximum} items`)
  return body.every((item) => typeof item === 'string') ? body as string[] : refuse(name, 'it must be a list of strings')
}

/**
 * Picks fields of a body by their v4 names into an operation's input; null and absent are left out. Types are left to
 * the operation, which knows them.
 */
export function pick(body: Record<string, unknown>, names: Readonly<Record<string, string>>): Record<string, unknown> {
  const picked: Record<string, unknown> = {}
  for (const [v4, native] of Object.entries(names)) if (body[v4] !== undefined && body[v4] !== null) picked[native] = body[v4]
  return picked
}
