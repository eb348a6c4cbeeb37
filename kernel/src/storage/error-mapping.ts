import { DatabaseUnavailableError, UniqueViolationError } from './errors.ts'

interface DriverError {
  readonly code?: string
  readonly constraint?: string | null
  readonly message?: string
  readonly cause?: unknown
  readonly name?: string
}

const unavailableCodes: ReadonlySet<string> = new Set([
  // Postgres: shutting down, crashed, starting up; too many connections; a statement took too long.
  ...['57P01', '57P02', '57P03', '53300', '57014'],
  // The operating system: nobody listens, no socket file, gone in the middle.
  ...['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN', 'EACCES'],
])

// pg and slonik report a lost connection by sentence only.
const unavailableMessages =
  /connection terminated|terminating connection|backend has been terminated|timeout exceeded when trying to connect|timeout expired|query read timeout|client has encountered a connection error|client was closed|is not queryable|client is (pending destroy|destroyed)|cannot use a pool after calling end/i

/** Turns errors of pg and slonik into ours; an error that has no family of its own comes back as it is. */
export const mapDatabaseError = (error: unknown): unknown => {
  if (error instanceof DatabaseUnavailableError || error instanceof UniqueViolationError) return error
  for (let each = error as DriverError | undefined, depth = 0; each && depth < 4; each = each.cause as DriverError, depth += 1) {
    const { code, constraint, message } = each
    if (code === '23505') return new UniqueViolationError(constraint ?? 'unknown', error)
    if (typeof code === 'string' && (unavailableCodes.has(code) || /^08.{3}$/.test(code))) return new DatabaseUnavailableError(error)
    if (typeof message === 'string' && code === undefined && unavailableMessages.test(message)) return new DatabaseUnavailableError(error)
  }
  return error
}
