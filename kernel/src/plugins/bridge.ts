import { Type } from 'typebox'
import { changesPosts, channelsCreateDirect, channelsCreateGroup, pluginOperation, pluginsCompleteCommand, pluginsRunCommand, RookeryError, type CapabilityGrant, type ErrorDetails, type Operation } from '@rookery/sdk/protocol'
import type { Access, Directory, SessionStore } from '../auth/index.ts'
import type { Clock } from '../clock.ts'
import type { Languages } from '../languages/index.ts'
import type { Context, Operations, Validation } from '../operations/index.ts'
import type { Log } from '../telemetry/index.ts'
import type { CallUsage } from './call-usage.ts'
import type { Capabilities } from './capabilities/index.ts'
import type { CapabilityUses } from './capability-uses.ts'
import { confineAnswer } from './confine-answer.ts'
import type { Effects } from './effects.ts'
import { assertStorable } from './guest-json.ts'
import { isRunning, type InstalledPlugin } from './installed-plugin.ts'
import type { Invocation, Invocations } from './invocations.ts'
import { createListenerBytes, type CountListeners } from './listener-bytes.ts'
import type { PluginLogs } from './plugin-logs.ts'
import type { CallHandler } from './plugin-record.ts'
import type { Mandates } from './mandates.ts'
import { createQuota, type Quota } from './quota.ts'
import { createReach } from './reach.ts'
import type { Registry } from './registry.ts'
import { createTurnstile, type Turnstile } from './turnstile.ts'

/** The one way from a plugin into the kernel: every call is judged here, each time. */
export interface Bridge {
  answerCalls(pluginId: string): CallHandler
  /** Calls an operation as the plugin's account, apart from any invocation of its code. Where posts are made, `key` says which is the same one. */
  carryOut(plugin: InstalledPlugin, operation: string, input: unknown, options: { readonly key: string, readonly causeDepth: number }): Promise<void>
  /** Whether the plugin was given at this moment what an operation takes; what there is not, everybody may call in vain. */
  mayCall(plugin: InstalledPlugin, operation: string): boolean
  /** Throws where the plugin may not call an operation at this moment. */
  assertCallable(plugin: InstalledPlugin, operation: string): void
  usage(pluginId: string): CallUsage
  forget(pluginId: string): void
}

interface BridgeDependencies {
  readonly registry: Registry
  readonly invocations: Invocations
  readonly access: Access
  readonly directory: Directory
  readonly sessions: Pick<SessionStore, 'isLive'>
  readonly validation: Validation
  readonly clock: Clock
  readonly log: Log
  readonly logs: PluginLogs
  readonly capabilities: Capabilities
  readonly uses: CapabilityUses
  readonly effects: Effects
  readonly mandates: Mandates
  readonly languages: Languages
  readonly countListeners: CountListeners
  readonly operations: () => Pick<Operations, 'find' | 'dispatch'>
}

const maximumBatch = 50
const Batch = Type.Object({
  invocation: Type.String({ maxLength: 32 }),
  calls: Type.Array(Type.Object({ name: Type.String({ maxLength: 100 }), input: Type.Unknown(), asActor: Type.Boolean(), mandate: Type.Optional(Type.String({ maxLength: 500 })) }, { additionalProperties: false }), { maxItems: maximumBatch }),
}, { additionalProperties: false })

interface Call { readonly name: string, readonly input: unknown, readonly asActor: boolean, readonly mandate?: string }
type Outcome = { readonly value: unknown } | { readonly error: { readonly code: string, readonly message: string, readonly details: ErrorDetails, readonly retryAfterMs?: number } }

/** They name no channel that an access door could judge: they make one. */
const directOperations: ReadonlySet<Operation> = new Set([channelsCreateDirect, channelsCreateGroup])

/** They wait for another plugin, which has limits of its own; meanwhile they take nobody's place. */
const patientOperations: ReadonlySet<string> = new Set([pluginsRunCommand.name, pluginsCompleteCommand.name])

/** What takes naming the plugins that are asked. */
const othersCapability = 'plugins:call'

/** Calls of one plugin that are carried out at once; what they answer is held here until it is sent. */
const maximumAtOnce = 8
const maximumAnswerLength = 8 * 1024 * 1024
const maximumHeldLength = 2 * maximumAnswerLength

/** What one plugin is doing here. */
interface Desk {
  readonly usage: CallUsage
  readonly turnstile: Turnstile
  /** Characters of answers that are not sent yet. */
  heldLength: number
}

export function createBridge({ registry, invocations, access, directory, sessions, validation, clock, log, logs, capabilities, uses, effects, mandates, languages, countListeners, operations }: BridgeDependencies): Bridge {
  const listenerBytes = createListenerBytes(countListeners)
  const quotas = new Map<string, Quota>()
  const desks = new Map<string, Desk>()

  const quotaOf = (pluginId: string): Quota => {
    let quota = quotas.get(pluginId)
    if (!quota) quotas.set(pluginId, quota = createQuota({ clock, limits: () => registry.all.get(pluginId)?.manifest.limits }))
    return quota
  }
  const deskOf = (pluginId: string): Desk => {
    let desk = desks.get(pluginId)
    if (!desk) desks.set(pluginId, desk = { usage: { calls: 0, refusedCalls: 0, requestsByHost: {} }, turnstile: createTurnstile(maximumAtOnce), heldLength: 0 })
    return desk
  }
  const usageOf = (pluginId: string): CallUsage => deskOf(pluginId).usage

  const assertGranted = (plugin: InstalledPlugin, capability: string): CapabilityGrant => {
    const grant = Object.hasOwn(plugin.granted, capability) ? plugin.granted[capability] : undefined
    if (!grant) throw new RookeryError('capability_denied', { capability })
    uses.note(plugin.id, capability)
    return grant
  }

  /** As whom a call is made: the plugin's own account, who made it run, or who let it act later. */
  const userOf = async (plugin: InstalledPlugin, { trigger }: Invocation, { asActor, mandate }: Call): Promise<{ userId: string, sessionId: string, isBot: boolean }> => {
    if (!asActor && mandate === undefined) return { userId: plugin.botUserId, sessionId: '', isBot: true }
    assertGranted(plugin, 'act-as-user')
    if (mandate !== undefined) return { userId: await mandates.open(plugin.id, mandate), sessionId: '', isBot: false }
    if (trigger?.actor.kind !== 'user') throw new RookeryError('not_signed_in')
    const { userId, sessionId } = trigger.actor
    // Who has signed out meanwhile does nothing more, by nobody's hand.
    if (sessionId !== '' && !await sessions.isLive(sessionId)) throw new RookeryError('not_signed_in')
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

  const isEverywhere = ({ binding, granted }: InstalledPlugin): boolean => binding.scope === 'server' && Object.hasOwn(granted, 'direct')

  const callable = (plugin: InstalledPlugin, name: string): Operation => {
    const operation = operations().find(name)
    // What plugins may never call is to them as if it were not there.
    if (!operation || operation.capability === null || operation.kind !== 'value') throw new RookeryError('unknown_operation')
    const { plugins = [] } = assertGranted(plugin, operation.capability)
    if (operation.capability === othersCapability && !plugins.some((id) => name === pluginOperation(id, name.slice(name.lastIndexOf('.') + 1)))) throw new RookeryError('capability_denied', { capability: operation.capability })
    return operation
  }

  const callOperation = async (plugin: InstalledPlugin, invocation: Invocation, operation: Operation, call: Call): Promise<unknown> => {
    if (directOperations.has(operation)) assertGranted(plugin, 'direct')
    const context = await contextOf(plugin, invocation, call)
    if (!operation.safe && context.actor.kind === 'user') effects.note(context.actor.userId, context.causeDepth)
    const value = await operations().dispatch(operation, context, call.input)
    if (isEverywhere(plugin)) return value
    const confined = await confineAnswer(value, context, { access, directory })
    if (confined === undefined && operation.safe) throw new RookeryError('channel_not_found')
    return confined
  }

  /** Which limit it was reads who looks after the plugin. What an operation refuses is not among these: it may be the word of another plugin. */
  const withinLimits = async <Value>(pluginId: string, work: () => Promise<Value>): Promise<Value> => {
    try {
      return await work()
    } catch (error) {
      const limit = limitOf(error)
      if (limit !== undefined) logs.note(pluginId, `It met a limit: ${limit}`)
      throw error
    }
  }

  const carryOut = async (pluginId: string, invocationId: string, call: Call): Promise<unknown> => {
    // Looked up for every call: what was taken away while others of its message were carried out is gone.
    const plugin = registry.find(pluginId)
    if (!isRunning(plugin)) throw new RookeryError('plugin_not_enabled', { plugin: pluginId })
    const invocation = invocations.find(pluginId, invocationId)
    if (!invocation) throw new RookeryError('invocation_over')
    const asked = await withinLimits(plugin.id, async () => {
      const quota = quotaOf(pluginId)
      quota.take('calls')
      const method = capabilities.find(call.name)
      if (!method) {
        const operation = callable(plugin, call.name)
        if (changesPosts(operation)) quota.take('posts')
        assertStorable(call.input)
        const told = listenerBytes(operation, call.input)
        if (told !== undefined) quota.take('bytes to listeners', told)
        return { operation }
      }
      const grant = method.capability === null ? {} : assertGranted(plugin, method.capability)
      validation.assert(method.input, call.input)
      return {
        value: await method.handle({
          plugin, invocation, grant, quota, usage: usageOf(pluginId),
          dispatch: async (operation, input, stream) => operations().dispatch(operation, await contextOf(plugin, invocation, call), input, stream),
        }, call.input as never),
      }
    })
    return asked.operation ? callOperation(plugin, invocation, asked.operation, call) : asked.value
  }

  const localeOf = (pluginId: string, invocationId: string): string => invocations.find(pluginId, invocationId)?.trigger?.locale ?? 'en'

  /** Plugins hand it on to whoever made them run. */
  const tell = (error: RookeryError, locale: string): Outcome => {
    const { code, details } = error
    const message = languages.tell(error, locale)
    const { retryAfterSeconds } = details
    return { error: { code, message, details, ...(typeof retryAfterSeconds === 'number' && { retryAfterMs: retryAfterSeconds * 1000 }) } }
  }

  const attempt = async (pluginId: string, invocationId: string, call: Call): Promise<Outcome> => {
    const { usage } = deskOf(pluginId)
    usage.calls += 1
    try {
      return { value: await carryOut(pluginId, invocationId, call) ?? null }
    } catch (error) {
      usage.refusedCalls += 1
      if (error instanceof RookeryError) return tell(error, localeOf(pluginId, invocationId))
      log.error('A call of a plugin failed in a way nobody foresaw', { plugin: pluginId, call: call.name, error })
      return { error: { code: 'internal', message: 'The call failed', details: {} } }
    }
  }

  const goesAhead = ({ name, input }: Call): boolean => patientOperations.has(name) || name.startsWith('plugin_') || (capabilities.find(name)?.goesAhead?.(input) ?? false)
  const isSafe = ({ name }: Call): boolean => capabilities.find(name)?.isUnordered ?? operations().find(name)?.safe ?? false

  return {
    usage: usageOf,
    mayCall(plugin, name) {
      const capability = operations().find(name)?.capability
      return typeof capability !== 'string' || Object.hasOwn(plugin.granted, capability)
    },
    assertCallable(plugin, name) { callable(plugin, name) },
    async carryOut(plugin, name, input, { key, causeDepth }) {
      const { input: schema } = callable(plugin, name)
      const isKeyed = Object.hasOwn((schema as { properties?: object }).properties ?? {}, 'pendingPostId')
      const invocation = invocations.open({ pluginId: plugin.id, trigger: undefined, causeDepth })
      try {
        await carryOut(plugin.id, invocation.id, { name, input: isKeyed ? { pendingPostId: key, ...input as object } : input, asActor: false })
      } finally {
        invocations.close(invocation)
      }
    },
    forget(pluginId) {
      quotas.delete(pluginId)
      desks.delete(pluginId)
    },
    answerCalls: (pluginId) => async (name, input) => {
      if (name !== 'calls') throw new RookeryError('unknown_operation')
      validation.assert(Batch, input)
      const { invocation: id, calls } = input as { invocation: string, calls: Call[] }
      if (!isRunning(registry.find(pluginId))) throw new RookeryError('plugin_not_enabled', { plugin: pluginId })
      if (!invocations.find(pluginId, id)) throw new RookeryError('invocation_over')
      const desk = deskOf(pluginId)
      let length = 0
      const run = (call: Call): Promise<string> => (goesAhead(call) ? callNow : desk.turnstile.pass)(async () => {
        const isFull = length > maximumAnswerLength || desk.heldLength > maximumHeldLength
        const outcome = isFull ? undefined : JSON.stringify(await attempt(pluginId, id, call))
        const isTooMuch = outcome === undefined || length + outcome.length > maximumAnswerLength
        if (isTooMuch) logs.note(pluginId, `It met a limit: ${maximumAnswerLength} bytes of answers at once`)
        const text = !isTooMuch ? outcome : JSON.stringify(tell(new RookeryError('body_too_large', { limitBytes: maximumAnswerLength }), localeOf(pluginId, id)))
        length += text.length
        desk.heldLength += text.length
        return text
      })
      // Reads go at once; what changes something keeps its order.
      const outcomes: Promise<string>[] = []
      let last: Promise<unknown> = Promise.resolve()
      for (const call of calls) {
        const outcome = isSafe(call) ? run(call) : last.then(() => run(call))
        if (!isSafe(call)) last = outcome
        outcomes.push(outcome)
      }
      try {
        return `[${(await Promise.all(outcomes)).join(',')}]`
      } finally {
        desk.heldLength -= length
      }
    },
  }
}

/** The limit of the plugin that an error tells of. */
function limitOf(error: unknown): string | undefined {
  if (!(error instanceof RookeryError)) return undefined
  const { code, details: { quota, limitMs, limitBytes } } = error
  if (code === 'plugin_over_quota' || code === 'plugin_storage_full') return String(quota)
  if (code === 'statement_timed_out') return `${String(limitMs)} milliseconds for a statement`
  return code === 'body_too_large' ? `${String(limitBytes)} bytes at once` : undefined
}

const callNow = <Value>(work: () => Promise<Value>): Promise<Value> => work()
