import { pick } from './needs.ts'
import type { Outcome } from './protocol.ts'
import type { ChainStep, ChainTask, TaskResult } from './worker-protocol.ts'

/** What the kernel sends along with a chain, as JSON. */
export interface ChainText {
  /** What the steps are about; each is given the fields that it needs, and those that patch it may change these. */
  readonly state: Readonly<Record<string, unknown>>
  readonly patchable: readonly string[]
  /**
   * The steps before this one patch, one after the other. Those from it on only look, all at once, and are not asked
   * when something was patched: then the kernel has to judge it first.
   */
  readonly guardsFrom: number
  /** As many as there are steps: which fields, and what else it is told. */
  readonly parts: readonly { readonly needs: readonly string[], readonly envelope: Readonly<Record<string, unknown>> }[]
}

/** How one step of a chain ended; `skipped` where the time of all was up before it, `withheld` where it has to be asked about something else. */
export interface ChainResult {
  readonly outcome: Outcome | 'skipped' | 'withheld'
  readonly json: string
  readonly ms: number
}

/** Of one answer, and of all answers of a chain together, in characters: they travel as one message. */
const maximumAnswerLength = 1024 * 1024
const maximumAnswersLength = 4 * 1024 * 1024

/** Walks through several plugins on one thread: a message for all of them instead of one for each. */
export async function runChain({ steps, text, totalMs }: ChainTask, invoke: (step: ChainStep, json: string, deadlineMs: number) => Promise<TaskResult>): Promise<ChainResult[]> {
  const { state, patchable, guardsFrom, parts } = JSON.parse(text) as ChainText
  const startedAt = performance.now()
  // A share of its own: who answers with too much takes nothing from the others.
  const room = Math.min(maximumAnswerLength, Math.floor(maximumAnswersLength / steps.length))
  let current = state

  const run = async (step: ChainStep, index: number): Promise<ChainResult> => {
    const begunAt = performance.now()
    const left = totalMs - (begunAt - startedAt)
    const part = parts[index]
    if (left < 1 || !part) return { outcome: 'skipped', json: 'null', ms: 0 }
    const { outcome, json } = await invoke(step, JSON.stringify({ ...part.envelope, input: pick(current, part.needs) }), Math.min(step.deadlineMs, Math.ceil(left)))
    const ms = performance.now() - begunAt
    if (json.length > room) return { outcome: 'too_large', json: 'null', ms }
    if (outcome === 'answered' && index < guardsFrom) current = patched(current, json, patchable)
    return { outcome, json, ms }
  }

  const results: ChainResult[] = []
  for (const [index, step] of steps.slice(0, guardsFrom).entries()) results.push(await run(step, index))
  const guards = steps.slice(guardsFrom)
  if (current === state) results.push(...await Promise.all(guards.map((step, index) => run(step, guardsFrom + index))))
  else for (const _guard of guards) results.push({ outcome: 'withheld', json: 'null', ms: 0 })
  return results
}

/** What is no patch changes nothing; the kernel judges it again and is the one to complain. */
function patched(state: Readonly<Record<string, unknown>>, json: string, patchable: readonly string[]): Readonly<Record<string, unknown>> {
  if (json === 'null') return state
  try {
    const patch = JSON.parse(json) as unknown
    if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return state
    return Object.keys(patch).every((name) => patchable.includes(name)) ? { ...state, ...patch } : state
  } catch {
    return state
  }
}
