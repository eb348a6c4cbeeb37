import { RookeryError } from '@rookery/sdk/protocol'
import { DatabaseUnavailableError } from '../storage/index.ts'
import type { Log } from '../telemetry/index.ts'

/** Any failure as an error that a caller may see; what nobody foresaw is logged with the request's id and told as such. */
export function asRookeryError(error: unknown, requestId: string, log: Log): RookeryError {
  if (error instanceof RookeryError) return error
  if (error instanceof DatabaseUnavailableError) return new RookeryError('unavailable', { retryAfterSeconds: 2 }, { cause: error })
  log.error('A request failed in a way nobody foresaw', { requestId, error })
  return new RookeryError('internal', { requestId }, { cause: error })
}

/** What HTTP wants to be told of an error besides its status. */
export function errorHeaders({ code, details }: RookeryError): Record<string, string> {
  return {
    ...(typeof details['retryAfterSeconds'] === 'number' && { 'Retry-After': String(details['retryAfterSeconds']) }),
    // The rest of the body may still come, and is no request.
    ...(code === 'body_too_slow' && { Connection: 'close' }),
    ...(code === 'range_not_satisfiable' && { 'Content-Range': `bytes */${String(details['sizeBytes'])}` }),
  }
}

/** What hapi itself refuses before a handler runs. */
export function fromHttpStatus(status: number, method: string): RookeryError {
  if (status === 404) return new RookeryError('unknown_operation')
  if (status === 405) return new RookeryError('method_not_allowed', { method })
  if (status === 415) return new RookeryError('unsupported_media_type', { contentType: '' })
  if (status === 503) return new RookeryError('unavailable', { retryAfterSeconds: 2 })
  return new RookeryError('invalid_input', { field: 'request', reason: 'it is not well formed' })
}
