import { Type, type Static } from 'typebox'
import { defineOperation } from './operation.ts'
import { FailurePolicy } from './plugin-contributions.ts'
import { PluginId } from './plugin.ts'
import { At, Count, Fields, Id, OneOf, Text } from './schema.ts'

export const HookKind = OneOf('transform', 'guard')

/** How a plugin takes part in an operation, and what that has cost since the server started. */
export const PlannedHook = Fields({
  pluginId: PluginId, kind: HookKind, operation: Type.String(),
  deadlineMs: Count,
  /** Of guards. */
  onFailure: Type.Union([FailurePolicy, Type.Null()]),
  priority: Type.Integer(), phase: Type.String(),
  calls: Count, failures: Count, timeouts: Count,
  /** Failed too often of late: it is not asked for a while. */
  isBroken: Type.Boolean(),
  /** Milliseconds of the last calls, half, 95 and 99 of a hundred of which took no longer. */
  p50Ms: Type.Number(), p95Ms: Type.Number(), p99Ms: Type.Number(),
})
export type PlannedHook = Static<typeof PlannedHook>

export const pluginsHooks = defineOperation({
  name: 'plugins.hooks', summary: 'Lists which plugins take part in an operation: transforms in the order in which they run, then guards, which run at once.', safe: true,
  input: Fields({ operation: Type.Optional(Text(64)) }), output: Type.Array(PlannedHook),
})

export const pluginsSetHook = defineOperation({
  name: 'plugins.setHook', summary: 'Overrules what a plugin says of one of its hooks: its deadline, what happens when it fails, its place. null takes that back.',
  input: Fields({
    pluginId: PluginId, kind: HookKind, operation: Text(64),
    deadlineMs: Type.Optional(Type.Union([Type.Integer({ minimum: 1, maximum: 2000 }), Type.Null()])),
    onFailure: Type.Optional(Type.Union([FailurePolicy, Type.Null()])),
    priority: Type.Optional(Type.Union([Type.Integer({ minimum: -1000, maximum: 1000 }), Type.Null()])),
  }),
  output: Type.Array(PlannedHook), errors: ['plugin_not_found', 'plugin_hook_not_found'],
})

/** What a plugin could not take in, however often it was tried. */
export const DeadLetter = Fields({
  id: Id, pluginId: PluginId, handler: Type.String(), input: Type.Unknown(), attempts: Count, lastError: Type.String(), createAt: At, updateAt: At,
})
export type DeadLetter = Static<typeof DeadLetter>

export const pluginsDeadLetters = defineOperation({
  name: 'plugins.deadLetters', summary: 'Lists events and jobs that a plugin failed on for good, a page at a time.', safe: true,
  input: Fields({ pluginId: PluginId, afterId: Type.Optional(Id), limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 60 })) }),
  output: Type.Array(DeadLetter), errors: ['plugin_not_found'],
})

const chosenLetters = {
  pluginId: PluginId,
  ids: Type.Optional(Type.Array(Id, { maxItems: 200 })),
  /** Every one that there is, named or not. */
  all: Type.Optional(Type.Boolean()),
}

export const pluginsReplay = defineOperation({
  name: 'plugins.replay', summary: 'Gives a plugin dead letters again, those that are named or all; answers how many.',
  input: Fields(chosenLetters), output: Fields({ count: Count }), errors: ['plugin_not_found'],
})

export const pluginsDropDeadLetters = defineOperation({
  name: 'plugins.dropDeadLetters', summary: 'Forgets dead letters, those that are named or all; answers how many.',
  input: Fields(chosenLetters), output: Fields({ count: Count }), errors: ['plugin_not_found'],
})

/** How much an observer has heard of what was there before it. */
export const ObserverPast = Fields({ done: Count, total: Count, isComplete: Type.Boolean() })
export type ObserverPast = Static<typeof ObserverPast>

/** Where an observer stands. */
export const ObserverStanding = Fields({
  name: Type.String(), cursor: Type.String(), waiting: Count, retrying: Count, dead: Count,
  /** Of one that begins at the start. */
  past: Type.Union([ObserverPast, Type.Null()]),
})
export type ObserverStanding = Static<typeof ObserverStanding>

export const pluginsObservers = defineOperation({
  name: 'plugins.observers', summary: 'Tells where the observers of a plugin stand in the event log, and what waits.', safe: true,
  input: Fields({ pluginId: PluginId }), output: Type.Array(ObserverStanding), errors: ['plugin_not_found'],
})
