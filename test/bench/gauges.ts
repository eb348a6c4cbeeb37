import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'

/** Of Linux's clock of process times. */
const ticksPerSecond = 100

/** CPU time that a process has used, kernel and user, in microseconds; to 10 ms, so measure at least a second. */
export function cpuMicroseconds(processId: number): number {
  const fields = readFileSync(`/proc/${processId}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * 1_000_000 / ticksPerSecond
}

/** For a process whose memory is measured by `heldBytes`. */
export const collectableArguments: readonly string[] = ['--expose-gc', `--import=${new URL('collect-on-signal.ts', import.meta.url).href}`]

/** For work that has begun to end, and then for what it leaves to be collected and given back to the system. */
const settleMs = 3000

/** Memory that a process holds when it has come to rest and cleaned up. */
export async function heldBytes(processId: number): Promise<number> {
  await wait(settleMs)
  process.kill(processId, 'SIGUSR2')
  await wait(settleMs)
  return residentBytes(processId)
}

/** Memory that a process has of the machine right now. */
export function residentBytes(processId: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${processId}/status`, 'utf8'))?.[1] ?? Number.NaN) * 1024
}

export const median = (values: readonly number[]): number => quantile(values, 0.5)

export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (sorted.length - 1) * share
  const low = sorted[Math.floor(at)] ?? Number.NaN
  const high = sorted[Math.ceil(at)] ?? Number.NaN
  return low + (high - low) * (at % 1)
}
