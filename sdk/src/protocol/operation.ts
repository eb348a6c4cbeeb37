import type { Static, TSchema } from 'typebox'
import type { ErrorCode } from './errors.ts'

/** What travels: a value both ways; JSON and one byte stream in; or a byte stream out. */
export type OperationKind = 'value' | 'upload' | 'download'

/** Whether a session is needed to ask at all. */
export type SessionNeed = 'required' | 'optional'

/** All that is known of an operation without running it. */
export interface Operation<
  Name extends string = string, Input extends TSchema = TSchema, Output extends TSchema = TSchema, Kind extends OperationKind = OperationKind,
  Capability extends string | null = string | null, Patchable extends string = string, Told extends TSchema | null = TSchema | null,
> {
  readonly name: Name
  readonly kind: Kind
  readonly summary: string
  readonly input: Input
  readonly output: Output
  /** Changes nothing, so it also answers GET and may be repeated. */
  readonly safe: boolean
  readonly session: SessionNeed
  /** Errors of its own, besides those that any operation may answer. */
  readonly errors: readonly ErrorCode[]
  /** What a plugin must have been granted to call it; null where no plugin may. */
  readonly capability: Capability
  /** Input fields that a plugin's transform may change; empty where it may change nothing. */
  readonly patchable: readonly Patchable[]
  /** What guards of plugins are told instead of the input, where that holds what is for the server alone; then nothing can be patched. */
  readonly told: Told
  /** Names of hooked operations that this one does as well, in its own way: who takes part in those is asked here too. */
  readonly enters: readonly string[]
}

/** What hooks attach to: an operation, or a step of some for which nobody can ask by itself. */
export type Hookable<Name extends string = string, Input extends TSchema = TSchema, Patchable extends string = string, Told extends TSchema | null = TSchema | null> =
  Pick<Operation<Name, Input, TSchema, OperationKind, string | null, Patchable, Told>, 'name' | 'input' | 'patchable' | 'told'>

export type InputOf<O extends { readonly input: TSchema }> = Static<O['input']>
export type OutputOf<O extends Operation> = Static<O['output']>

interface OperationParts<Name extends string, Input extends TSchema, Output extends TSchema, Kind extends OperationKind, Capability extends string | null, Patchable extends string, Told extends TSchema | null> {
  readonly name: Name
  readonly summary: string
  readonly input: Input
  readonly output: Output
  readonly kind?: Kind
  readonly safe?: boolean
  readonly session?: SessionNeed
  readonly errors?: readonly ErrorCode[]
  readonly capability?: Capability
  readonly patchable?: readonly Patchable[]
  readonly told?: Told
  readonly enters?: readonly string[]
}

/** Defines an operation: the single definition that doors, OpenAPI, clients and plugins read. */
export function defineOperation<
  const Name extends string, Input extends TSchema, Output extends TSchema, Kind extends OperationKind = 'value',
  const Capability extends string | null = null, const Patchable extends string = never, Told extends TSchema | null = null,
>(parts: OperationParts<Name, Input, Output, Kind, Capability, Patchable, Told>): Operation<Name, Input, Output, Kind, Capability, Patchable, Told> {
  assertNamed(parts.name)
  return {
    kind: 'value' as Kind, safe: false, session: 'required', errors: [], patchable: [], enters: [],
    ...parts,
    capability: parts.capability ?? null as Capability,
    told: parts.told ?? null as Told,
  }
}

/** Defines a step at which guards are asked in the midst of operations; those enter it. */
export function defineStep<const Name extends string, Input extends TSchema>({ name, input }: { readonly name: Name, readonly input: Input }): Hookable<Name, Input, never, null> {
  assertNamed(name)
  return { name, input, patchable: [], told: null }
}

function assertNamed(name: string): void {
  if (!/^[a-z][a-zA-Z]*\.[a-z][a-zA-Z]*$/.test(name)) throw new Error(`The operation ${name} must be named noun.verb`)
}
