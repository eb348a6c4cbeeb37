import { hookCapability, type GuardContribution, type TransformContribution } from '@rookery/sdk/protocol'
import type { Clock } from '../../clock.ts'
import type { PluginReach } from '../../operations/index.ts'
import { isMeantToRun, isRunning, type InstalledPlugin } from '../installed-plugin.ts'
import { createReach } from '../reach.ts'
import type { ChainRequest } from '../runtime.ts'
import { createBreaker, type Breaker } from './breaker.ts'
import { compileFilter, type Filter } from './filter.ts'
import { createGauge, type Gauge } from './gauge.ts'

export interface PlannedHook<Contribution> extends ChainRequest {
  readonly contribution: Contribution
  /** Whether the plugin has the capability, or takes no part. */
  readonly isGranted: boolean
  readonly accepts: Filter
  readonly reach: PluginReach
  readonly breaker: Breaker
  readonly gauge: Gauge
}

/** What is remembered of a hook while plugins come and go. */
export type HookRecord = Pick<PlannedHook<unknown>, 'breaker' | 'gauge'>

/** The hooks on one operation, in the order in which they run. */
export interface HookPlan {
  readonly transforms: readonly PlannedHook<TransformContribution>[]
  readonly guards: readonly PlannedHook<GuardContribution>[]
}

const phases = { early: 0, normal: 1, late: 2 } as const

/** The whole plan, by operation: made anew when a plugin changes, so that a call only looks it up. */
export function planHooks(plugins: Iterable<InstalledPlugin>, { clock, records }: { clock: Clock, records: Map<string, HookRecord> }): Map<string, HookPlan> {
  const transforms = new Map<string, PlannedHook<TransformContribution>[]>()
  const guards = new Map<string, PlannedHook<GuardContribution>[]>()

  const plan = <Contribution extends TransformContribution | GuardContribution>(plugin: InstalledPlugin, kind: 'guard' | 'transform', contribution: Contribution): PlannedHook<Contribution> => {
    const handler = `${kind} ${contribution.operation}`
    const key = `${plugin.id} ${plugin.version} ${handler}`
    let record = records.get(key)
    if (!record) records.set(key, record = { breaker: createBreaker({ clock }), gauge: createGauge() })
    const capability = hookCapability(contribution.operation, kind)
    const { deadlineMs, ...decided } = plugin.hookOverrides[handler] ?? {}
    return {
      plugin, handler, capability, needs: contribution.needs, isGranted: Object.hasOwn(plugin.granted, capability), ...record, contribution: { ...contribution, ...decided }, accepts: compileFilter(contribution.filter), reach: createReach(plugin, true),
      deadlineMs: deadlineMs ?? contribution.deadlineMs ?? 0,
    }
  }
  const add = <Hook>(table: Map<string, Hook[]>, operation: string, hook: Hook): void => {
    const list = table.get(operation)
    if (list) list.push(hook)
    else table.set(operation, [hook])
  }

  for (const plugin of plugins) {
    if (!isMeantToRun(plugin)) continue
    const isAsked = isRunning(plugin)
    if (isAsked) for (const contribution of plugin.manifest.contributes.transforms) add(transforms, contribution.operation, plan(plugin, 'transform', contribution))
    for (const contribution of plugin.manifest.contributes.guards) {
      const hook = plan(plugin, 'guard', contribution)
      // Or whoever can make a guard fail often enough would be rid of it.
      if (isAsked || hook.contribution.onFailure === 'closed') add(guards, contribution.operation, hook)
    }
  }
  return new Map([...new Set([...transforms.keys(), ...guards.keys()])].map((operation) => [operation, {
    transforms: orderTransforms(transforms.get(operation) ?? []), guards: guards.get(operation) ?? [],
  }]))
}

/** By phase, then priority, then id; `before` and `after` overrule priority within a phase, and a circle of them is no order. */
export function orderTransforms(hooks: readonly PlannedHook<TransformContribution>[]): PlannedHook<TransformContribution>[] {
  const left = [...hooks].sort((one, other) =>
    phases[one.contribution.phase ?? 'normal'] - phases[other.contribution.phase ?? 'normal']
    || (other.contribution.priority ?? 0) - (one.contribution.priority ?? 0)
    || (one.plugin.id < other.plugin.id ? -1 : 1))
  const ordered: PlannedHook<TransformContribution>[] = []
  while (left.length > 0) {
    const index = left.findIndex((hook) => !left.some((other) => other !== hook && mustPrecede(other, hook)))
    ordered.push(...left.splice(Math.max(0, index), 1))
  }
  return ordered
}

function mustPrecede(one: PlannedHook<TransformContribution>, other: PlannedHook<TransformContribution>): boolean {
  if ((one.contribution.phase ?? 'normal') !== (other.contribution.phase ?? 'normal')) return false
  return (one.contribution.before?.includes(other.plugin.id) ?? false) || (other.contribution.after?.includes(one.plugin.id) ?? false)
}
