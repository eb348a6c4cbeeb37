import type { Log } from '../telemetry/index.ts'
import type { Homes } from './homes.ts'

/** An operation that a plugin asked for within a transaction of its own: it is done when that was committed, at least once. */
export interface OutboxLetter {
  readonly key: string
  readonly operation: string
  readonly input: unknown
  readonly causeDepth: number
}

/** Takes a letter over: it is done, or kept elsewhere, when this resolves. */
export type Send = (pluginId: string, letter: OutboxLetter) => Promise<void>

export interface Outbox {
  /** Sends what is there, in order. */
  drain(pluginId: string): void
  /** Nothing is being sent when it resolves. */
  stop(): Promise<void>
}

const pageSize = 50
const patienceMs = 10_000

export function createOutbox({ homes, send, log }: { homes: Homes, send: Send, log: Log }): Outbox {
  /** One at a time for each plugin; true where more was committed meanwhile. */
  const running = new Map<string, { isWanted: boolean, done: Promise<void> }>()
  const timers = new Map<string, NodeJS.Timeout>()
  let isStopped = false

  const drainPage = async (pluginId: string): Promise<number> => {
    const { rows } = await homes.use(pluginId, (session) => session.run('select id, key, operation, input, cause_depth from rookery_outbox order by id limit $1', [pageSize]))
    for (const { id, key, operation, input, cause_depth: causeDepth } of rows) {
      if (isStopped) return 0
      await send(pluginId, { key: String(key), operation: String(operation), input: JSON.parse(String(input)) as unknown, causeDepth: Number(causeDepth) })
      await homes.use(pluginId, (session) => session.run('delete from rookery_outbox where id = $1', [id]))
    }
    return rows.length
  }

  const drain = (pluginId: string): void => {
    clearTimeout(timers.get(pluginId))
    timers.delete(pluginId)
    const present = running.get(pluginId)
    if (present) {
      present.isWanted = true
      return
    }
    if (isStopped) return
    const state = { isWanted: false, done: Promise.resolve() }
    running.set(pluginId, state)
    state.done = (async () => {
      try {
        do {
          state.isWanted = false
          while (await drainPage(pluginId) === pageSize);
        } while (state.isWanted)
      } catch (error) {
        log.warn('What a plugin wants done after its transactions waits', { plugin: pluginId, error })
        if (!isStopped) timers.set(pluginId, setTimeout(() => { drain(pluginId) }, patienceMs).unref())
      } finally {
        running.delete(pluginId)
      }
    })()
  }

  return {
    drain,
    async stop() {
      isStopped = true
      for (const timer of timers.values()) clearTimeout(timer)
      await Promise.all([...running.values()].map(({ done }) => done))
    },
  }
}
