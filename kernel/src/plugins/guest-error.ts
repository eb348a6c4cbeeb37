import type { Outcome } from '../plugin-host/index.ts'
import { parseGuestJson } from './guest-json.ts'

/** What a plugin threw, as it told it. For the log and for the plugin's own page, never for a caller. */
export class GuestError extends Error {
  readonly outcome: Outcome
  readonly code: string
  readonly guestStack: string

  constructor(outcome: Outcome, { name, message, code, stack }: { name: string, message: string, code: string, stack: string }) {
    super(message)
    this.name = name
    this.outcome = outcome
    this.code = code
    this.guestStack = stack
  }

  static read(outcome: Outcome, text: string): GuestError {
    const word = (value: unknown, length: number): string => (typeof value === 'string' ? value.slice(0, length) : '')
    let told: Record<string, unknown> = {}
    try {
      told = Object(parseGuestJson(text)) as Record<string, unknown>
    } catch { /* then it told nothing */ }
    return new GuestError(outcome, { name: word(told['name'], 100) || outcome, message: word(told['message'], 2000), code: word(told['code'], 100), stack: word(told['stack'], 8000) })
  }
}
