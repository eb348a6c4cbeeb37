import { errorTable, RookeryError, type ErrorAnswer, type ErrorCode } from '../protocol/index.ts'

export interface HttpOptions {
  readonly url: string
  readonly fetch: typeof globalThis.fetch
  token(): string | undefined
  /** Whether the session is in a cookie that the page cannot read. */
  readonly isByCookie: boolean
  /** Of the socket of the same client, which is not told what the client did itself; '' where there is none. */
  connectionId(): string
}

/** What the server answered as the error that its handler threw. */
export function errorOf(status: number, body: unknown): RookeryError {
  const told = (body as Partial<ErrorAnswer> | null)?.error
  if (told && told.code in errorTable) return new RookeryError(told.code, told.details)
  const code: ErrorCode = status === 401 ? 'not_signed_in' : status === 404 ? 'unknown_operation' : status === 429 ? 'rate_limited' : status < 500 ? 'invalid_input' : 'unavailable'
  return new RookeryError(code, { field: 'request', reason: `the server answered ${status}`, retryAfterSeconds: 2 })
}

/** An input as the query of an address: lists are repeated names, objects are JSON. */
export function queryOf(input: Readonly<Record<string, unknown>>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(input)) {
    if (value === undefined) continue
    for (const each of Array.isArray(value) ? value : [value]) query.append(name, typeof each === 'object' ? JSON.stringify(each) : String(each))
  }
  return query.size > 0 ? `?${query.toString()}` : ''
}

/** What is not JSON is a page of some proxy. */
const parse = (text: string): unknown => { try { return JSON.parse(text) } catch { return null } }

/** Asks the server; throws what it answered where that is an error. */
export async function request({ url, fetch, token, isByCookie, connectionId }: HttpOptions, path: string, init: RequestInit): Promise<Response> {
  const held = token()
  const response = await fetch(`${url}/api/v1/${path}`, {
    ...init,
    headers: {
      ...init.headers as Record<string, string>, ...(held && { authorization: `Bearer ${held}` }), ...(connectionId() && { 'connection-id': connectionId() }),
      ...(isByCookie && { 'x-requested-with': 'rookery', 'session-keeping': 'cookie' }),
    },
  })
  if (!response.ok) throw errorOf(response.status, parse(await response.text()))
  return response
}

/** Runs an operation as a request of its own. */
export async function runOverHttp(options: HttpOptions, name: string, input: unknown): Promise<unknown> {
  const response = await request(options, name, { method: 'POST', body: JSON.stringify(input), headers: { 'content-type': 'application/json' } })
  return parse(await response.text())
}
