import { RookeryError, type Channel, type GuardContribution, type Hookable, type TransformContribution } from '@rookery/sdk/protocol'
import type { LiveSettings } from '../../config/index.ts'
import type { Context, HookedCall, Validation } from '../../operations/index.ts'
import type { Complaints } from '../complaints.ts'
import type { ChainOutcome } from '../host-chains.ts'
import type { PluginLogs } from '../plugin-logs.ts'
import type { Runtime } from '../runtime.ts'
import type { FilterSubject } from './filter.ts'
import type { HookPlan, PlannedHook } from './hook-plan.ts'

type AnyHook = PlannedHook<TransformContribution> | PlannedHook<GuardContribution>
type Fields = Readonly<Record<string, unknown>>

/** Where a call does something: in a channel, or in a team as a whole; '' where in neither. */
export interface Place { readonly channel: Channel | undefined, readonly teamId: string }

/** Whether a hook concerns a call: where its plugin is at work, not what it did itself, and by its filter. */
export type Wants = (hook: AnyHook, context: Context, place: Place, subject: FilterSubject) => boolean

interface HookedCallParts {
  readonly operation: Hookable
  readonly context: Context
  readonly plan: HookPlan
  readonly wants: Wants
  readonly isBot: () => Promise<boolean>
  readonly runtime: Pick<Runtime, 'startChain'>
  readonly validation: Validation
  readonly settings: LiveSettings['settings']
  readonly complaints: Complaints
  readonly logs: Pick<PluginLogs, 'note'>
}

const maximumReasonLength = 500

/** One call of an operation in which plugins take part. */
export function createHookedCall({ operation, context, plan: { transforms, guards }, wants, isBot, runtime, validation, settings, complaints, logs }: HookedCallParts): HookedCall {
  const startedAt = performance.now()
  const leftMs = (): number => settings.plugins.inlineTotalMs - (performance.now() - startedAt)
  /** What guards said already, of the input as it was then. */
  let heard: { readonly input: Fields, readonly outcomes: ReadonlyMap<AnyHook, ChainOutcome> } | undefined
  let isByBot: boolean | undefined
  /** Whose changes were taken. */
  const patching = new Set<AnyHook>()

  const subjectOf = async (input: Fields): Promise<FilterSubject> => ({ message: textOf(input['message']), type: textOf(input['type']), isBot: isByBot ??= await isBot() })

  const complain = ({ plugin, handler }: AnyHook, error: unknown): void => {
    complaints.warn(plugin.id, 'A plugin did not take part in an operation', { hook: handler, error: error instanceof Error ? error.message : String(error) })
  }

  /** Why a hook cannot be asked now; that it is not does not count as a failure. */
  const refusalOf = ({ plugin, breaker }: AnyHook, left: number): RookeryError | undefined => {
    // Who cannot do without its guard waits: until the next version stands or falls, or until an admin lets it out of quarantine.
    if (plugin.state !== 'enabled') return new RookeryError('plugin_unavailable', { plugin: plugin.id, retryAfterSeconds: 1 })
    if (left < 1) return new RookeryError('plugin_timed_out', { plugin: plugin.id })
    return breaker.isClosed() ? undefined : new RookeryError('plugin_unavailable', { plugin: plugin.id, retryAfterSeconds: 10 })
  }

  const start = (hooks: readonly AnyHook[], state: Fields, guardsFrom: number): ReturnType<Runtime['startChain']> => runtime.startChain(hooks, {
    state, patchable: operation.patchable, guardsFrom, totalMs: Math.max(1, leftMs()), usualDeadlineMs: settings.plugins.inlineDeadlineMs, trigger: context,
  })

  /** What a hook answered, and what that says of it. */
  const read = <Value>({ plugin, handler, breaker, gauge }: AnyHook, outcome: ChainOutcome, understand: (answer: unknown) => Value): Value => {
    if (outcome.kind !== 'answered' && outcome.kind !== 'failed') {
      breaker.abstained()
      throw outcome.kind === 'prevented' ? outcome.error : new RookeryError('plugin_timed_out', { plugin: plugin.id })
    }
    gauge.took(outcome.ms)
    try {
      if (outcome.kind === 'failed') throw outcome.error
      const value = understand(outcome.answer)
      breaker.succeeded()
      return value
    } catch (failure) {
      breaker.failed()
      if (breaker.isBroken) logs.note(plugin.id, `${handler} is not asked for a while: it failed too often`)
      if (failure instanceof RookeryError && failure.code === 'plugin_timed_out') gauge.timedOut()
      throw failure
    }
  }

  const patch = (input: Fields, answer: unknown): Fields => {
    const patched = patchedBy(operation, input, answer)
    // What one plugin makes invalid must not be the fault of the author.
    if (patched !== input) validation.assert(operation.input, patched)
    return patched
  }

  return {
    regret(error) {
      for (const hook of patching) complain(hook, error)
    },

    async transform(input, accessed) {
      const place = placeOf(input as Fields, accessed)
      let current = input as Fields
      let from = 0
      while (from < transforms.length) {
        const subject = await subjectOf(current)
        const left = leftMs()
        const asked = transforms.slice(from).filter((hook) => {
          if (!wants(hook, context, place, subject)) return false
          const refusal = refusalOf(hook, left)
          if (refusal) complain(hook, refusal)
          return !refusal
        })
        if (asked.length === 0) return current
        // Most posts are left as they are: the guards are asked in the same message, and again where it comes otherwise.
        const guarding: AnyHook[] = guards.filter((hook) => wants(hook, context, place, subject) && !refusalOf(hook, left))
        const { count, results } = await start([...asked, ...guarding], current, asked.length)
        const before = current
        const outcomes = await results
        let isAstray = false
        let heardCount = 0
        for (const hook of asked.slice(0, count)) {
          const outcome = outcomes[heardCount] as ChainOutcome
          const present = current
          try {
            current = read(hook, outcome, (answer) => patch(present, answer))
            if (current !== present) patching.add(hook)
          } catch (error) {
            complain(hook, error)
            // The host has applied what we do not: who came after it was asked about something else.
            isAstray = outcome.kind === 'answered' && outcome.answer !== null
          }
          heardCount += 1
          if (current['message'] !== present['message']) {
            // A change may be one that others want, or that others do not want any more.
            const changed = await subjectOf(current)
            isAstray = transforms.slice(transforms.indexOf(hook) + 1).some((later) => wants(later, context, place, changed) !== wants(later, context, place, subject))
          }
          if (isAstray) break
        }
        from = transforms.indexOf(asked[heardCount - 1] as typeof asked[number]) + 1
        for (const { breaker } of asked.slice(heardCount)) breaker.abstained()
        const said = new Map<AnyHook, ChainOutcome>()
        for (const [index, hook] of guarding.entries()) {
          const outcome = outcomes[asked.length + index]
          if (outcome && outcome.kind !== 'withheld' && current === before && heardCount === asked.length) said.set(hook, outcome)
          else hook.breaker.abstained()
        }
        if (said.size > 0) heard = { input: current, outcomes: said }
      }
      return current
    },

    async guard(input, accessed) {
      if (guards.length === 0) return
      const place = placeOf(input as Fields, accessed)
      const subject = await subjectOf(input as Fields)
      const refusals: RookeryError[] = []
      const fail = (hook: PlannedHook<GuardContribution>, error: unknown): void => {
        complain(hook, error)
        if (hook.contribution.onFailure === 'closed') refusals.push(new RookeryError('plugin_unavailable', { plugin: hook.plugin.id, retryAfterSeconds: 1 }, { cause: error }))
      }
      const hear = (hook: PlannedHook<GuardContribution>, outcome: ChainOutcome): void => {
        try {
          const refusal = read(hook, outcome, readVerdict)
          if (refusal) refusals.push(refusal)
        } catch (error) {
          fail(hook, error)
        }
      }
      const early = heard?.input === input ? heard?.outcomes : undefined
      const left = leftMs()
      let waiting = guards.filter((hook) => wants(hook, context, place, subject)).filter((hook) => {
        const outcome = early?.get(hook)
        if (outcome) { hear(hook, outcome); return false }
        const refusal = refusalOf(hook, left)
        if (refusal) fail(hook, refusal)
        return !refusal
      })
      const answers: Promise<void>[] = []
      while (waiting.length > 0) {
        const { count, results } = await start(waiting, input as Fields, 0)
        const asked = waiting.slice(0, count)
        answers.push(results.then((outcomes) => { asked.forEach((hook, index) => { hear(hook, outcomes[index] as ChainOutcome) }) }))
        waiting = waiting.slice(count)
      }
      await Promise.all(answers)
      const refusal = refusals.find(({ code }) => code !== 'plugin_unavailable') ?? refusals[0]
      if (refusal) throw refusal
    },
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** What the access doors found: operations on what stands in a channel have looked it up already. */
function placeOf(input: Fields, accessed: unknown): Place {
  const { channel } = (typeof accessed === 'object' && accessed !== null ? accessed : {}) as { channel?: Channel }
  return { channel, teamId: textOf(input['teamId']) }
}

/** Only fields that the operation declares; anything else is a fault of the plugin. */
function patchedBy(operation: Hookable, input: Fields, answer: unknown): Fields {
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
