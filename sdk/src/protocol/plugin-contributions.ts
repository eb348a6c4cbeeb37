import { Type, type Static } from 'typebox'
import { WebPartContribution } from './plugin-web.ts'
import { Fields, OneOf, Props, Text } from './schema.ts'

/** A name that a plugin gives to something of its own. */
const OwnName = Type.String({ pattern: '^[a-zA-Z][a-zA-Z0-9_.-]{0,63}$' })
const PluginIds = Type.Array(Text(50), { maxItems: 50 })
/** Fields that are copied to the plugin, with dots below the top. */
const Needs = Type.Array(Type.String({ pattern: '^[a-zA-Z]+(\\.[a-zA-Z]+){0,3}$', maxLength: 100 }), { maxItems: 50 })

/** One of the plugin's own permissions, which whoever asks must hold. */
const AskedPermission = Text(32)

/** Judged in the kernel: what does not fit never reaches the plugin. All that is given must hold. */
export const HookFilter = Fields({
  /** Types of posts, '' for what people write. */
  types: Type.Optional(Type.Array(Text(100), { maxItems: 50 })),
  /** Whether what bots do counts; by default it does not. */
  bots: Type.Optional(OneOf('exclude', 'include', 'only')),
  /** The message has one of these in it, in any case. */
  contains: Type.Optional(Type.Array(Text(200, { minLength: 1 }), { minItems: 1, maxItems: 50 })),
  /** A regular expression of RE2's kind, found somewhere in the message. */
  matches: Type.Optional(Text(500, { minLength: 1 })),
})
export type HookFilter = Static<typeof HookFilter>

export const HookPhase = OneOf('early', 'normal', 'late')

const inline = {
  operation: Type.String({ pattern: '^[a-z][a-zA-Z]*\\.[a-z][a-zA-Z]*$', maxLength: 64 }),
  needs: Needs,
  filter: Type.Optional(HookFilter),
  deadlineMs: Type.Optional(Type.Integer({ minimum: 1, maximum: 250 })),
}

export const TransformContribution = Fields({
  ...inline,
  phase: Type.Optional(HookPhase),
  /** Higher ones come first within their phase. */
  priority: Type.Optional(Type.Integer({ minimum: -100, maximum: 100 })),
  before: Type.Optional(PluginIds),
  after: Type.Optional(PluginIds),
})
export type TransformContribution = Static<typeof TransformContribution>

/** `closed`: where the guard cannot answer, nobody can do it. */
export const FailurePolicy = OneOf('open', 'closed')

export const GuardContribution = Fields({ ...inline, onFailure: FailurePolicy })
export type GuardContribution = Static<typeof GuardContribution>

export const ObserverContribution = Fields({
  /** Tells observers of one plugin apart; its place in the log is kept under it. */
  name: OwnName,
  event: Type.String({ pattern: '^[a-zA-Z]+\\.[a-zA-Z]+$', maxLength: 64 }),
  needs: Needs,
  filter: Type.Optional(HookFilter),
  /** `start`: it hears first, once, of all that is there when it begins, up to 1000 at a time; then of what comes. */
  from: Type.Optional(OneOf('start', 'now')),
  maximumBatch: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
  /** After so many in vain an event becomes a dead letter. */
  maximumAttempts: Type.Optional(Type.Integer({ minimum: 1, maximum: 20 })),
  deadlineMs: Type.Optional(Type.Integer({ minimum: 100, maximum: 300_000 })),
})
export type ObserverContribution = Static<typeof ObserverContribution>

export const RouteContribution = Fields({
  method: OneOf('GET', 'POST', 'PUT', 'PATCH', 'DELETE'),
  /** Parts that begin with a colon are given as parameters. */
  path: Type.String({ pattern: '^/[a-zA-Z0-9_.:/-]{0,199}$' }),
  /** `public`: anybody on the network; the plugin judges who it is. */
  session: OneOf('required', 'public'),
  permission: Type.Optional(AskedPermission),
  deadlineMs: Type.Optional(Type.Integer({ minimum: 1, maximum: 60_000 })),
})
export type RouteContribution = Static<typeof RouteContribution>

/** One of several things that an argument may be. */
export const CommandChoice = Fields({ value: Text(200), hint: Type.Optional(Text(200)), description: Type.Optional(Text(300)) })
export type CommandChoice = Static<typeof CommandChoice>

/** What follows a command: clients suggest it while somebody types. */
export const CommandArgument = Fields({
  /** Written before its value as `--name`; '' where its place tells which it is. */
  name: Type.Optional(Text(64)),
  hint: Type.Optional(Text(200)),
  description: Type.Optional(Text(300)),
  /** Under which the plugin is given its value, read as its kind says; where no argument of a command has one, it is given the text alone. */
  key: Type.Optional(Type.String({ pattern: '^[a-z][a-zA-Z0-9]{0,31}$' })),
  /** Of `dynamic` ones the plugin says by `plugin.completion` what they may be. Of `user` and `channel` the value is an id; a `boolean` has a name and is true where that is typed. */
  kind: OneOf('text', 'choice', 'dynamic', 'integer', 'number', 'boolean', 'user', 'channel'),
  choices: Type.Optional(Type.Array(CommandChoice, { maxItems: 100 })),
  isRequired: Type.Optional(Type.Boolean()),
})
export type CommandArgument = Static<typeof CommandArgument>

const trigger = Type.String({ pattern: '^[a-z0-9][a-z0-9_.-]{0,63}$' })
const said = { trigger, description: Text(300), hint: Type.Optional(Text(200)), arguments: Type.Optional(Type.Array(CommandArgument, { maxItems: 20 })) }

export const CommandContribution = Fields({
  ...said,
  permission: Type.Optional(AskedPermission),
  /** Words that may follow, each with what follows it. */
  subcommands: Type.Optional(Type.Array(Fields({ ...said, subcommands: Type.Optional(Type.Array(Fields(said), { maxItems: 50 })) }), { maxItems: 50 })),
})
export type CommandContribution = Static<typeof CommandContribution>

/** What clients may ask over their websocket. */
export const ActionContribution = Fields({ name: OwnName, permission: Type.Optional(AskedPermission) })
export type ActionContribution = Static<typeof ActionContribution>

export const JobContribution = Fields({
  name: OwnName,
  /** Runs again and again, so many milliseconds apart; without it, only when it is put in the queue. */
  everyMs: Type.Optional(Type.Integer({ minimum: 1000, maximum: 31_536_000_000 })),
  /** Runs by the calendar, as cron has it: minute, hour, day, month, day of the week. What was missed is done once. */
  cron: Type.Optional(Text(100, { minLength: 1 })),
  /** Whose clock `cron` goes by, as `Europe/Berlin`; without it UTC. */
  timeZone: Type.Optional(Text(64, { minLength: 1 })),
  maximumAttempts: Type.Optional(Type.Integer({ minimum: 1, maximum: 50 })),
  deadlineMs: Type.Optional(Type.Integer({ minimum: 100, maximum: 3_600_000 })),
})
export type JobContribution = Static<typeof JobContribution>

export const MigrationContribution = Fields({ id: OwnName, up: Text(200_000), down: Type.Optional(Text(200_000)) })
export type MigrationContribution = Static<typeof MigrationContribution>

/** Posts of a kind of the plugin's own: their type is `custom_<plugin id>_<name>`. */
export const PostKindContribution = Fields({
  name: Type.String({ pattern: '^[a-z][a-z0-9_]{0,31}$' }),
  title: Type.Optional(Text(100)),
  description: Type.Optional(Text(300)),
  /** JSON Schema of their props, so that everybody can read them. Message and attachments are for clients that do not know the kind. */
  props: Props,
})
export type PostKindContribution = Static<typeof PostKindContribution>

/** Admins put it into roles as `plugin_<plugin id>.<name>`. */
export const PermissionContribution = Fields({
  name: Type.String({ pattern: '^[a-z][a-zA-Z0-9]{0,31}$' }),
  /** Where it is held: everywhere; in a team; in a channel. Who holds it in a wider place holds it in all that lie within. */
  scope: OneOf('system', 'team', 'channel'),
  title: Type.Optional(Text(100)), description: Type.Optional(Text(300)),
})
export type PermissionContribution = Static<typeof PermissionContribution>

/** Something that the plugin does and somebody has to answer for. */
export const AuditEventContribution = Fields({ name: OwnName, title: Type.Optional(Text(100)), description: Type.Optional(Text(300)) })
export type AuditEventContribution = Static<typeof AuditEventContribution>

/** `counter`: it only grows, from the start of the server on. `gauge`: how much there is at the moment. */
export const MetricContribution = Fields({ name: OwnName, kind: OneOf('counter', 'gauge'), title: Type.Optional(Text(100)), description: Type.Optional(Text(300)) })
export type MetricContribution = Static<typeof MetricContribution>

/** Something that people, programs and other plugins can ask for, as `plugin_<plugin id>.<name>`. */
export const OperationContribution = Fields({
  name: Type.String({ pattern: '^[a-z][a-zA-Z]{0,31}$' }),
  summary: Text(300, { minLength: 1 }),
  /** JSON Schema. */
  input: Props, output: Type.Optional(Props),
  /** It changes nothing, so it also answers GET and may be repeated. */
  isSafe: Type.Optional(Type.Boolean()),
  permission: Type.Optional(AskedPermission),
  deadlineMs: Type.Optional(Type.Integer({ minimum: 1, maximum: 60_000 })),
})
export type OperationContribution = Static<typeof OperationContribution>

/** All that a plugin adds to the server. */
export const Contributions = Fields({
  transforms: Type.Array(TransformContribution, { maxItems: 50 }),
  guards: Type.Array(GuardContribution, { maxItems: 50 }),
  observers: Type.Array(ObserverContribution, { maxItems: 50 }),
  routes: Type.Array(RouteContribution, { maxItems: 200 }),
  commands: Type.Array(CommandContribution, { maxItems: 200 }),
  actions: Type.Array(ActionContribution, { maxItems: 100 }),
  jobs: Type.Array(JobContribution, { maxItems: 100 }),
  /** Operations of contracts that it carries out. */
  provides: Type.Array(Type.String({ pattern: '^[a-z][a-zA-Z]*\\.[a-z][a-zA-Z]*$', maxLength: 64 }), { maxItems: 100 }),
  migrations: Type.Array(MigrationContribution, { maxItems: 500 }),
  /** Moments at which it wants to be asked. */
  lifecycle: Type.Array(OneOf('enabled', 'disabled', 'upgraded', 'uninstalled', 'health', 'exportUser', 'eraseUser'), { maxItems: 7 }),
  /** Events of its own that it sends to clients. */
  events: Type.Array(OwnName, { maxItems: 100 }),
  postKinds: Type.Optional(Type.Array(PostKindContribution, { maxItems: 50 })),
  permissions: Type.Optional(Type.Array(PermissionContribution, { maxItems: 50 })),
  operations: Type.Optional(Type.Array(OperationContribution, { maxItems: 100 })),
  auditEvents: Type.Optional(Type.Array(AuditEventContribution, { maxItems: 100 })),
  metrics: Type.Optional(Type.Array(MetricContribution, { maxItems: 100 })),
  webParts: Type.Optional(Type.Array(WebPartContribution, { maxItems: 50 })),
})
export type Contributions = Static<typeof Contributions>
