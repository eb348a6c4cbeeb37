import type { GuardContribution, PlannedHook as ShownHook, TransformContribution } from '@rookery/sdk/protocol'
import type { Directory } from '../../auth/index.ts'
import type { Clock } from '../../clock.ts'
import type { LiveSettings } from '../../config/index.ts'
import type { Context, Hooks, Validation } from '../../operations/index.ts'
import type { Complaints } from '../complaints.ts'
import type { PluginLogs } from '../plugin-logs.ts'
import type { Registry } from '../registry.ts'
import type { Runtime } from '../runtime.ts'
import { createHookedCall, type Wants } from './hooked-call.ts'
import { planHooks, type HookPlan, type HookRecord, type PlannedHook } from './hook-plan.ts'

interface HooksDependencies {
  readonly registry: Registry
  readonly runtime: Pick<Runtime, 'startChain'>
  readonly validation: Validation
  readonly directory: Directory
  readonly settings: LiveSettings['settings']
  readonly clock: Clock
  readonly complaints: Complaints
  readonly logs: Pick<PluginLogs, 'note'>
}

export interface PluginHooks extends Hooks {
  /** All that take part, in the order in which they run, with what they cost. */
  describe(): ShownHook[]
}

type AnyHook = PlannedHook<TransformContribution> | PlannedHook<GuardContribution>

export function createHooks({ registry, runtime, validation, directory, settings, clock, complaints, logs }: HooksDependencies): PluginHooks {
  const records = new Map<string, HookRecord>()
  let plans: ReadonlyMap<string, HookPlan> | undefined
  registry.onChange(() => { plans = undefined })
  const plan = (): ReadonlyMap<string, HookPlan> => plans ??= planHooks(registry.all.values(), { clock, records })

  const wants: Wants = ({ plugin, accepts, reach, isGranted }, context, { channel, teamId }, subject) => {
    if (!isGranted) return false
    if (context.actor.kind === 'user' && context.actor.plugin?.pluginId === plugin.id) return false
    // What concerns a team as a whole concerns those that are at work in it.
    if (channel ? !reach.reaches(channel) : teamId === '' ? plugin.binding.scope !== 'server' : !reach.reachesTeam(teamId)) return false
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
    takePart: ({ name }) => settings.plugins.enabled && plan().has(name),
    enter(operation, context) {
      // Where none of them runs, none of them stands in the way either.
      if (!settings.plugins.enabled) return undefined
      const found = plan().get(operation.name)
      return found && createHookedCall({ operation, context, plan: found, wants, isBot: () => isBot(context), runtime, validation, settings, complaints, logs })
    },
  }
}
