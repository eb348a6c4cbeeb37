import type { InputOf, Operation, OutputOf } from '../protocol/operation.ts'

type Protocol = typeof import('../protocol/index.ts')
type Exported = Protocol[keyof Protocol]

/** Operations that plugins may call. */
type CallableOf<Each> = Each extends Operation & { readonly kind: 'value', readonly capability: string } ? Each : never

/** Every operation that some plugin may call, by name. */
export type CallableName = CallableOf<Exported>['name']
export type CallableInput<Name extends CallableName> = InputOf<Extract<CallableOf<Exported>, { readonly name: Name }>>

/** The capabilities that operations take. */
export type OperationCapability = CallableOf<Exported>['capability']

type NounOf<Name extends string> = Name extends `${infer Noun}.${string}` ? Noun : never
type VerbOf<Name extends string, Noun extends string> = Name extends `${Noun}.${infer Verb}` ? Verb : never
type Named<Operations extends Operation, Noun extends string> = Extract<Operations, { readonly name: `${Noun}.${string}` }>

type Call<O extends Operation> = {} extends InputOf<O> ? (input?: InputOf<O>) => Promise<OutputOf<O>> : (input: InputOf<O>) => Promise<OutputOf<O>>

type CallsOf<Operations extends Operation> = {
  readonly [Noun in NounOf<Operations['name']>]: {
    readonly [Each in Named<Operations, Noun> as VerbOf<Each['name'], Noun>]: Call<Each>
  }
}

/** Operations as functions, by noun and verb: `posts.create(…)`. */
export type OperationCalls<Capability> = CallsOf<Extract<CallableOf<Exported>, { readonly capability: Capability }>>
