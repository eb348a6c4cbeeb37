/**
 * Every message between the kernel and a host process. A plugin is a slot here: a number that the kernel gives out for
 * one load. No message that a guest can cause carries a name or a number of the guest's choosing except `name` and the
 * JSON text of a call; the host adds the slot from the port on which the guest spoke.
 */
export interface GuestLimits {
  /** Heap of the isolate. */
  readonly heapBytes: number
  /** For the plugin's module to run once. */
  readonly startMs: number
  /** Time that the plugin may use between two calls without giving the thread back. */
  readonly timeoutMs: number
  /** Host calls under way at once, their bytes together, and how many per second. */
  readonly callsUnderWay: number
  readonly callBytes: number
  readonly callsPerSecond: number
  /** Of one answer or one input of a host call. */
  readonly answerBytes: number
}

/** On which the kernel and the main thread of a host speak; and the kernel and the thread of hooks, of these alone. */
export const mainDescriptor = 3
export const inlineDescriptor = 4

export const defaultGuestLimits: GuestLimits = {
  heapBytes: 64 * 1024 * 1024, startMs: 1000, timeoutMs: 1000, callsUnderWay: 256, callBytes: 4 * 1024 * 1024, callsPerSecond: 200, answerBytes: 8 * 1024 * 1024,
}

/**
 * Of an answer, in characters, where nothing more is expected: whoever says more than anybody can use has the kernel's
 * thread for as long as it takes to read it.
 */
export const standardAnswerLength = 1024 * 1024

export type Outcome = 'answered' | 'threw' | 'timed_out' | 'ended' | 'no_handler' | 'too_large'

/** What a host keeps a plugin from by itself, in the words in which the plugin or its admin hears of it. */
export const hostRefusals = [
  'too many calls per second', 'too many calls under way', 'the calls under way are too large', 'the input of a call is too large',
  'it used more memory than it may', 'it used more CPU time than it may',
] as const
export type HostRefusal = typeof hostRefusals[number]

export interface GuestStatistics {
  readonly slot: number
  readonly isResident: boolean
  readonly cpuTimeMs: number
  readonly heapBytes: number
  readonly invocations: number
  /** How often the isolate was thrown away for breaking a limit. */
  readonly disposals: number
  /** Of these, for using too much: an isolate that merely waited too long is not among them. */
  readonly breaches: number
  /** How often each of `hostRefusals` was met, in their order. */
  readonly refusals: readonly number[]
}

export type ToHost =
  /** Text: the source. Those with `isInline` share a thread, so that a chain stays on it. With `isEager` the module runs at once and `answer` to `call` tells how that went. */
  | { readonly type: 'load', readonly slot: number, readonly call: number, readonly isEager: boolean, readonly isInline: boolean, readonly limits: GuestLimits }
  /** Text: the input as JSON. `maximumLength` is that of the answer. */
  | { readonly type: 'invoke', readonly slot: number, readonly call: number, readonly name: string, readonly deadlineMs: number, readonly maximumLength: number }
  /** What chains call a hook from now on, to the thread of hooks; `instead` is forgotten. Text: a HookText. */
  | { readonly type: 'hook', readonly hook: number, readonly instead: number, readonly slot: number, readonly name: string, readonly deadlineMs: number }
  /** Several plugins in turn, or at once; to the thread of hooks. Text: a ChainText; the text of the answer has a ChainResult for each hook. */
  | { readonly type: 'chain', readonly call: number, readonly hooks: readonly number[], readonly guardsFrom: number, readonly totalMs: number }
  /** What the kernel says to a guest's call. Text: a value, or {code, message}, as JSON. */
  | { readonly type: 'reply', readonly slot: number, readonly call: number, readonly isAnswered: boolean }
  | { readonly type: 'unload', readonly slot: number }
  | { readonly type: 'heartbeat', readonly beat: number }

export type FromHost =
  | { readonly type: 'ready' }
  /** Text: the answer as JSON, or {name, message, code, stack}. */
  | { readonly type: 'answer', readonly call: number, readonly outcome: Outcome }
  /** A guest asks for something. Text: its input as JSON. */
  | { readonly type: 'call', readonly slot: number, readonly call: number, readonly name: string }
  /** Every thread of the host has answered; what it knows of its guests. */
  | { readonly type: 'statistics', readonly beat: number, readonly rssBytes: number, readonly guests: readonly GuestStatistics[] }
  /** V8 lost control of an isolate, or one cannot be stopped: only the end of the process helps. */
  | { readonly type: 'poisoned', readonly slot: number, readonly reason: string }

type Check = (value: unknown) => boolean
type Shape = Readonly<Record<string, Check>>

const outcomes: readonly unknown[] = ['answered', 'threw', 'timed_out', 'ended', 'no_handler', 'too_large'] satisfies Outcome[]
export const maximumNameLength = 128
const maximumGuests = 2000

const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0
const isAmount: Check = (value) => typeof value === 'number' && Number.isFinite(value) && value >= 0
const isFlag: Check = (value) => typeof value === 'boolean'
const isName: Check = (value) => typeof value === 'string' && value.length > 0 && value.length <= maximumNameLength
const isReason: Check = (value) => typeof value === 'string' && value.length <= 1000
const isOutcome: Check = (value) => outcomes.includes(value)

const isShape = (shape: Shape): Check => (value) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const fields = Object.keys(value)
  return fields.length === Object.keys(shape).length && fields.every((field) => Object.hasOwn(shape, field) && shape[field]?.((value as Record<string, unknown>)[field]))
}

const limitsShape = isShape({ heapBytes: isCount, startMs: isCount, timeoutMs: isCount, callsUnderWay: isCount, callBytes: isCount, callsPerSecond: isCount, answerBytes: isCount })
const isRefusals: Check = (value) => Array.isArray(value) && value.length === hostRefusals.length && value.every((count) => isCount(count))
const guestShape = isShape({ slot: isCount, isResident: isFlag, cpuTimeMs: isAmount, heapBytes: isAmount, invocations: isCount, disposals: isCount, breaches: isCount, refusals: isRefusals })
const isGuests: Check = (value) => Array.isArray(value) && value.length <= maximumGuests && value.every((guest) => guestShape(guest))
const isNumbers: Check = (value) => Array.isArray(value) && value.length <= maximumGuests && value.every((number) => isCount(number))
const isType: Check = (value) => typeof value === 'string'

const toHost: Readonly<Record<ToHost['type'], Check>> = {
  load: isShape({ type: isType, slot: isCount, call: isCount, isEager: isFlag, isInline: isFlag, limits: limitsShape }),
  chain: isShape({ type: isType, call: isCount, hooks: isNumbers, guardsFrom: isCount, totalMs: isCount }),
  hook: isShape({ type: isType, hook: isCount, instead: isCount, slot: isCount, name: isName, deadlineMs: isCount }),
  invoke: isShape({ type: isType, slot: isCount, call: isCount, name: isName, deadlineMs: isCount, maximumLength: isCount }),
  reply: isShape({ type: isType, slot: isCount, call: isCount, isAnswered: isFlag }),
  unload: isShape({ type: isType, slot: isCount }),
  heartbeat: isShape({ type: isType, beat: isCount }),
}

const fromHost: Readonly<Record<FromHost['type'], Check>> = {
  ready: isShape({ type: isType }),
  answer: isShape({ type: isType, call: isCount, outcome: isOutcome }),
  call: isShape({ type: isType, slot: isCount, call: isCount, name: isName }),
  statistics: isShape({ type: isType, beat: isCount, rssBytes: isCount, guests: isGuests }),
  poisoned: isShape({ type: isType, slot: isCount, reason: isReason }),
}

const read = <Message>(table: Readonly<Record<string, Check>>, header: unknown): Message => {
  const type = (header as { type?: unknown } | null)?.type
  if (typeof type !== 'string' || !Object.hasOwn(table, type) || !table[type]?.(header)) throw new Error('a message is not of the protocol')
  return header as Message
}

/** Throws on anything else: who sends it is not to be trusted any more. */
export const readToHost = (header: unknown): ToHost => read(toHost, header)
export const readFromHost = (header: unknown): FromHost => read(fromHost, header)
