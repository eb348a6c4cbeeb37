import type { ErrorDetails } from '@rookery/sdk/protocol'

/** What a handler says that refuses. */
export interface Refusal { readonly code?: unknown, readonly details?: unknown }

const maximumDetailLength = 300

/** A value, or a refusal. */
export function readAnswer(answer: unknown): { value: unknown } | { refusal: Refusal } {
  const { value, refusal } = (typeof answer === 'object' && answer !== null ? answer : {}) as { value?: unknown, refusal?: unknown }
  return typeof refusal === 'object' && refusal !== null ? { refusal } : { value }
}

export function readDetails(details: unknown): ErrorDetails {
  if (typeof details !== 'object' || details === null) return {}
  const told: Record<string, string | number | boolean> = {}
  for (const [name, value] of Object.entries(details).slice(0, 10)) {
    if (typeof value === 'string') told[name] = value.slice(0, maximumDetailLength)
    else if (typeof value === 'number' || typeof value === 'boolean') told[name] = value
  }
  return told
}
