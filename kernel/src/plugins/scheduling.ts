import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'

/** How hosts come by processors; each part is empty where the machine does not give it. */
export interface Scheduling {
  /** What stands before the command of a host that shall have only what nobody else wants. */
  readonly idly: readonly string[]
  /** What has a running host leave a processor to the others, without the number of its process. */
  readonly aside: readonly string[]
}

/** Linux's policy for what is to run when nothing else would: whoever wakes up takes the processor from it at once. */
const idle = ['chrt', '--idle', '0']

/** The numbers of a list as Linux writes it: `0-2,4`. */
export function readProcessorList(list: string): number[] {
  return list.trim().split(',').filter(Boolean).flatMap((range) => {
    const [first, last = first] = range.split('-').map(Number) as [number, number?]
    return Array.from({ length: last - first + 1 }, (_each, index) => first + index)
  })
}

/**
 * Whoever is idle has one processor, so that the others are truly free: one on which only idle work runs is taken for
 * free as well. No host has the first, so that the kernel and its database never both stand behind plugins that compute.
 */
export async function chooseScheduling(): Promise<Scheduling> {
  if (process.platform !== 'linux') return { idly: [], aside: [] }
  const processors = readProcessorList(/^Cpus_allowed_list:\s*(.*)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '')
  const others = processors.slice(1).join(',')
  const [isPlaced, isIdle] = await Promise.all([succeeds(['taskset', '--cpu-list', processors.join(','), 'true']), succeeds([...idle, 'true'])])
  return {
    idly: [...(isPlaced ? ['taskset', '--cpu-list', String(processors.at(-1))] : []), ...(isIdle ? idle : [])],
    aside: isPlaced && others ? ['taskset', '--all-tasks', '--cpu-list', '--pid', others] : [],
  }
}

const execute = promisify(execFile)

/** Whether a command can be run here; what it may write is not wanted. */
export async function succeeds([command = '', ...words]: readonly string[]): Promise<boolean> {
  return execute(command, words, { cwd: '/', env: { NODE_V8_COVERAGE: undefined }, timeout: 5000 }).then(() => true, () => false)
}
