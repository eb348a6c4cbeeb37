import type { Readable } from 'node:stream'
import { RookeryError, type Hookable, type Operation } from '@rookery/sdk/protocol'
import type { Context } from './context.ts'
import type { AnyImplementation, Result } from './implementation.ts'
import type { Validation } from './validation.ts'

/** Where plugins take part in operations. The kernel runs without it. */
export interface Hooks {
  /** What takes part in this call: asked for every call, so it must be cheap. Undefined where nothing does. */
  enter(operation: Hookable, context: Context, input: unknown): HookedCall | undefined
  /** Whether anything may take part in calls of an operation. */
  takePart(operation: Hookable): boolean
}

/** Both are given what `access` found. */
export interface HookedCall {
  /** Returns the input as the transforms leave it: the same one where they leave it alone. */
  transform(input: unknown, accessed: unknown): Promise<unknown>
  /** Throws where a guard denies. */
  guard(input: unknown, accessed: unknown): Promise<void>
  /** What the transforms made of it was refused: it is done as if they had left it alone. */
  regret(error: RookeryError): void
}

/** Operations that come and go while the server runs. */
export interface AddedOperations {
  find(name: string): AnyImplementation | undefined
  /** The same list as long as they are the same. */
  list(): readonly Operation[]
}

export interface Operations {
  /** Every operation of the server itself, in the order of registration. */
  readonly all: readonly Operation[]
  /** Those that are there besides at this moment. */
  added(): readonly Operation[]
  find(name: string): Operation | undefined
  /** Validates and authorises, and stops there: throws what `dispatch` would throw before anything is done. */
  authorise(operation: Operation, context: Context, input: unknown): Promise<void>
  /** Validates, authorises, lets hooks take part, and carries out. The only way to do anything. */
  dispatch<O extends Operation>(operation: O, context: Context, input: unknown, stream?: Readable): Promise<Result<O>>
}

/** Effects of effects of plugins: deeper chains are refused, so two plugins cannot feed each other for ever. */
const maximumCauseDepth = 4

export function createOperations(
  { implementations, validation, hooks, added }: { implementations: readonly AnyImplementation[], validation: Validation, hooks?: Hooks, added?: AddedOperations },
): Operations {
  const table = new Map<string, AnyImplementation>()
  for (const implementation of implementations) {
    const { name } = implementation.operation
    if (table.has(name)) throw new Error(`The operation ${name} is implemented twice`)
    table.set(name, implementation)
  }
  const all = [...table.values()].map((implementation) => implementation.operation)
  const find = (name: string): AnyImplementation | undefined => table.get(name) ?? added?.find(name)
  const assertInput = ({ operation, assertInput: judge }: AnyImplementation, input: unknown): void => {
    if (judge) judge(input)
    else validation.assert(operation.input, input)
  }
  const enter = async (operation: Operation, context: Context, input: unknown): Promise<{ implementation: AnyImplementation, accessed: unknown }> => {
    const implementation = find(operation.name)
    if (!implementation) throw new RookeryError('not_implemented', { operation: operation.name })
    if (operation.session === 'required' && context.actor.kind === 'anonymous') throw new RookeryError('not_signed_in')
    if (context.causeDepth > maximumCauseDepth) throw new RookeryError('rate_limited', { retryAfterSeconds: 1 })
    assertInput(implementation, input)
    return { implementation, accessed: await implementation.access(context, input as never) }
  }
  return {
    all,
    added: () => added?.list() ?? [],
    find: (name) => find(name)?.operation,
    async authorise(operation, context, input) { await enter(operation, context, input) },
    async dispatch<O extends Operation>(operation: O, context: Context, input: unknown, stream?: Readable): Promise<Result<O>> {
      const { implementation, accessed } = await enter(operation, context, input)
      const carryOut = async (present: unknown, found: unknown): Promise<Result<O>> => await implementation.handle(context, present as never, found, stream) as Result<O>
      const hooked = hooks?.enter(operation, context, input)
      if (!hooked) return carryOut(input, accessed)
      if (implementation.tell) {
        await hooked.guard(implementation.tell(context, input as never, accessed), accessed)
        return carryOut(input, accessed)
      }
      const changed = await hooked.transform(input, accessed)
      if (changed !== input) {
        let isDenied = false
        try {
          assertInput(implementation, changed)
          const found = await implementation.access(context, changed as never)
          await hooked.guard(changed, found).catch((error: unknown) => { isDenied = true; throw error })
          return await carryOut(changed, found)
        } catch (error) {
          // Whoever asked for something that may be done is not refused for what a plugin made of it.
          if (isDenied || !(error instanceof RookeryError) || error.status >= 500) throw error
          hooked.regret(error)
        }
      }
      await hooked.guard(input, accessed)
      return carryOut(input, accessed)
    },
  }
}
