import { errorTable, RookeryError, type ErrorAnswer, type ErrorCode } from '../protocol/index.ts'

export interface RequestLimits {
  /** Whoever aborts it does not wait any longer; the server may have done what it was asked all the same. */
  readonly signal?: AbortSignal
  /** Until there has to be an answer (default 60,000); for what is sent there is time besides. */
  readonly timeoutMs?: number
}

export interface HttpOptions {
  readonly url: string
  readonly fetch: typeof globalThis.fetch
  token(): string | undefined
  /** Whether the session is in a cookie that the page cannot read. */
  readonly isByCookie: boolean
  /** Of the socket of the same client, which is not told what the client did itself; '' where there is none. */
  connectionId(): string
}

/** The longest that the server itself takes for what a person waits for is half of it. */
const standardTimeoutMs = 60_000
/** A line that takes fewer bytes in a millisecond is none. */
const slowestLine = 8

const isOwnAnswer = (body: unknown): body is ErrorAnswer => typeof (body as Partial<ErrorAnswer> | null | undefined)?.error?.code === 'string'

/** What the server answered as the error that its handler threw. */
export function errorOf(status: number, body: unknown): RookeryError {
  const told = isOwnAnswer(body) ? body.error : undefined
  if (told && told.code in errorTable) return new RookeryError(told.code, told.details)
  if (status === 429 || status >= 500) return new RookeryError(status === 429 ? 'rate_limited' : 'unavailable', { reason: `the server answered ${status}`, retryAfterSeconds: 2 })
  const code: ErrorCode = status === 401 ? 'not_signed_in' : status === 404 ? 'unknown_operation' : 'invalid_input'
  return new RookeryError(code, { field: 'request', reason: `the server answered ${status}` })
}

/** Somebody between us and the server has answered: a proxy, the page of a hotel. What the server thinks of it nobody knows. */
function foreignErrorOf({ status, headers }: Response, sentBytes: number): RookeryError {
  if (status === 413) return new RookeryError('body_too_large', { limitBytes: Math.max(0, sentBytes - 1) })
  const retryAfterSeconds = Number(headers.get('retry-after')) || 2
  return new RookeryError(status === 429 ? 'rate_limited' : 'unavailable', { reason: `something between here and the server answered ${status}`, retryAfterSeconds })
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

/** Undefined for what is not JSON. */
const parse = (text: string): unknown => { try { return JSON.parse(text) } catch { return undefined } }

const sizeOf = (body: RequestInit['body']): number => (typeof body === 'string' ? body.length : body instanceof Blob ? body.size : body instanceof ArrayBuffer || ArrayBuffer.isView(body) ? body.byteLength : 0)

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
  if (response.ok) return response
  const body = parse(await response.text())
  throw isOwnAnswer(body) ? errorOf(response.status, body) : foreignErrorOf(response, sizeOf(init.body))
}

/** Asks the server for something that it answers in JSON, and in time: on a line that swallows everything nobody would ever hear of it. */
export async function requestJson(options: HttpOptions, path: string, init: RequestInit, { signal, timeoutMs = standardTimeoutMs }: RequestLimits = {}): Promise<unknown> {
  const timeout = AbortSignal.timeout(Math.ceil(timeoutMs + sizeOf(init.body) / slowestLine))
  try {
    const response = await request(options, path, { ...init, signal: signal ? AbortSignal.any([signal, timeout]) : timeout })
    const body = parse(await response.text())
    if (body === undefined) throw foreignErrorOf(response, 0)
    return body
  } catch (error) {
    if (!timeout.aborted || signal?.aborted || error instanceof RookeryError) throw error
    throw new RookeryError('unavailable', { reason: 'there was no answer in time', retryAfterSeconds: 1 }, { cause: error })
  }
}

/** Runs an operation as a request of its own. */
export const runOverHttp = (options: HttpOptions, name: string, input: unknown, limits?: RequestLimits): Promise<unknown> =>
  requestJson(options, name, { method: 'POST', body: JSON.stringify(input), headers: { 'content-type': 'application/json' } }, limits)
