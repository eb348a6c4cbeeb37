import { hookCapability, RookeryError, type Channel, type GuardContribution, type Operation, type PlannedHook as ShownHook, type TransformContribution } from '@rookery/sdk/protocol'
import type { Directory } from '../../auth/index.ts'
import type { Clock } from '../../clock.ts'
import type { LiveSettings } from '../../config/index.ts'
import type { Context, HookedCall, Hooks, Validation } from '../../operations/index.ts'
import type { Log } from '../../telemetry/index.ts'
import type { Registry } from '../registry.ts'
import type { Runtime } from '../runtime.ts'
import type { FilterSubject } from './filter.ts'
import { planHooks, type HookPlan, type HookRecord, type PlannedHook } from './hook-plan.ts'
import { pick } from './needs.ts'

interface HooksDependencies {
  readonly registry: Registry
  readonly runtime: Pick<Runtime, 'invoke'>
  readonly validation: Validation
  readonly directory: Directory
  readonly settings: LiveSettings['settings']
  readonly clock: Clock
  readonly log: Log
}

export interface PluginHooks extends Hooks {
  /** All that take part, in the order in which they run, with what they cost. */
  describe(): ShownHook[]
}

type AnyHook = PlannedHook<TransformContribution> | PlannedHook<GuardContribution>
type Fields = Readonly<Record<string, unknown>>

const maximumReasonLength = 500

export function createHooks({ registry, runtime, validation, directory, settings, clock, log }: HooksDependencies): PluginHooks {
  const records = new Map<string, HookRecord>()
  let plans: ReadonlyMap<string, HookPlan> | undefined
  registry.onChange(() => { plans = undefined })
  const plan = (): ReadonlyMap<string, HookPlan> => plans ??= planHooks(registry.all.values(), { clock, records })

  /** Whether the hook concerns this call: where its plugin is at work, not what it did itself, and by its filter. */
  const wants = ({ plugin, accepts, reach, contribution }: AnyHook, kind: 'guard' | 'transform', context: Context, channel: Channel | undefined, subject: FilterSubject): boolean => {
    if (!Object.hasOwn(plugin.granted, hookCapability(contribution.operation, kind))) return false
    if (context.actor.kind === 'user' && context.actor.plugin?.pluginId === plugin.id) return false
    if (channel ? !reach.reaches(channel) : plugin.binding.scope !== 'server') return false
    return accepts(subject)
  }

  const isBot = async ({ actor }: Context): Promise<boolean> => actor.kind === 'user' && ((await directory.users.get(actor.userId))?.isBot ?? false)

  const show = (kind: ShownHook['kind'], { plugin, contribution, breaker, gauge, deadlineMs }: AnyHook): ShownHook => ({
    pluginId: plugin.id, kind, operation: contribution.operation, deadlineMs: deadlineMs || settings.plugins.inlineDeadlineMs,
    onFailure: 'onFailure' in contribution ? contribution.onFailure : null,
    priority: 'priority' in contribution ? contribution.priority ?? 0 : 0, phase: 'phase' in contribution ? contribution.phase ?? 'normal' : 'normal',
    calls: gauge.calls, failures: breaker.failures, timeouts: gauge.timeouts, isBroken: breaker.isBroken,
    p50Ms: gauge.percentile(50), p95Ms: gauge.percentile(95), p99Ms: gauge.percentile(99),
  })

  return {
    describe: () => [...plan().values()].flatMap(({ transforms, guards }) => [...transforms.map((hook) => show('transform', hook)), ...guards.map((hook) => show('guard', hook))]),
    enter(operation, context) {
      const found = plan().get(operation.name)
      return found && createCall(operation, context, found)
    },
  }

  function createCall(operation: Operation, context: Context, { transforms, guards }: HookPlan): HookedCall {
    const startedAt = performance.now()
    const leftMs = (): number => settings.plugins.inlineTotalMs - (performance.now() - startedAt)

    /** What is not asked because time is up or the breaker is open does not count as a failure. */
    const ask = async <Value>(hook: AnyHook, input: unknown, read: (answer: unknown) => Value): Promise<Value> => {
      const left = leftMs()
      if (left < 1) throw new RookeryError('plugin_timed_out', { plugin: hook.plugin.id })
      if (!hook.breaker.isClosed()) throw new RookeryError('plugin_unavailable', { plugin: hook.plugin.id, retryAfterSeconds: 10 })
      const deadlineMs = Math.ceil(Math.min(left, hook.deadlineMs || settings.plugins.inlineDeadlineMs))
      const askedAt = performance.now()
      try {
        const value = read(await runtime.invoke(hook.plugin, hook.handler, pick(input, hook.contribution.needs), { deadlineMs, trigger: context }))
        hook.breaker.succeeded()
        return value
      } catch (error) {
        hook.breaker.failed()
        if (error instanceof RookeryError && error.code === 'plugin_timed_out') hook.gauge.timedOut()
        throw error
      } finally {
        hook.gauge.took(performance.now() - askedAt)
      }
    }

    const complain = (hook: AnyHook, error: unknown): void => {
      log.warn('A plugin did not take part in an operation', { plugin: hook.plugin.id, hook: hook.handler, error: error instanceof Error ? error.message : String(error) })
    }

    const subjectOf = async (input: Fields): Promise<FilterSubject> => ({
      message: typeof input['message'] === 'string' ? input['message'] : '', type: typeof input['type'] === 'string' ? input['type'] : '', isBot: await isBot(context),
    })

    return {
      async transform(input, accessed) {
        const channel = channelOf(accessed)
        let current = input
        let subject: FilterSubject | undefined
        for (const hook of transforms) {
          subject ??= await subjectOf(current as Fields)
          if (!wants(hook, 'transform', context, channel, subject)) continue
          try {
            const before = current as Fields
            current = await ask(hook, before, (answer) => {
              const patched = patch(operation, before, answer)
              // What one plugin makes invalid must not be the fault of the author.
              if (patched !== before) validation.assert(operation.input, patched)
              return patched
            })
            if (current !== before) subject = undefined
          } catch (error) {
            complain(hook, error)
          }
        }
        return current
      },

      async guard(input, accessed) {
        const channel = channelOf(accessed)
        const subject = await subjectOf(input as Fields)
        const asked = guards.filter((hook) => wants(hook, 'guard', context, channel, subject))
        const verdicts = await Promise.all(asked.map(async (hook) => {
          try {
            return await ask(hook, input, readVerdict)
          } catch (error) {
            complain(hook, error)
            if (hook.contribution.onFailure === 'open') return undefined
            return new RookeryError('plugin_unavailable', { plugin: hook.plugin.id, retryAfterSeconds: 1 }, { cause: error })
          }
        }))
        const refusals = verdicts.filter((verdict) => verdict !== undefined)
        const refusal = refusals.find(({ code }) => code !== 'plugin_unavailable') ?? refusals[0]
        if (refusal) throw refusal
      },
    }
  }
}

/** What the access doors found: operations on what stands in a channel have looked it up already. */
function channelOf(accessed: unknown): Channel | undefined {
  const { channel } = (typeof accessed === 'object' && accessed !== null ? accessed : {}) as { channel?: Channel }
  return channel
}

/** Only fields that the operation declares; anything else is a fault of the plugin. */
function patch(operation: Operation, input: Fields, answer: unknown): Fields {
  if (answer === null || answer === undefined) return input
  if (typeof answer !== 'object' || Array.isArray(answer)) throw new RookeryError('invalid_input', { field: 'patch', reason: 'it is not an object' })
  const strange = Object.keys(answer).find((name) => !operation.patchable.includes(name))
  if (strange !== undefined) throw new RookeryError('invalid_input', { field: strange.slice(0, 100), reason: 'a plugin may not change it' })
  return { ...input, ...answer }
}

/** Nothing where it allows. */
function readVerdict(answer: unknown): RookeryError | undefined {
  const { isAllowed, reason, isSilent } = (typeof answer === 'object' && answer !== null ? answer : {}) as Record<string, unknown>
  if (isAllowed === true) return undefined
  if (isAllowed !== false || typeof reason !== 'string') throw new RookeryError('invalid_input', { field: 'verdict', reason: 'a guard allows or denies' })
  return isSilent === true ? new RookeryError('dismissed_by_plugin') : new RookeryError('refused_by_plugin', { reason: reason.slice(0, maximumReasonLength) })
}
