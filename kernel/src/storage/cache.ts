import { LRUCache } from 'lru-cache'

export interface Cache<Value> {
  /** The value under `key`, from memory or loaded once for all who ask at the same time. */
  get(key: string): Promise<Value | undefined>
  /** The value if it is in memory now. */
  peek(key: string): Value | undefined
  forget(key: string): void
  /** What is being loaded now is given to those who wait for it, but not kept. */
  forgetLoading(): void
  clear(): void
}

/**
 * Memory in front of a query. What is forgotten while it is being loaded is not kept: the load may have read the rows
 * as they were before the change that made us forget.
 */
export function createCache<Value extends object>(
  { maximum, load }: { maximum: number, load: (key: string) => Promise<Value | undefined> },
): Cache<Value> {
  const kept = new LRUCache<string, Value>({ max: maximum })
  const loading = new Map<string, Promise<Value | undefined>>()
  return {
    get(key) {
      const value = kept.get(key)
      if (value) return Promise.resolve(value)
      const running = loading.get(key)
      if (running) return running
      const started = load(key).then((loaded) => {
        if (loading.get(key) === started && loaded) kept.set(key, loaded)
        return loaded
      }).finally(() => { if (loading.get(key) === started) loading.delete(key) })
      loading.set(key, started)
      return started
    },
    peek: (key) => kept.get(key),
    forget(key) {
      kept.delete(key)
      loading.delete(key)
    },
    forgetLoading() { loading.clear() },
    clear() {
      kept.clear()
      loading.clear()
    },
  }
}
