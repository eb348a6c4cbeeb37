import { pick } from './needs.ts'
import type { Outcome } from './protocol.ts'
import type { ChainAnswer, ChainStep, ChainTask, TaskResult } from './worker-protocol.ts'

/** What the kernel sends along with a chain, as JSON. */
export interface ChainText {
  /** What the steps are about; each is given the fields that it needs, and patches what it may. */
  readonly state: Readonly<Record<string, unknown>>
  readonly patchable: readonly string[]
  /** All at once, so that none sees what another does. */
  readonly isParallel: boolean
  /** As many as there are steps: which fields, and what else it is told. */
  readonly parts: readonly { readonly needs: readonly string[], readonly envelope: Readonly<Record<string, unknown>> }[]
}

/** How one step of a chain ended; `skipped` where the time of all was up before it. */
export interface ChainResult {
  readonly outcome: Outcome | 'skipped'
  readonly json: string
  readonly ms: number
}

/** Of all answers of a chain together, in characters: they travel as one message. */
const maximumAnswersLength = 4 * 1024 * 1024

/** Walks through several plugins on one thread: a message for all of them instead of one for each. */
export async function runChain({ call, steps, text, totalMs }: ChainTask, invoke: (step: ChainStep, json: string, deadlineMs: number) => Promise<TaskResult>): Promise<ChainAnswer> {
  const { state, patchable, isParallel, parts } = JSON.parse(text) as ChainText
  const startedAt = performance.now()
  let current = state
  let room = maximumAnswersLength

  const run = async (step: ChainStep): Promise<ChainResult> => {
    const begunAt = performance.now()
    const left = totalMs - (begunAt - startedAt)
    const part = parts[step.index]
    if (left < 1 || !part) return { outcome: 'skipped', json: 'null', ms: 0 }
    const { outcome, json } = await invoke(step, JSON.stringify({ ...part.envelope, input: pick(current, part.needs) }), Math.min(step.deadlineMs, Math.ceil(left)))
    room -= json.length
    if (room < 0) return { outcome: 'too_large', json: 'null', ms: performance.now() - begunAt }
    if (outcome === 'answered' && !isParallel) current = patched(current, json, patchable)
    return { outcome, json, ms: performance.now() - begunAt }
  }

  const results: ChainResult[] = []
  if (isParallel) results.push(...await Promise.all(steps.map(run)))
  else for (const step of steps) results.push(await run(step))
  return { call, results, state: JSON.stringify(current) }
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
