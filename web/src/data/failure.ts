import { RookeryError, type ErrorCode } from '@rookery/sdk/protocol'

/** Why something did not happen, as views tell it: by code, in words of `errors.*`. */
export interface Failure {
  readonly code: ErrorCode | 'offline' | 'not_kept'
  readonly details: Readonly<Record<string, string | number | boolean>>
  /** Whether the same may succeed later without anybody changing anything. */
  readonly isPassing: boolean
}

/** Beside those that say when to try again. */
const passing: readonly ErrorCode[] = ['unavailable', 'internal', 'rate_limited', 'body_too_slow', 'too_many_uploads', 'plugin_unavailable', 'plugin_timed_out']

/** This browser keeps nothing: its room is used up, or it was told not to. */
export class NotKeptError extends Error {}

/** What `fetch` throws is no answer of the server: it was not reached. */
export function failureOf(error: unknown): Failure {
  if (error instanceof NotKeptError) return { code: 'not_kept', details: {}, isPassing: false }
  if (!(error instanceof RookeryError)) return { code: 'offline', details: {}, isPassing: true }
  return { code: error.code, details: error.details, isPassing: passing.includes(error.code) || typeof error.details['retryAfterSeconds'] === 'number' }
}
