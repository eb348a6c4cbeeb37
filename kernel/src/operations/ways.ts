import { RookeryError, type Hookable, type InputOf, type Operation } from '@rookery/sdk/protocol'
import type { Context } from './context.ts'
import type { Hooks, Operations } from './dispatcher.ts'
import type { Result } from './implementation.ts'

/** What another operation would be asked for, and what its access would have found. */
export interface Asked<O extends Hookable = Hookable> {
  readonly input: InputOf<O>
  readonly accessed: unknown
}

/**
 * How an operation that does what others do as well, in its own way, lets those take part who take part in them. Which
 * they are stands in its definition (`enters`), and nothing else may be asked for.
 */
export interface Ways {
  /** Where nobody takes part, nothing need be looked up to ask. */
  isGuarded(operation: Hookable): boolean
  /** Throws where a guard denies. */
  ask<O extends Hookable>(operation: O, context: Context, asked: Asked<O>): Promise<void>
  /** The same of several, each for itself: answers in their order what they were refused with. */
  askEach<O extends Hookable>(operation: O, context: Context, all: readonly Asked<O>[]): Promise<readonly (RookeryError | undefined)[]>
  /** Does the other operation in place of this one. */
  dispatch<O extends Operation>(operation: O, context: Context, input: InputOf<O>): Promise<Result<O>>
}

/** The ways out of one operation. */
export type WaysOf = (operation: Operation) => Ways

/** Each has a deadline of its own and they share an isolate, so not all of them are asked at once. */
const maximumAtOnce = 8

/** Hooks and the table itself come after those who are in it. */
export function createWays({ operations, hooks }: { operations: () => Pick<Operations, 'dispatch'>, hooks: () => Hooks | undefined }): WaysOf {
  return (way) => {
    if (way.enters.length === 0) throw new Error(`${way.name} does not say what it enters`)
    const assertEntered = ({ name }: Hookable): void => { if (!way.enters.includes(name)) throw new Error(`${way.name} does not say that it enters ${name}`) }

    const ask: Ways['ask'] = async (operation, context, { input, accessed }) => {
      assertEntered(operation)
      await hooks()?.enter(operation, context, input)?.guard(input, accessed)
    }
    const isGuarded: Ways['isGuarded'] = (operation) => {
      assertEntered(operation)
      return hooks()?.takePart(operation) ?? false
    }
    return {
      isGuarded,
      ask,
      async askEach(operation, context, all) {
        const refusals: (RookeryError | undefined)[] = all.map(() => undefined)
        const waiting = all.entries()
        const askNext = async (): Promise<void> => {
          for (const [index, asked] of waiting) {
            try {
              await ask(operation, context, asked)
            } catch (error) {
              if (!(error instanceof RookeryError)) throw error
              refusals[index] = error
            }
          }
        }
        if (isGuarded(operation)) await Promise.all(Array.from({ length: Math.min(maximumAtOnce, all.length) }, askNext))
        return refusals
      },
      dispatch(operation, context, input) {
        assertEntered(operation)
        return operations().dispatch(operation, context, input)
      },
    }
  }
}
