export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly say: (line: string) => void
  readonly complain: (line: string) => void
  /** Asks somebody who sits there; left out, nobody does. */
  readonly confirm?: (question: string) => Promise<boolean>
  /** Ends what goes on until somebody stops it; left out, nobody does. */
  readonly signal?: AbortSignal
}

/** What somebody typed is not what a command takes; the sentence is all there is to say. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export interface Asked {
  readonly words: readonly string[]
  readonly options: Readonly<Record<string, string | boolean | undefined>>
}

export interface Command {
  readonly usage: string
  readonly summary: string
  /** By name; `help` is everybody's. */
  readonly options: Readonly<Record<string, { readonly type: 'string' | 'boolean' }>>
  /** Answers the exit code, where it is not 0. */
  run(asked: Asked, surroundings: Surroundings): Promise<number | void>
}

export const only = ({ words }: Asked, what: string): string => {
  const [word] = words
  if (word === undefined || words.length !== 1) throw new UsageError(`Name ${what}.`)
  return word
}

export const textOf = (value: string | boolean | undefined): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)
