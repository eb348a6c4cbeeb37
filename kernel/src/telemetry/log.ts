export type LogFields = Readonly<Record<string, unknown>>

/** What every part of the kernel may say. Never put message texts, tokens or addresses of people into fields. */
export interface Log {
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}

export type LogLevel = 'info' | 'warn' | 'error'

export interface LogOptions {
  /** JSON lines for machines, one readable line for people. */
  format: 'json' | 'human'
  /** Receives one line, its newline included. */
  write(line: string): void
  /** The least severe level that is written. */
  level?: LogLevel
  /** Milliseconds since 1970. */
  clock?: () => number
  /** Added to every line. */
  fields?: LogFields
}

const severities: Readonly<Record<LogLevel, number>> = { info: 0, warn: 1, error: 2 }

export const createLog = ({ format, write, level = 'info', clock = Date.now, fields: common = {} }: LogOptions): Log => {
  const render = format === 'json' ? renderJson : renderHuman
  const say = (line: LogLevel) => (message: string, fields?: LogFields) => {
    if (severities[line] < severities[level]) return
    write(`${render(new Date(clock()).toISOString(), line, message, { ...common, ...fields })}\n`)
  }
  return { info: say('info'), warn: say('warn'), error: say('error') }
}

/** For tests and for parts whose owner does not want to hear them. */
export const createSilentLog = (): Log => ({ info: () => {}, warn: () => {}, error: () => {} })

const renderJson = (time: string, level: LogLevel, message: string, fields: LogFields): string =>
  stringify({ time, level, message, ...fields })

const renderHuman = (time: string, level: LogLevel, message: string, fields: LogFields): string => {
  const rest = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}=${typeof value === 'string' && /^[^\s"=]+$/.test(value) ? value : stringify(value)}`)
  return `${time.slice(11, 23)} ${level.padEnd(5)} ${message}${rest.join('')}`
}

// A log line must never throw: errors, BigInts and cycles are made printable.
const stringify = (value: unknown): string => {
  try {
    return JSON.stringify(value, printable) ?? 'null'
  } catch {
    return JSON.stringify(String(value))
  }
}

const printable = (_key: string, value: unknown): unknown => {
  if (typeof value === 'bigint') return value.toString()
  if (!(value instanceof Error)) return value
  const { code } = value as { code?: unknown }
  return { name: value.name, message: value.message, ...(code === undefined ? {} : { code }), stack: value.stack, cause: value.cause }
}
