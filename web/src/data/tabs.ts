import { withLock } from './lock.ts'

/** The tabs of one account in one browser. */
export interface Tabs {
  /** Tells the other tabs. */
  tell(topic: string, told?: unknown): void
  /** What is told comes from a page of this origin, which may be older or newer than this one. */
  on(topic: string, handler: (told: unknown) => void): void
  /** Runs the work in one tab alone; when that tab goes, the next one takes over. Without TLS all of them run it. Answers how to give up. */
  lead(work: () => () => void): () => void
  close(): void
}

export function createTabs(name: string): Tabs {
  const channel = new BroadcastChannel(name)
  const handlers = new Map<string, Set<(told: unknown) => void>>()
  channel.onmessage = ({ data: [topic, told] }: MessageEvent<[topic: string, told: unknown]>) => { for (const handler of handlers.get(topic) ?? []) handler(told) }
  return {
    tell(topic, told) { channel.postMessage([topic, told]) },
    on(topic, handler) {
      const known = handlers.get(topic) ?? new Set()
      handlers.set(topic, known.add(handler))
    },
    lead(work) {
      const giveUp = new AbortController()
      const end = new Promise<void>((resolve) => { giveUp.signal.addEventListener('abort', () => { resolve() }) })
      withLock(`${name}.lead`, giveUp.signal, async () => {
        const stop = work()
        await end
        stop()
      }).catch(() => {})
      return () => { giveUp.abort() }
    },
    close() { channel.close() },
  }
}
