import { errorTable, RookeryError, type ErrorAnswer, type ErrorCode } from '../protocol/index.ts'

export interface HttpOptions {
  readonly url: string
  readonly fetch: typeof globalThis.fetch
  token(): string | undefined
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

/** Runs an operation as a request of its own. */
export async function runOverHttp({ url, fetch, token, connectionId }: HttpOptions, name: string, input: unknown): Promise<unknown> {
  const held = token()
  const response = await fetch(`${url}/api/v1/${name}`, {
    method: 'POST', body: JSON.stringify(input),
    headers: { 'content-type': 'application/json', ...(held && { authorization: `Bearer ${held}` }), ...(connectionId() && { 'connection-id': connectionId() }) },
  })
  const text = await response.text()
  let body: unknown = null
  try { body = JSON.parse(text) } catch { /* a proxy's page */ }
  if (!response.ok) throw errorOf(response.status, body)
  return body
}
