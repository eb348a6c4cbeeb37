import type { Static, TSchema } from 'typebox'
import type {
  ActionContribution, AuditEventContribution, CommandArgument, CommandChoice, CommandContribution, Contributions, GuardContribution, HookFilter, JobContribution, MetricContribution, MigrationContribution, ObserverContribution, OperationContribution, PermissionContribution, PostKindContribution, RouteContribution, TransformContribution,
} from '../protocol/plugin-contributions.ts'
import type { WebPartContribution } from '../protocol/plugin-web.ts'
import type { contracts } from '../protocol/contracts/index.ts'
import type { pluginsCompleteCommand, pluginsRunCommand } from '../protocol/plugin-commands.ts'
import type { hookedOperations, observedEvents } from '../protocol/plugin-hooks.ts'
import type { InputOf, OutputOf } from '../protocol/operation.ts'
import type { Json } from './json.ts'
import type { PluginContext } from './context.ts'
import type { ManifestForm, RequestedCapability } from './manifest.ts'
import type { FieldPath, Picked } from './needs.ts'

export type Awaitable<Value> = Value | Promise<Value>

type Hooked = typeof hookedOperations
type Observed = typeof observedEvents
type NounOf<Name> = Name extends `${infer Noun}.${string}` ? Noun : never

/** Operations on which a manifest may put a guard: those for whose noun it asks `<noun>:guard`. */
export type GuardableName<M extends ManifestForm> = { [Name in keyof Hooked]: `${NounOf<Name>}:guard` extends RequestedCapability<M> ? Name : never }[keyof Hooked]
export type TransformableName<M extends ManifestForm> = {
  [Name in keyof Hooked]: [Hooked[Name]['patchable'][number]] extends [never] ? never : `${NounOf<Name>}:transform` extends RequestedCapability<M> ? Name : never
}[keyof Hooked]
export type ObservableName<M extends ManifestForm> = { [Name in keyof Observed]: Observed[Name]['capability'] extends RequestedCapability<M> ? Name : never }[keyof Observed]

type Contracts = (typeof contracts)[number]
/** Operations of contracts that a manifest may carry out: those for whose contract it asks `<contract>:provide`. */
export type ProvidableName<M extends ManifestForm> = { [Each in Contracts as Each['name']]: `${Each['name']}:provide` extends RequestedCapability<M> ? Each['operations'][number]['name'] : never }[Contracts['name']]
type Providable<Name extends string> = Extract<Contracts['operations'][number], { readonly name: Name }>

type HookInput<Name extends keyof Hooked> = Hooked[Name]['told'] extends infer Told extends TSchema ? Static<Told> : InputOf<Hooked[Name]>
type Patch<Name extends keyof Hooked> = Partial<Pick<HookInput<Name>, Hooked[Name]['patchable'][number] & keyof HookInput<Name>>>
type Payload<Name extends keyof Observed> = Static<Observed[Name]['event']['payload']>

interface Needing<Path> {
  /** The fields that are handed over; all others stay where they are. */
  readonly needs: readonly Path[]
  readonly filter?: HookFilter
}

/** What a guard says. */
export type Verdict = { readonly isAllowed: true } | { readonly isAllowed: false, readonly reason: string, readonly isSilent: boolean }

export const allow: Verdict = { isAllowed: true }
/** With `isSilent` clients take it as done and show nothing. */
export const deny = (reason: string, { isSilent = false }: { isSilent?: boolean } = {}): Verdict => ({ isAllowed: false, reason, isSilent })

export interface ObservedEvent<Payload> {
  /** The same for every delivery of one event. */
  readonly key: string
  readonly at: number
  /** 1 at the first. */
  readonly attempt: number
  readonly payload: Payload
}

type Parameters<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}` ? { readonly [Key in Name | keyof Parameters<`/${Rest}`>]: string } : Path extends `${string}:${infer Name}` ? { readonly [Key in Name]: string } : {}

export interface RouteRequest<Path extends string> {
  readonly method: string
  readonly path: string
  readonly parameters: Parameters<Path>
  readonly query: Readonly<Record<string, string>>
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** As it came; text where it is UTF-8, else base64. */
  readonly body: string
  readonly bodyEncoding: 'utf8' | 'base64'
}

export interface RouteAnswer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly json?: Json
  readonly text?: string
  readonly base64?: string
}

export interface Job {
  /** '' for one that runs again and again. */
  readonly key: string
  readonly input: Json
  readonly attempt: number
}

type Only<Contribution, Left extends keyof Contribution> = Omit<Contribution, Left>

/** What a plugin says of itself while its setup runs: once, before anything else. */
export interface PluginBuilder<M extends ManifestForm> {
  /** Decides whether an operation may go on. All guards of an operation run at once, after the transforms. */
  guard<Name extends GuardableName<M>, const Path extends FieldPath<HookInput<Name>>>(
    operation: Name, options: Only<GuardContribution, 'operation' | 'needs'> & Needing<Path>, handle: (input: Picked<HookInput<Name>, Path>, context: PluginContext<M>) => Awaitable<Verdict>): void
  /** Changes the patchable fields of an operation's input; null leaves it as it is. */
  transform<Name extends TransformableName<M>, const Path extends FieldPath<HookInput<Name>>>(
    operation: Name, options: Only<TransformContribution, 'operation' | 'needs'> & Needing<Path>, handle: (input: Picked<HookInput<Name>, Path>, context: PluginContext<M>) => Awaitable<Patch<Name> | null>): void
  /** Hears of what happened, at least once, in batches. Keys of events that failed may be returned: only they come again. */
  observe<Name extends ObservableName<M>, const Path extends FieldPath<Payload<Name>>>(
    event: Name, options: Partial<Only<ObserverContribution, 'event' | 'needs'>> & Needing<Path>,
    handle: (events: readonly ObservedEvent<Picked<Payload<Name>, Path>>[], context: PluginContext<M>) => Awaitable<void | { readonly retry: readonly string[] }>): void
  route<const Path extends string>(
    method: RouteContribution['method'], path: Path, options: Only<RouteContribution, 'method' | 'path'>, handle: (request: RouteRequest<Path>, context: PluginContext<M>) => Awaitable<RouteAnswer>): void
  command<const Command extends CommandForm>(trigger: string, options: Command, handle: (input: CommandInput<Command>, context: PluginContext<M>) => Awaitable<CommandAnswer>): void
  /** What may follow where an argument of a command is `dynamic`. */
  completion(trigger: string, handle: (typed: CompletionInput, context: PluginContext<M>) => Awaitable<readonly CommandChoice[]>): void
  /** Answers what a client asks over its websocket, as `custom_<plugin id>_<name>`. */
  action(name: string, options: Only<ActionContribution, 'name'>, handle: (data: Readonly<Record<string, Json>>, context: PluginContext<M>) => Awaitable<Json | void>): void
  job(name: string, options: Only<JobContribution, 'name'>, handle: (job: Job, context: PluginContext<M>) => Awaitable<void>): void
  /** Carries out an operation of a contract; all of its operations must be. To refuse, it throws a `Refusal`. */
  provide<Name extends ProvidableName<M>>(operation: Name, handle: (input: InputOf<Providable<Name>>, context: PluginContext<M>) => Awaitable<OutputOf<Providable<Name>>>): void
  /** Posts of a kind of its own, which nobody else writes: answers their type. Message and attachments are for clients that do not know the kind. */
  postKind(name: string, options: Only<PostKindContribution, 'name'>): string
  /** Something that people, programs and other plugins can ask for, as `plugin_<plugin id>.<name>`. To refuse, it throws a `Refusal`. */
  operation<Input = Readonly<Record<string, Json>>>(name: string, options: Only<OperationContribution, 'name'>, handle: (input: Input, context: PluginContext<M>) => Awaitable<Json | void>): void
  /** A permission that admins put into roles; routes, actions and commands may ask for it, and `context.holds` tells who holds it. */
  permission(name: string, options: Only<PermissionContribution, 'name'>): void
  /** Something that it does and somebody has to answer for: recorded with `context.audit.record`. */
  auditEvent(name: string, options?: Only<AuditEventContribution, 'name'>): void
  /** Something that it counts or measures, with `context.metrics`. */
  metric(name: string, options: Only<MetricContribution, 'name'>): void
  /** Something in the web app, with the capability `web`. What it draws itself comes from `web/index.ts`. */
  webPart(name: string, options: Only<WebPartContribution, 'name'>): void
  migrations(list: readonly MigrationContribution[]): void
  /** Names of events that it sends to clients. */
  events(...names: readonly string[]): void
  lifecycle(handlers: Lifecycle<M>): void
}

type DeepReadonly<Value> = Value extends readonly (infer Item)[] ? readonly DeepReadonly<Item>[] : Value extends object ? { readonly [Key in keyof Value]: DeepReadonly<Value[Key]> } : Value
/** A command as its author describes it. */
export type CommandForm = DeepReadonly<Only<CommandContribution, 'trigger'>>
type ArgumentForm = DeepReadonly<CommandArgument>

type ArgumentValue<Argument extends ArgumentForm> = Argument extends { readonly kind: 'integer' | 'number' } ? number
  : Argument extends { readonly kind: 'boolean' } ? boolean
    : Argument extends { readonly kind: 'choice', readonly choices: readonly { readonly value: infer Value }[] } ? Value : string
/** True or false is always known; others where they were typed. */
type Certain = { readonly isRequired: true } | { readonly kind: 'boolean' }
type ValuesOf<Argument extends ArgumentForm> = {
  readonly [Each in Argument as Each extends Certain ? Each extends { readonly key: infer Key extends string } ? Key : never : never]: ArgumentValue<Each>
} & {
  readonly [Each in Argument as Each extends Certain ? never : Each extends { readonly key: infer Key extends string } ? Key : never]?: ArgumentValue<Each>
}
/** Of a command with subcommands: whatever the one has that was typed. */
type ArgumentsOf<Command> = Command extends { readonly arguments: readonly (infer Argument extends ArgumentForm)[] } ? ValuesOf<Argument> : Readonly<Record<string, string | number | boolean | undefined>>

export type CommandInput<Command = unknown> = Required<Omit<InputOf<typeof pluginsRunCommand>, 'pluginId'>> & {
  /** Words that lead to what is meant, after the command itself. */
  readonly subcommands: readonly string[]
  /** Those that have keys, read as their kinds say. Where something does not fit, the plugin is not asked, and who typed it reads why. */
  readonly arguments: ArgumentsOf<Command>
}
export type CommandAnswer = OutputOf<typeof pluginsRunCommand>
export type CompletionInput = Required<Omit<InputOf<typeof pluginsCompleteCommand>, 'pluginId'>>

/** Moments in the life of the plugin. `health` answers whether it can work. */
export interface Lifecycle<M extends ManifestForm> {
  enabled?(context: PluginContext<M>): Awaitable<void>
  disabled?(context: PluginContext<M>): Awaitable<void>
  /** Another version has taken the place of the one that is told; of what does not run, nothing is told. */
  upgraded?(from: string, context: PluginContext<M>): Awaitable<void>
  /** The last that it hears, before it is disabled. */
  uninstalled?(context: PluginContext<M>): Awaitable<void>
  health?(context: PluginContext<M>): Awaitable<{ readonly isHealthy: boolean, readonly detail?: string }>
  exportUser?(userId: string, context: PluginContext<M>): Awaitable<Json>
  eraseUser?(userId: string, context: PluginContext<M>): Awaitable<void>
}

export type { Contributions }
