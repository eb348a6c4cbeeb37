import { createAddressMatcher } from '../src/mattermost/address-matcher.ts'
import type { Tier } from '../src/mattermost/documented-operations.ts'
import { disagreements } from './agreement.ts'
import { answers, type Answer } from './answers.ts'
import documented from './data/endpoints.json' with { type: 'json' }
import { messageViolations } from './events.ts'
import { documentedAnswer } from './published.ts'
import { ref } from './shapes.ts'
import { createValidator, type Validator } from './validator.ts'

export interface ContractOperation {
  readonly operationId: string
  readonly method: string
  readonly path: string
  readonly tag: string
  readonly tier: Tier
  /** Statuses of refusal that the documentation names. */
  readonly refusals: readonly number[]
  readonly answer: Answer
}

export type HeaderSource = Headers | Readonly<Record<string, string | readonly string[] | number | undefined>>

export interface WireAnswer {
  readonly method: string
  /** With or without a query. */
  readonly path: string
  readonly status: number
  readonly headers: HeaderSource
  /** Text or bytes as they came, or what was parsed from them. */
  readonly body: unknown
}

export interface Contract {
  /** Sentences about where an answer is not as Mattermost clients expect it; none if it is. */
  checkAnswer(answer: WireAnswer): string[]
  /** The same for a message of the websocket: an event or the reply to an action. Text or parsed. */
  checkEvent(message: unknown): string[]
  operationFor(method: string, path: string): ContractOperation | undefined
}

interface DocumentedEntry {
  readonly method: string
  readonly path: string
  readonly id: string
  readonly tag: string
  readonly tier: string
  readonly answers: Readonly<Record<string, unknown>>
  readonly refusals?: readonly number[]
}

/** All operations of the contract, ordered by address. */
export const contractOperations: readonly ContractOperation[] = (documented as readonly DocumentedEntry[]).map((entry) => ({
  operationId: entry.id,
  method: entry.method,
  path: entry.path,
  tag: entry.tag,
  tier: entry.tier as Tier,
  refusals: entry.refusals ?? [],
  answer: answers[entry.id] ?? documentedAnswer(entry.method, entry.answers),
}))

const addresses = createAddressMatcher(contractOperations)

const json = 'application/json'

function headerOf(headers: HeaderSource, name: string): string | undefined {
  if (headers instanceof Headers) return headers.get(name) ?? undefined
  const value = Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1]
  return value === undefined ? undefined : Array.isArray(value) ? value.join(', ') : String(value)
}

const asText = (body: unknown): unknown => body instanceof Uint8Array ? new TextDecoder().decode(body) : body

function parsed(body: unknown): { value: unknown } | { broken: true } {
  const given = asText(body)
  if (typeof given !== 'string') return { value: given }
  try {
    return { value: JSON.parse(given) }
  } catch {
    return { broken: true }
  }
}

const isEmpty = (body: unknown): boolean => {
  const given = asText(body)
  return given === undefined || given === null || given === ''
}

function headerViolations(answer: WireAnswer): string[] {
  const request = headerOf(answer.headers, 'x-request-id')
  const version = headerOf(answer.headers, 'x-version-id')
  return [
    ...(request !== undefined && /^[a-z0-9]{26}$/.test(request) ? [] : [`X-Request-Id: must be 26 characters (found ${request ?? 'none'})`]),
    ...(version !== undefined && /^\d+\.\d+\.\d+(\.|$)/.test(version) ? [] : [`X-Version-Id: must begin with a version (found ${version ?? 'none'})`]),
  ]
}

const typeViolations = (answer: WireAnswer): string[] => {
  const type = headerOf(answer.headers, 'content-type')
  return type === json ? [] : [`Content-Type: must be exactly ${json} (found ${type ?? 'none'})`]
}

function refusalViolations(answer: WireAnswer, validator: Validator): string[] {
  if (answer.method.toUpperCase() === 'HEAD') return []
  const body = parsed(answer.body)
  const violations = typeViolations(answer)
  if (answer.status === 500) violations.push('status: 500 is never an answer')
  if ('broken' in body) return [...violations, 'body: is not JSON']
  violations.push(...validator.check(ref('AppError'), body.value, 'error'))
  const told = (body.value as { status_code?: unknown, request_id?: unknown } | null)
  if (told?.status_code !== answer.status) violations.push(`error/status_code: must be ${answer.status} (found ${String(told?.status_code)})`)
  const request = headerOf(answer.headers, 'x-request-id')
  if (request !== undefined && told?.request_id !== request) violations.push('error/request_id: is not that of X-Request-Id')
  return violations
}

function successViolations(answer: WireAnswer, expected: Answer, validator: Validator): string[] {
  const { statuses, body: shape } = expected
  const violations = statuses.includes(answer.status) ? [] : [`status: must be ${statuses.join(' or ')} (found ${answer.status})`]
  if (answer.method.toUpperCase() === 'HEAD') return violations
  if (answer.status === 204) return [...violations, ...(isEmpty(answer.body) ? [] : ['body: must be empty with 204'])]
  const type = headerOf(answer.headers, 'content-type')
  if (shape === 'bytes') return type === json ? [...violations, `Content-Type: must not be ${json}`] : violations
  if (shape === 'unknown' && type !== json) return violations
  if (shape !== 'unknown') violations.push(...typeViolations(answer))
  const body = parsed(answer.body)
  if ('broken' in body) return [...violations, 'body: is not JSON']
  if (shape === 'unknown') return violations
  const misfits = validator.check(shape, body.value, 'body')
  return [...violations, ...misfits, ...(misfits.length > 0 ? [] : disagreements(shape, body.value, 'body'))]
}

export function createContract(): Contract {
  const validator = createValidator()
  const operationFor = (method: string, path: string): ContractOperation | undefined =>
    (addresses.match(method, path) ?? (method === 'HEAD' ? addresses.match('GET', path) : undefined))?.entry

  return {
    operationFor,

    checkAnswer(answer) {
      const operation = operationFor(answer.method, answer.path)
      if (!operation) return [`${answer.method} ${answer.path}: is not an operation of Mattermost's API`]
      if (answer.status === 101) return operation.answer.statuses.includes(101) ? [] : ['status: 101 belongs to the websocket only']
      const headers = headerViolations(answer)
      if (answer.status >= 400 && !operation.answer.statuses.includes(answer.status)) return [...headers, ...refusalViolations(answer, validator)]
      if (answer.status === 304) return [...headers, ...(isEmpty(answer.body) ? [] : ['body: must be empty with 304'])]
      if (answer.status >= 300) return headers
      return [...headers, ...successViolations(answer, operation.answer, validator)]
    },

    checkEvent(message) {
      const body = parsed(message)
      return 'broken' in body ? ['message: is not JSON'] : messageViolations(body.value, validator)
    },
  }
}
