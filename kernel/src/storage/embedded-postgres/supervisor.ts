import type { Log } from '../../telemetry/index.ts'
import type { PostgresExit, PostgresServer } from './server.ts'

export interface Supervisor {
  readonly processId: number | undefined
  readonly exited: Promise<PostgresExit>
  stop(): Promise<void>
  onStart(listener: () => void): () => void
}

export interface SupervisorOptions {
  start(): Promise<PostgresServer>
  readonly log: Log
  readonly isRestarting: boolean
}

const firstPauseMs = 50
const longestPauseMs = 10_000
/** A server that lived this long is taken for healthy again. */
const healthyAfterMs = 60_000

/** Keeps one server running: starts it again when it dies, with a pause that grows while it dies young. */
export const superviseServer = async ({ start, log, isRestarting }: SupervisorOptions): Promise<Supervisor> => {
  const listeners = new Set<() => void>()
  const stopping = new AbortController()
  let server: PostgresServer | undefined = await start()

  const watch = async (): Promise<PostgresExit> => {
    let pauseMs = firstPauseMs
    let exit: PostgresExit = { code: null, signal: null }
    while (!stopping.signal.aborted) {
      if (server) {
        const startedAt = performance.now()
        exit = await server.exited
        server = undefined
        if (stopping.signal.aborted || !isRestarting) return exit
        if (performance.now() - startedAt > healthyAfterMs) pauseMs = firstPauseMs
        log.error('PostgreSQL ended by itself; it is started again.', { code: exit.code, signal: exit.signal, pauseMs })
      }
      await pause(pauseMs, stopping.signal)
      pauseMs = Math.min(pauseMs * 2, longestPauseMs)
      if (stopping.signal.aborted) break
      try {
        server = await start()
        for (const listener of listeners) listener()
      } catch (error) {
        log.error('PostgreSQL could not be started again.', { error })
      }
    }
    return exit
  }
  const exited = watch()

  return {
    get processId() {
      return server?.processId
    },
    exited,
    async stop() {
      stopping.abort()
      await server?.stop()
      await exited
      // A start that was under way when we were told to stop has ended by now.
      await server?.stop()
    },
    onStart(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    }, { once: true })
  })
