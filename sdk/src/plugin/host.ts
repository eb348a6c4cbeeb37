import type { Json } from './json.ts'

/** All that an isolate has of the outside. */
interface Rookery {
  on(name: string, handler: (input: never) => unknown): void
  /** As part of an invocation: what is asked before its turn has come is not let out. */
  call(name: string, input: unknown, invocation: string): Promise<unknown>
}

declare const rookery: Rookery

/** What the kernel says with every invocation. */
export interface Envelope {
  readonly invocation: string
  readonly input: unknown
  readonly actor: { readonly userId: string, readonly connectionId: string, readonly locale: string }
  readonly botUserId: string
  readonly deadlineAt: number
  /** Names of capabilities that the plugin has at this moment. */
  readonly granted: readonly string[]
  readonly settings: Readonly<Record<string, Json>>
  readonly siteUrl: string
}

export type Details = Readonly<Record<string, string | number | boolean>>

/** A call was refused. `code` is one of the protocol's. */
export class CallError extends Error {
  override readonly name = 'CallError'
  readonly code: string
  readonly retryAfterMs: number
  /** What the sentence was made of. */
  readonly details: Details

  constructor({ code, message, retryAfterMs = 0, details = {} }: { code: string, message: string, retryAfterMs?: number, details?: Details }) {
    super(message)
    this.code = code
    this.retryAfterMs = retryAfterMs
    this.details = details
  }
}

/** As whom a call is made, where it is not as the plugin itself. */
interface Role {
  readonly asActor?: boolean
  readonly mandate?: string
}

interface Call {
  readonly name: string
  readonly input: unknown
  readonly role: Role
}

type Outcome = { readonly value: unknown } | { readonly error: { readonly code: string, readonly message: string, readonly retryAfterMs?: number, readonly details?: Details } }

interface Waiting extends Call {
  resolve(value: unknown): void
  reject(error: unknown): void
}

/** As many calls go in one message; more wait for the next. */
const maximumBatch = 50

export const onInvocation = (name: string, handle: (envelope: Envelope) => unknown): void => { rookery.on(name, handle) }

interface CallOptions extends Role {
  /** In a message of its own: what it waits for may depend on answers to the others. */
  readonly isAlone?: boolean
}

/** What parts of the context ask with, each as whom it acts. */
export type Ask = (name: string, input: unknown, options?: Pick<CallOptions, 'isAlone'>) => Promise<unknown>

/** Calls of one invocation: those that are made before it gives way go out together, in their order. */
export function createCalls(invocation: string): (name: string, input: unknown, options?: CallOptions) => Promise<unknown> {
  let waiting: Waiting[] = []
  const send = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      const outcomes = await rookery.call('calls', { invocation, calls: batch.map(({ name, input, role }) => ({ name, input, asActor: false, ...role })) }, invocation) as readonly Outcome[]
      batch.forEach(({ resolve, reject }, index) => {
        const outcome = outcomes[index]
        if (outcome && 'value' in outcome) resolve(outcome.value)
        else reject(new CallError(outcome?.error ?? { code: 'internal', message: 'The call failed' }))
      })
    } catch (error) {
      const { code = 'internal', message = 'The call failed' } = error as { code?: string, message?: string }
      for (const { reject } of batch) reject(new CallError({ code, message }))
    }
  }
  const flush = (): void => {
    const all = waiting
    waiting = []
    for (let start = 0; start < all.length; start += maximumBatch) void send(all.slice(start, start + maximumBatch))
  }
  return (name, input, { isAlone = false, ...role } = {}) => new Promise((resolve, reject) => {
    // undefined would be left out of the message
    const call = { name, input: input ?? {}, role, resolve, reject }
    if (isAlone) {
      void send([call])
      return
    }
    waiting.push(call)
    if (waiting.length === 1) void Promise.resolve().then(flush)
  })
}
