import { setTimeout } from 'node:timers/promises'
import { RookeryError } from '@rookery/sdk/protocol'
import type { Clock } from '../clock.ts'
import type { Context } from '../operations/index.ts'
import type { CapabilityUses } from './capability-uses.ts'
import type { Complaints } from './complaints.ts'
import { GuestError } from './guest-error.ts'
import type { ChainOptions, ChainOutcome } from './host-chains.ts'
import type { PluginHosts } from './host-link.ts'
import type { InstalledPlugin, PluginBundle } from './installed-plugin.ts'
import type { Invocations } from './invocations.ts'
import type { PluginLogs } from './plugin-logs.ts'
import type { CallHandler } from './plugin-record.ts'

/** Runs handlers of plugins. */
export interface Runtime {
  /** Loads the plugin's code; rejects where its module fails. */
  load(plugin: InstalledPlugin, bundle: PluginBundle): Promise<void>
  unload(pluginId: string): void
  /** Waits for a plugin that is being loaded. Rejects as `PluginHosts.invoke` does. */
  invoke(plugin: InstalledPlugin, handler: string, input: unknown, options: InvokeOptions): Promise<unknown>
  /** Asks several plugins with as few messages as can be; answers for each, in their order. */
  startChain(steps: readonly ChainRequest[], options: Omit<ChainOptions, 'actor' | 'invocation'> & { readonly trigger: Context, readonly usualDeadlineMs: number }): Promise<{ readonly count: number, readonly results: Promise<ChainOutcome[]> }>
  isLoaded(pluginId: string): boolean
}

export interface ChainRequest {
  readonly plugin: InstalledPlugin
  readonly handler: string
  /** Without which the plugin would not be asked. */
  readonly capability: string
  readonly needs: readonly string[]
  /** 0 where neither the plugin nor an admin says. */
  readonly deadlineMs: number
}

export interface InvokeOptions {
  /** Without which the plugin would not be asked, if there is one. */
  readonly capability?: string
  readonly deadlineMs: number
  /** More than `standardAnswerLength` is expected: a whole file, or all that somebody has. */
  readonly mayBeLarge?: boolean
  /** What led here: who did it, and how far down a chain of effects. */
  readonly trigger?: Context | undefined
  readonly causeDepth?: number
}

interface RuntimeDependencies {
  readonly hosts: PluginHosts
  readonly invocations: Invocations
  readonly clock: Clock
  readonly complaints: Complaints
  readonly logs: PluginLogs
  readonly uses: CapabilityUses
  /** Where people reach this server. */
  readonly siteUrl: string
  readonly settingsOf: (plugin: InstalledPlugin) => Readonly<Record<string, unknown>>
  readonly answerCalls: (pluginId: string) => CallHandler
}

/** Of what a plugin says of its own failure, in the log. */
const maximumWordsLength = 1000
/** How long somebody waits for a plugin that is just being loaded before it is done without it. */
const loadingPatienceMs = 50

const nobody = { userId: '', connectionId: '', locale: 'en' }

export function createRuntime({ hosts, invocations, clock, complaints, logs, uses, siteUrl, settingsOf, answerCalls }: RuntimeDependencies): Runtime {
  const loading = new Map<string, Promise<void>>()

  const load: Runtime['load'] = async (plugin, bundle) => {
    const { limits: { heapMegabytes, callsPerSecond, invocationsAtOnce } = {}, contributes: { transforms, guards } } = plugin.manifest
    const started = hosts.load(plugin.id, {
      source: bundle.source, isTrusted: bundle.isTrusted, isInline: transforms.length + guards.length > 0, ...(invocationsAtOnce && { maximumUnderWay: invocationsAtOnce }), call: answerCalls(plugin.id),
      limits: { ...(heapMegabytes && { heapBytes: heapMegabytes * 2 ** 20 }), ...(callsPerSecond && { callsPerSecond }) },
    })
    loading.set(plugin.id, started)
    try {
      await started
    } catch (error) {
      complain(plugin, 'the module', error)
      throw error
    } finally {
      if (loading.get(plugin.id) === started) loading.delete(plugin.id)
    }
  }

  const constants = new WeakMap<InstalledPlugin, { readonly settings: object, readonly constant: Readonly<Record<string, unknown>> }>()
  /** What a plugin is told every time: the same object until something in it changes. */
  const constantOf = (plugin: InstalledPlugin): Readonly<Record<string, unknown>> => {
    const settings = settingsOf(plugin)
    const known = constants.get(plugin)
    if (known?.settings === settings) return known.constant
    const constant = { botUserId: plugin.botUserId, granted: Object.keys(plugin.granted), settings, siteUrl }
    constants.set(plugin, { settings, constant })
    return constant
  }
  const actorOf = (trigger: Context | undefined): Readonly<Record<string, unknown>> =>
    (trigger?.actor.kind === 'user' ? { userId: trigger.actor.userId, connectionId: trigger.connectionId, locale: trigger.locale } : nobody)

  const complain = (plugin: InstalledPlugin, handler: string, error: unknown): void => {
    if (error instanceof RookeryError && error.code === 'plugin_timed_out') logs.note(plugin.id, `${handler} did not answer in time`)
    if (!(error instanceof RookeryError && error.cause instanceof GuestError)) return
    const { message, code, guestStack, outcome } = error.cause
    logs.write(plugin.id, 'error', message === '' ? `${handler} failed` : `${handler} failed: ${message}`, { ...(outcome !== 'threw' && { outcome }), ...(code !== '' && { code }), stack: guestStack })
    complaints.warn(plugin.id, 'A plugin failed', { handler, outcome, code, message: message.slice(0, maximumWordsLength), stack: guestStack.slice(0, maximumWordsLength) })
  }

  return {
    load,
    async startChain(steps, { trigger, usualDeadlineMs, ...options }) {
      const starting = loading.size > 0 ? steps.flatMap(({ plugin }) => loading.get(plugin.id) ?? []) : []
      if (starting.length > 0) await Promise.race([Promise.allSettled(starting), setTimeout(loadingPatienceMs)])
      const unready = loading.size > 0 ? steps.findIndex(({ plugin }) => loading.has(plugin.id)) : -1
      if (unready === 0) return { count: 1, results: Promise.resolve([{ kind: 'prevented', error: new RookeryError('plugin_unavailable', { plugin: steps[0]?.plugin.id ?? '', retryAfterSeconds: 1 }) }]) }
      if (unready > 0) steps = steps.slice(0, unready)
      const opened = invocations.openAll(steps.map(({ plugin }) => plugin.id), { trigger, causeDepth: trigger.causeDepth })
      const { count, results } = hosts.startChain(steps.map(({ plugin, handler, needs, deadlineMs }) => ({
        pluginId: plugin.id, name: handler, needs, deadlineMs: deadlineMs || usualDeadlineMs, constant: constantOf(plugin),
      })), { ...options, invocation: opened.id, actor: actorOf(trigger) })
      for (let index = 0; index < count; index += 1) {
        const { plugin, capability } = steps[index] as ChainRequest
        uses.note(plugin.id, capability)
      }
      opened.closeFrom(count)
      return {
        count,
        results: results.then((outcomes) => {
          outcomes.forEach((outcome, index) => {
            const { plugin, handler } = steps[index] as ChainRequest
            if (outcome.kind === 'failed') complain(plugin, handler, outcome.error)
          })
          return outcomes
        }).finally(() => { opened.closeFrom(0) }),
      }
    },
    unload: (pluginId) => { hosts.unload(pluginId) },
    isLoaded: (pluginId) => hosts.state(pluginId) === 'loaded',
    async invoke(plugin, handler, input, { capability, deadlineMs, mayBeLarge, trigger, causeDepth = trigger?.causeDepth ?? 0 }) {
      if (capability !== undefined) uses.note(plugin.id, capability)
      await loading.get(plugin.id)
      const invocation = invocations.open({ pluginId: plugin.id, trigger, causeDepth })
      try {
        return await hosts.invoke(plugin.id, handler, { invocation: invocation.id, ...constantOf(plugin), deadlineAt: clock.now() + deadlineMs, actor: actorOf(trigger), input }, { deadlineMs, mayBeLarge })
      } catch (error) {
        complain(plugin, handler, error)
        throw error
      } finally {
        invocations.close(invocation)
      }
    },
  }
}
