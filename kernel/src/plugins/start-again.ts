/** Tries again what did not start, later each time, until it does or nobody wants it any more. */
export interface StartAgain {
  /** After the nth failure in a row: a second, two, four … five minutes. */
  later(pluginId: string): number
  forget(pluginId: string): void
  stop(): void
}

const firstMs = 1000
const maximumMs = 300_000

export function createStartAgain(start: (pluginId: string) => void): StartAgain {
  const waiting = new Map<string, { readonly failures: number, readonly timer: NodeJS.Timeout }>()
  let isStopped = false
  const forget = (pluginId: string): void => {
    clearTimeout(waiting.get(pluginId)?.timer)
    waiting.delete(pluginId)
  }
  return {
    forget,
    later(pluginId) {
      const failures = (waiting.get(pluginId)?.failures ?? 0) + 1
      clearTimeout(waiting.get(pluginId)?.timer)
      const waitMs = Math.min(maximumMs, firstMs * 2 ** Math.min(failures - 1, 20))
      if (!isStopped) waiting.set(pluginId, { failures, timer: setTimeout(() => { start(pluginId) }, waitMs).unref() })
      return waitMs
    },
    stop() {
      isStopped = true
      for (const pluginId of [...waiting.keys()]) forget(pluginId)
    },
  }
}
