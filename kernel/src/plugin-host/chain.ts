import type { AskLimits, EarlyReply, Guest, Reply } from './guest.ts'
import type { Hook } from './hook-table.ts'
import { pick } from './needs.ts'
import { standardAnswerLength, type Outcome } from './protocol.ts'
import type { TaskResult } from './worker-protocol.ts'

/** What the kernel sends along with a chain, as JSON. */
export interface ChainText {
  /** What the steps are about; each is given the fields that it needs, and those that patch it may change these. */
  readonly state: Readonly<Record<string, unknown>>
  readonly patchable: readonly string[]
  /** On whose behalf. */
  readonly actor: Readonly<Record<string, unknown>>
  /** By the kernel's clock. */
  readonly now: number
  /** What the ids of their invocations begin with; a point and the step's number follow. */
  readonly invocation: string
}

/**
 * How one step of a chain ended, what it said as JSON, and how many microseconds it took; `skipped` where the time of all
 * was up before it, `withheld` where it has to be asked about something else. Microseconds alone where it answered null,
 * as nearly all do.
 */
export type ChainResult = number | readonly [outcome: Outcome | 'skipped' | 'withheld', json: string, microseconds: number]

export interface Chain {
  readonly hooks: readonly (Hook | undefined)[]
  /**
   * The steps before this one patch, one after the other. Those from it on only look, all at once, and are not asked
   * when something was patched: then the kernel has to judge it first.
   */
  readonly guardsFrom: number
  readonly totalMs: number
  readonly text: string
}

/** Of all answers of a chain together, in characters: they travel as one message. */
const maximumAnswersLength = 4 * 1024 * 1024

const skipped: ChainResult = ['skipped', 'null', 0]
const withheld: ChainResult = ['withheld', 'null', 0]
/** It was unloaded meanwhile. */
const gone: TaskResult = { outcome: 'ended', json: 'null' }

/**
 * Walks through several plugins on one thread: a message for all of them instead of one for each, and where nothing has to
 * be waited for not even a turn of the loop. A plugin with a transform and a guard is entered once for both: most posts are
 * left as they are, and where one is not the guard's word is thrown away and nothing that it asked for has left the host.
 */
export function createChains(find: (slot: number) => Guest | undefined | Promise<Guest | undefined>) {
  /** Then guards are not asked before it is their turn: the next post is likely to be patched too. */
  let hasPatched = false

  return async function runChain({ hooks, guardsFrom, totalMs, text }: Chain): Promise<ChainResult[]> {
    const { state, patchable, actor: actorValue, now, invocation } = JSON.parse(text) as ChainText
    const actor = JSON.stringify(actorValue)
    const startedAt = performance.now()
    // A share of its own: who answers with too much takes nothing from the others.
    const room = Math.min(standardAnswerLength, Math.floor(maximumAnswersLength / hooks.length))
    const results: ChainResult[] = []
    let current = state
    let inputs = new Map<string, string>()
    const inputOf = ({ needs, needsKey }: Hook): string => {
      let input = inputs.get(needsKey)
      if (input === undefined) inputs.set(needsKey, input = JSON.stringify(pick(current, needs)))
      return input
    }

    const invocationOf = (index: number): string => `${invocation}.${index}`
    const leftMs = (at: number): number => totalMs - (at - startedAt)
    const limitsAt = (begunAt: number, hook: Hook, behind = hook): AskLimits => ({ begunAt, deadlineMs: Math.min(hook.deadlineMs, behind.deadlineMs, Math.ceil(leftMs(begunAt))) })
    const resultOf = ({ outcome, json }: TaskResult, microseconds: number): ChainResult => {
      if (json.length > room) return ['too_large', 'null', microseconds]
      return outcome === 'answered' && json === 'null' ? microseconds : [outcome, json, microseconds]
    }

    const guardOf = new Map<number, number>()
    if (!hasPatched) for (let index = guardsFrom; index < hooks.length; index += 1) guardOf.set(hooks[index]?.slot ?? -1, index)
    const early = new Map<number, { readonly reply: EarlyReply, readonly microseconds: number }>()
    /** The guard of the same plugin, where it may be asked in the same breath. */
    const guardBehind = ({ slot, needsKey }: Hook): { readonly hook: Hook, readonly index: number } | undefined => {
      const index = guardOf.get(slot)
      const hook = index === undefined ? undefined : hooks[index]
      return index === undefined || hook?.needsKey !== needsKey || early.has(index) ? undefined : { hook, index }
    }
    const guard = async (hook: Hook | undefined, index: number): Promise<ChainResult> => {
      const begunAt = performance.now()
      if (!hook) return ['ended', 'null', 0]
      if (leftMs(begunAt) < 1) return skipped
      const spoken = early.get(index)
      const limits = limitsAt(begunAt, hook)
      const guest = spoken ? undefined : find(hook.slot)
      const asked = spoken ? spoken.reply.take(limits.deadlineMs) : (guest instanceof Promise ? await guest : guest)?.ask({ hook, invocation: invocationOf(index), now, actor, input: inputOf(hook) }, limits) ?? gone
      const result = asked instanceof Promise ? await asked : asked
      return resultOf(result, (spoken?.microseconds ?? 0) + Math.round((performance.now() - begunAt) * 1000))
    }

    try {
      let begunAt = startedAt
      for (let index = 0; index < guardsFrom; index += 1) {
        const hook = hooks[index]
        if (!hook) { results.push(['ended', 'null', 0]); continue }
        if (leftMs(begunAt) < 1) { results.push(skipped); continue }
        // Where nothing has to be waited for there is not even a microtask between two plugins.
        const found = find(hook.slot)
        const guest = found instanceof Promise ? await found : found
        const behind = guardBehind(hook)
        const asked = guest?.ask({
          hook, invocation: invocationOf(index), now, actor, input: inputOf(hook), early: behind && { hook: behind.hook, invocation: invocationOf(behind.index) },
        }, limitsAt(begunAt, hook, behind?.hook)) ?? gone
        const reply: Reply = asked instanceof Promise ? await asked : asked
        const endedAt = performance.now()
        // Which of two took longer only the guest could tell.
        const microseconds = Math.round((endedAt - begunAt) * 1000 / (reply.early ? 2 : 1))
        begunAt = endedAt
        if (behind && reply.early) early.set(behind.index, { reply: reply.early, microseconds })
        const result = resultOf(reply, microseconds)
        results.push(result)
        const before = current
        if (typeof result !== 'number' && result[0] === 'answered') current = patched(before, result[1], patchable)
        if (current !== before) inputs = new Map()
      }
      const guards = hooks.slice(guardsFrom)
      hasPatched = current !== state
      if (hasPatched) for (const _guard of guards) results.push(withheld)
      else if (guards.length > 0) results.push(...await Promise.all(guards.map((hook, index) => guard(hook, guardsFrom + index))))
      return results
    } finally {
      // Those that were taken do not hear it any more.
      for (const { reply } of early.values()) reply.refuse()
    }
  }
}

/** What is no patch changes nothing; the kernel judges it again and is the one to complain. */
function patched(state: Readonly<Record<string, unknown>>, json: string, patchable: readonly string[]): Readonly<Record<string, unknown>> {
  try {
    const patch = JSON.parse(json) as unknown
    if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return state
    return Object.keys(patch).every((name) => patchable.includes(name)) ? { ...state, ...patch } : state
  } catch {
    return state
  }
}
