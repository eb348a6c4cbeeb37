import { Type } from 'typebox'
import { postsCreate, postsSendEphemeral, RookeryError, type CapabilityGrant, type ErrorDetails, type Operation } from '@rookery/sdk/protocol'
import type { Directory } from '../auth/index.ts'
import type { Clock } from '../clock.ts'
import type { Context, Operations, Validation } from '../operations/index.ts'
import type { Log } from '../telemetry/index.ts'
import type { CallUsage } from './call-usage.ts'
import type { Capabilities } from './capabilities/index.ts'
import type { Effects } from './effects.ts'
import type { InstalledPlugin } from './installed-plugin.ts'
import type { Invocation, Invocations } from './invocations.ts'
import type { CallHandler } from './plugin-record.ts'
import type { Mandates } from './mandates.ts'
import { createQuota, type Quota } from './quota.ts'
import { createReach } from './reach.ts'
import type { Registry } from './registry.ts'

/** The one way from a plugin into the kernel: every call is judged here, each time. */
export interface Bridge {
  answerCalls(pluginId: string): CallHandler
  /** Calls an operation as the plugin's account, apart from any invocation. Where posts are made, `key` says which is the same one. */
  carryOut(plugin: InstalledPlugin, operation: string, input: unknown, options: { readonly key: string, readonly causeDepth: number }): Promise<void>
  /** Throws where the plugin may not call an operation at this moment. */
  assertCallable(plugin: InstalledPlugin, operation: string): void
  usage(pluginId: string): CallUsage
  forget(pluginId: string): void
}

interface BridgeDependencies {
  readonly registry: Registry
  readonly invocations: Invocations
  readonly directory: Directory
  readonly validation: Validation
  readonly clock: Clock
  readonly log: Log
  readonly capabilities: Capabilities
  readonly effects: Effects
  readonly mandates: Mandates
  readonly operations: () => Pick<Operations, 'find' | 'dispatch'>
}

const maximumBatch = 50
const Batch = Type.Object({
  invocation: Type.String({ maxLength: 32 }),
  calls: Type.Array(Type.Object({ name: Type.String({ maxLength: 64 }), input: Type.Unknown(), asActor: Type.Boolean(), mandate: Type.Optional(Type.String({ maxLength: 500 })) }, { additionalProperties: false }), { maxItems: maximumBatch }),
}, { additionalProperties: false })

interface Call { readonly name: string, readonly input: unknown, readonly asActor: boolean, readonly mandate?: string }
type Outcome = { readonly value: unknown } | { readonly error: { readonly code: string, readonly message: string, readonly details: ErrorDetails, readonly retryAfterMs?: number } }

/** Posts have a quota of their own besides that of calls. */
const postOperations: ReadonlySet<Operation> = new Set([postsCreate, postsSendEphemeral])

export function createBridge({ registry, invocations, directory, validation, clock, log, capabilities, effects, mandates, operations }: BridgeDependencies): Bridge {
  const quotas = new Map<string, Quota>()
  const usages = new Map<string, CallUsage>()

  const quotaOf = (plugin: InstalledPlugin): Quota => {
    let quota = quotas.get(plugin.id)
    if (!quota) quotas.set(plugin.id, quota = createQuota({ clock, limits: plugin.manifest.limits }))
    return quota
  }
  const usageOf = (pluginId: string): CallUsage => {
    let usage = usages.get(pluginId)
    if (!usage) usages.set(pluginId, usage = { calls: 0, refusedCalls: 0, lastUsedAt: {}, requestsByHost: {} })
    return usage
  }

  const assertGranted = (plugin: InstalledPlugin, capability: string): CapabilityGrant => {
    const grant = Object.hasOwn(plugin.granted, capability) ? plugin.granted[capability] : undefined
    if (!grant) throw new RookeryError('capability_denied', { capability })
    usageOf(plugin.id).lastUsedAt[capability] = clock.now()
    return grant
  }

  /** As whom a call is made: the plugin's own account, who made it run, or who let it act later. */
  const userOf = async (plugin: InstalledPlugin, { trigger }: Invocation, { asActor, mandate }: Call): Promise<{ userId: string, sessionId: string, isBot: boolean }> => {
    if (!asActor && mandate === undefined) return { userId: plugin.botUserId, sessionId: '', isBot: true }
    assertGranted(plugin, 'act-as-user')
    if (mandate !== undefined) return { userId: await mandates.open(plugin.id, mandate), sessionId: '', isBot: false }
    if (trigger?.actor.kind !== 'user') throw new RookeryError('not_signed_in')
    const { userId, sessionId } = trigger.actor
    return { userId, sessionId, isBot: false }
  }

  /** With the rights that the user has at this moment. */
  const contextOf = async (plugin: InstalledPlugin, invocation: Invocation, call: Call): Promise<Context> => {
    const { id, trigger, causeDepth } = invocation
    const { userId, sessionId, isBot } = await userOf(plugin, invocation, call)
    const user = await directory.users.get(userId)
    if (!user || user.deleteAt > 0) throw new RookeryError('not_signed_in')
    return {
      actor: { kind: 'user', userId, sessionId, roles: user.roles.split(' '), plugin: createReach(plugin, isBot) },
      requestId: `plugin ${plugin.id} ${id}`, address: trigger?.address ?? '', userAgent: `plugin ${plugin.id}`, locale: user.locale,
      connectionId: call.asActor ? trigger?.connectionId ?? '' : '', causeDepth: causeDepth + 1,
    }
  }

  const callable = (plugin: InstalledPlugin, name: string): Operation => {
    const operation = operations().find(name)
    // What plugins may never call is to them as if it were not there.
    if (!operation || operation.capability === null || operation.kind !== 'value') throw new RookeryError('unknown_operation')
    assertGranted(plugin, operation.capability)
    return operation
  }

  const carryOut = async (plugin: InstalledPlugin, invocation: Invocation, call: Call): Promise<unknown> => {
    const { name, input } = call
    const quota = quotaOf(plugin)
    quota.take('calls')
    const method = capabilities.find(name)
    if (method) {
      const grant = method.capability === null ? {} : assertGranted(plugin, method.capability)
      validation.assert(method.input, input)
      return method.handle({
        plugin, invocation, grant, quota, usage: usageOf(plugin.id),
        dispatch: async (operation, asked, stream) => operations().dispatch(operation, await contextOf(plugin, invocation, call), asked, stream),
      }, input as never)
    }
    const operation = callable(plugin, name)
    if (postOperations.has(operation)) quota.take('posts')
    const context = await contextOf(plugin, invocation, call)
    if (!operation.safe && context.actor.kind === 'user') effects.note(context.actor.userId, context.causeDepth)
    return operations().dispatch(operation, context, input)
  }

  const attempt = async (plugin: InstalledPlugin, invocation: Invocation, call: Call): Promise<Outcome> => {
    const usage = usageOf(plugin.id)
    usage.calls += 1
    try {
      return { value: await carryOut(plugin, invocation, call) ?? null }
    } catch (error) {
      usage.refusedCalls += 1
      if (error instanceof RookeryError) {
        const { retryAfterSeconds } = error.details
        return { error: { code: error.code, message: error.message, details: error.details, ...(typeof retryAfterSeconds === 'number' && { retryAfterMs: retryAfterSeconds * 1000 }) } }
      }
      log.error('A call of a plugin failed in a way nobody foresaw', { plugin: plugin.id, call: call.name, error })
      return { error: { code: 'internal', message: 'The call failed', details: {} } }
    }
  }

  const isSafe = ({ name }: Call): boolean => capabilities.find(name)?.isUnordered ?? operations().find(name)?.safe ?? false

  return {
    usage: usageOf,
    assertCallable(plugin, name) { callable(plugin, name) },
    async carryOut(plugin, name, input, { key, causeDepth }) {
      const operation = callable(plugin, name)
      const isKeyed = Object.hasOwn((operation.input as { properties?: object }).properties ?? {}, 'pendingPostId')
      const invocation = invocations.open({ pluginId: plugin.id, trigger: undefined, causeDepth })
      try {
        await carryOut(plugin, invocation, { name, input: isKeyed ? { pendingPostId: key, ...input as object } : input, asActor: false })
      } finally {
        invocations.close(invocation)
      }
    },
    forget(pluginId) {
      quotas.delete(pluginId)
      usages.delete(pluginId)
    },
    answerCalls: (pluginId) => async (name, input) => {
      if (name !== 'calls') throw new RookeryError('unknown_operation')
      validation.assert(Batch, input)
      const { invocation: id, calls } = input as { invocation: string, calls: Call[] }
      const plugin = registry.find(pluginId)
      if (plugin.state !== 'enabled') throw new RookeryError('plugin_not_enabled', { plugin: pluginId })
      const invocation = invocations.find(pluginId, id)
      if (!invocation) throw new RookeryError('invocation_over')
      // Reads go at once; what changes something keeps its order.
      const outcomes: Promise<Outcome>[] = []
      let last: Promise<unknown> = Promise.resolve()
      for (const call of calls) {
        const outcome = isSafe(call) ? attempt(plugin, invocation, call) : last.then(() => attempt(plugin, invocation, call))
        if (!isSafe(call)) last = outcome
        outcomes.push(outcome)
      }
      return Promise.all(outcomes)
    },
  }
}
