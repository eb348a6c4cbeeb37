import { RookeryError } from '@rookery/sdk/protocol'

export interface BoundedQueueOptions {
  /** Tasks that run at once. */
  readonly concurrency: number
  /** Tasks that may wait; the next one is refused. */
  readonly maximumQueue: number
  /** What one task takes on an ordinary machine: it makes the advice when to try again. */
  readonly typicalTaskMs: number
}

/** Runs costly work a few tasks at a time, in order, and refuses work when too much waits. */
export interface BoundedQueue {
  /** Throws `unavailable` when the queue is full. */
  run<Result>(task: () => Promise<Result>): Promise<Result>
  readonly running: number
  readonly waiting: number
}

export function createBoundedQueue({ concurrency, maximumQueue, typicalTaskMs }: BoundedQueueOptions): BoundedQueue {
  if (!Number.isInteger(concurrency) || concurrency < 1) throw new Error('A queue needs a concurrency of at least 1')
  const retryAfterSeconds = Math.max(1, Math.ceil(maximumQueue * typicalTaskMs / concurrency / 1000))
  // Starters of the tasks that wait. A Set keeps their order and forgets the first in constant time.
  const starters = new Set<() => void>()
  let running = 0

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
      else if (starters.size >= maximumQueue) throw new RookeryError('unavailable', { retryAfterSeconds })
      else await new Promise<void>((resolve) => { starters.add(resolve) })
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
