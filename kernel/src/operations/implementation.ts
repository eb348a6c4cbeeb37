import type { Readable } from 'node:stream'
import type { Static } from 'typebox'
import type { InputOf, Operation, OutputOf } from '@rookery/sdk/protocol'
import type { Context } from './context.ts'

/** What a download gives a door: metadata and a way to open the bytes, whole or in part. */
export interface Download<Output> {
  readonly value: Output
  readonly sizeBytes: number
  /** By content; it decides whether a browser may show the bytes within our origin. */
  readonly mimeType: string
  /** Under which a browser would save it. */
  readonly fileName: string
  /** Another one for other bytes: letters, digits, `-`, `_` and `.`. */
  readonly version: string
  /** Seconds for which the caller may keep it without asking again (default: it asks each time). */
  readonly maximumAgeSeconds?: number
  /** Opens the bytes from `start` to `end` inclusive, or all. */
  open(range?: { start: number, end: number }): Promise<Readable>
}

export type Result<O extends Operation> = O['kind'] extends 'download' ? Download<OutputOf<O>> : OutputOf<O>

/**
 * How an operation is carried out. `access` finds what the input names and throws where the actor may not; what it
 * returns reaches `handle`, so nothing is read twice. It runs again after plugins changed the input.
 */
export interface Implementation<O extends Operation = Operation, Accessed = unknown> {
  readonly operation: O
  /** Throws where the input does not fit; without it the schema of the operation judges, and fills in defaults. */
  assertInput?(input: unknown): void
  access(context: Context, input: InputOf<O>): Promise<Accessed> | Accessed
  /** What guards are told instead of the input, where the operation says that they are. */
  tell?(context: Context, input: InputOf<O>, accessed: Accessed): Static<NonNullable<O['told']>>
  handle(context: Context, input: InputOf<O>, accessed: Accessed, stream?: Readable): Promise<Result<O>> | Result<O>
}

/** An implementation as the table keeps it: what it takes and gives is known to its operation's schemas. */
export type AnyImplementation = Implementation<Operation, unknown>

/** Binds an operation's definition to its implementation, with types inferred from both. */
export function implement<O extends Operation, Accessed>(
  operation: O,
  parts: Pick<Implementation<O, Accessed>, 'access' | 'tell' | 'handle'>,
): AnyImplementation {
  if ((operation.told === null) !== (parts.tell === undefined)) throw new Error(`What guards on ${operation.name} are told is both described and made, or neither`)
  return { operation, ...parts } as unknown as AnyImplementation
}
