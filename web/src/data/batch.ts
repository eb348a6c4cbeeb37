/** Gathers keys that are asked for in one tick, and loads each key once. */
export interface Batch {
  ask(key: string): void
  /** What failed or is out of date may be asked for again. */
  forget(key?: string): void
}

/** The server takes no more at once. */
const maximumKeys = 1000

export function createBatch({ load, onError = () => {} }: { load: (keys: string[]) => Promise<unknown>, onError?: (error: unknown) => void }): Batch {
  const asked = new Set<string>()
  let waiting: string[] = []
  const flush = (): void => {
    const keys = waiting
    waiting = []
    for (let from = 0; from < keys.length; from += maximumKeys) {
      const part = keys.slice(from, from + maximumKeys)
      load(part).catch((error: unknown) => {
        for (const key of part) asked.delete(key)
        onError(error)
      })
    }
  }
  return {
    ask(key) {
      if (asked.has(key)) return
      asked.add(key)
      if (waiting.push(key) === 1) queueMicrotask(flush)
    },
    forget(key) { if (key === undefined) asked.clear(); else asked.delete(key) },
  }
}
