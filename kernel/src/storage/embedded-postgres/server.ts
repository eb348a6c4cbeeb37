import { spawn, type ChildProcess } from 'node:child_process'
import type { Socket } from 'node:net'
import { EmbeddedPostgresError } from '../errors.ts'
import { childEnvironment, commandAs, type OperatingUser } from './operating-user.ts'
import type { ServerLog } from './server-log.ts'

export interface PostgresExit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface PostgresServer {
  readonly processId: number
  readonly exited: Promise<PostgresExit>
  /** Fast shutdown: sessions are ended, everything is flushed. */
  stop(): Promise<PostgresExit>
}

export interface PostgresServerOptions {
  readonly program: string
  readonly programArguments: readonly string[]
  readonly user: OperatingUser
  readonly serverLog: ServerLog
}

/** Crash recovery replays at most `max_wal_size`; a minute per 100 MB is plenty on the slowest disk. */
const startDeadlineMs = 300_000
const fastStopDeadlineMs = 10_000
const immediateStopDeadlineMs = 5_000

/** Resolves when the server accepts connections. */
export const startPostgresServer = async ({ program, programArguments, user, serverLog }: PostgresServerOptions): Promise<PostgresServer> => {
  const [command, words] = commandAs(user, program, programArguments)
  const child = spawn(command, words, {
    ...user.spawnOptions,
    // A session of its own: Ctrl-C in a terminal must reach the kernel alone, which then stops Postgres last.
    detached: true,
    cwd: '/',
    env: childEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const exited = new Promise<PostgresExit>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }))
    child.once('error', () => resolve({ code: null, signal: null }))
  })
  await waitUntilReady(child, exited, serverLog)
  // The servers that use the database keep the process alive, not the database.
  child.unref()
  ;(child.stderr as Socket).unref()
  return { processId: child.pid as number, exited, stop: () => stopChild(child, exited) }
}

const waitUntilReady = (child: ChildProcess, exited: Promise<PostgresExit>, serverLog: ServerLog): Promise<void> =>
  new Promise((resolve, reject) => {
    const fail = (sentence: string) => {
      clearTimeout(deadline)
      reject(new EmbeddedPostgresError(`${sentence} ${serverLog.tail()}`.trim()))
    }
    const deadline = setTimeout(() => {
      child.kill('SIGQUIT')
      fail('PostgreSQL did not become ready in time.')
    }, startDeadlineMs)
    let seen = ''
    const watch = (text: string) => {
      seen = (seen + text).slice(-4000)
      if (!seen.includes('ready to accept connections')) return
      clearTimeout(deadline)
      child.stderr?.off('data', watch)
      resolve()
    }
    child.stderr?.setEncoding('utf8').on('data', (text: string) => serverLog.append(text))
    child.stderr?.on('data', watch)
    void exited.then(({ code, signal }) => fail(`PostgreSQL ended at its start (${signal ?? code}).`))
  })

const stopChild = async (child: ChildProcess, exited: Promise<PostgresExit>): Promise<PostgresExit> => {
  child.ref()
  child.kill('SIGINT')
  const immediate = setTimeout(() => child.kill('SIGQUIT'), fastStopDeadlineMs)
  const last = setTimeout(() => child.kill('SIGKILL'), fastStopDeadlineMs + immediateStopDeadlineMs)
  try {
    return await exited
  } finally {
    clearTimeout(immediate)
    clearTimeout(last)
  }
}
