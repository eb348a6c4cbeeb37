import { median } from './gauges.ts'
import type { Bench } from './bench.ts'

/** One line of the table: our figure against a bare peer's, taken in turns in the same run. */
export interface Line {
  readonly measure: string
  readonly peer: string
  readonly unit: string
  /** Bound of the ratio ours : peer's; of our figure itself where there is no peer. */
  readonly goal: { readonly atMost: number } | { readonly atLeast: number } | undefined
  readonly rounds: readonly { readonly ours: number, readonly peers: number | undefined }[]
}

export interface Measure {
  readonly name: string
  run(bench: Bench): Promise<readonly Line[]>
}

export interface Summary {
  readonly ours: number
  readonly peers: number | undefined
  /** Median over the rounds of the figure that the goal is about, and its extremes. */
  readonly value: number
  readonly lowest: number
  readonly highest: number
  readonly isMet: boolean | undefined
}

export function summarize({ rounds, goal }: Line): Summary {
  const values = rounds.map(({ ours, peers }) => (peers === undefined ? ours : ours / peers))
  const value = median(values)
  return {
    ours: median(rounds.map(({ ours }) => ours)),
    peers: rounds[0]?.peers === undefined ? undefined : median(rounds.map(({ peers }) => peers as number)),
    value, lowest: Math.min(...values), highest: Math.max(...values),
    isMet: goal && ('atMost' in goal ? value <= goal.atMost : value >= goal.atLeast),
  }
}

/** Of rates: short turns and many of them, for on a machine that others use as well speed changes from one second to the next. */
export const turnMs = 1000
export const turnsPerRound = 3

/** Turn by turn, so that what else the machine does meets both; who begins alternates. One turn of each goes unmeasured. */
export async function interleave<Of>(rounds: number, ours: () => Promise<Of>, peers: () => Promise<Of>): Promise<{ ours: Of, peers: Of }[]> {
  await ours()
  await peers()
  const results: { ours: Of, peers: Of }[] = []
  for (let round = 0; round < rounds; round += 1) {
    if (round % 2 === 0) {
      const first = await ours()
      results.push({ ours: first, peers: await peers() })
    } else {
      const first = await peers()
      results.push({ ours: await ours(), peers: first })
    }
  }
  return results
}
