import type { Kernel } from '@rookery/kernel'

/** The servers that run in this process of tests. */
export interface OpenServers {
  /** Answers what takes it off again. */
  add(kernel: () => Kernel): () => void
  /** Until everybody was told what happened: a socket that the next test opens hears nothing of the last one. */
  settled(): Promise<void>
}

/** A server that was cut from its database by its test has nothing more to tell. */
const patienceMs = 2000

function createOpenServers(): OpenServers {
  const kernels = new Set<() => Kernel>()
  return {
    add(kernel) {
      kernels.add(kernel)
      return () => { kernels.delete(kernel) }
    },
    async settled() {
      if (kernels.size === 0) return
      const { promise: late, resolve } = Promise.withResolvers<undefined>()
      const timer = setTimeout(resolve, patienceMs)
      await Promise.race([late, Promise.allSettled([...kernels].map((kernel) => kernel().tail.settled()))])
      clearTimeout(timer)
    },
  }
}

export const openServers = createOpenServers()
