import { RookeryError } from '@rookery/sdk/protocol'

export interface BoundedQueueOptions {
  /** Tasks that run at once. */
  readonly concurrency: number
  /** Tasks that may wait; the next one is refused. */
  readonly maximumQueue: number
  /** What one task takes on an ordinary machine: it makes the advice when to try again. */
  readonly typicalTaskMs: number
  /** How long a task may wait before it is refused; for ever where it is left out. */
  readonly maximumWaitMs?: number
}

/** Runs costly work a few tasks at a time, in order, and refuses work when too much waits. */
export interface BoundedQueue {
  /** Throws `unavailable` when the queue is full, or the task has waited too long. */
  run<Result>(task: () => Promise<Result>): Promise<Result>
  readonly running: number
  readonly waiting: number
}

export function createBoundedQueue({ concurrency, maximumQueue, typicalTaskMs, maximumWaitMs }: BoundedQueueOptions): BoundedQueue {
  if (!Number.isInteger(concurrency) || concurrency < 1) throw new Error('A queue needs a concurrency of at least 1')
  const retryAfterSeconds = Math.max(1, Math.ceil(maximumQueue * typicalTaskMs / concurrency / 1000))
  // Starters of the tasks that wait. A Set keeps their order and forgets the first in constant time.
  const starters = new Set<() => void>()
  let running = 0

  const refuse = (): RookeryError => new RookeryError('unavailable', { retryAfterSeconds })
  const wait = (): Promise<void> => new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined
    const start = (): void => {
      clearTimeout(timer)
      resolve()
    }
    starters.add(start)
    if (maximumWaitMs !== undefined) timer = setTimeout(() => { if (starters.delete(start)) reject(refuse()) }, maximumWaitMs)
  })
  const finish = (): void => {
    const [next] = starters
    if (next === undefined) {
      running -= 1
      return
    }
    starters.delete(next)
    next()
  }

  return {
    async run(task) {
      if (running < concurrency) running += 1
      else if (starters.size >= maximumQueue) throw refuse()
      else await wait()
      try {
        return await task()
      } finally {
        finish()
      }
    },
    get running() { return running },
    get waiting() { return starters.size },
  }
}
