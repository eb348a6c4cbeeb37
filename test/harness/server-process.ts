import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { createTestDatabase } from './postgres.ts'

/** A server as an admin runs it: a process of its own, which can be killed and started again on the same folder. */
export interface ServerProcess {
  readonly url: string
  readonly dataFolder: string
  /** Of the latest start. */
  readonly processId: number
  /** What it printed since its last start. */
  output(): string
  /** The lines that it printed, with the time since its last start. */
  phases(): readonly { readonly line: string, readonly atMs: number }[]
  start(): Promise<void>
  /** Like a power cut for the process. */
  kill(): Promise<void>
  /** When it ends by itself: its exit code. */
  ended(): Promise<number | null>
  /** As a service manager does; answers the exit code. */
  stop(): Promise<number | null>
  /** Stops it and removes its folder. */
  remove(): Promise<void>
}

export interface ServerProcessOptions {
  readonly environment?: Record<string, string>
  readonly dataFolder?: string
  readonly port?: number
  readonly nodeArguments?: readonly string[]
  /** Whether it may use the PostgreSQL of the tests: to make and start one of its own takes longer than all else. */
  readonly isOnTestDatabase?: boolean
}

const root = fileURLToPath(new URL('../../', import.meta.url))
/** What Node has compiled before, as for a server that an admin starts (scripts/run.mjs). */
const compiled = path.join(root, 'node_modules', '.cache', 'node')

export async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

export async function createServerProcess(
  { environment = {}, dataFolder, port, nodeArguments = [], isOnTestDatabase = false }: ServerProcessOptions = {},
): Promise<ServerProcess> {
  const folder = dataFolder ?? await mkdtemp(path.join(tmpdir(), 'rookery-server-'))
  const listenPort = port ?? await freePort()
  const url = `http://localhost:${listenPort}`
  const database = isOnTestDatabase ? { DATABASE_URL: (await createTestDatabase()).connectionString } : {}
  let child: ChildProcess | undefined
  let output = ''
  let phases: { line: string, atMs: number }[] = []
  const start = async (): Promise<void> => {
    output = ''
    phases = []
    const startedAt = performance.now()
    const { NODE_V8_COVERAGE: _coverage, ...inherited } = process.env
    const started = spawn(process.execPath, [...nodeArguments, '--disable-warning=ExperimentalWarning', 'start.ts'], {
      cwd: root, stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...inherited, NODE_COMPILE_CACHE: compiled, ROOKERY_DATA: folder, ROOKERY_LISTEN: `127.0.0.1:${listenPort}`, ROOKERY_URL: url, ...database, ...environment },
    })
    child = started
    await new Promise<void>((resolve, reject) => {
      const read = (chunk: Buffer): void => {
        output += chunk.toString()
        for (const line of chunk.toString().trim().split('\n')) phases.push({ line, atMs: performance.now() - startedAt })
        if (output.includes('Rookery is at ')) resolve()
      }
      started.stdout.on('data', read)
      started.stderr.on('data', read)
      started.once('exit', (code) => { reject(new Error(`The server ended with ${code} before it listened:\n${output}`)) })
    })
  }
  const end = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null
    const exited = once(child, 'exit')
    child.kill(signal)
    const [code] = await exited as [number | null]
    return code
  }
  return {
    url, dataFolder: folder, start,
    get processId() {
      if (child?.pid === undefined) throw new Error('The server was never started')
      return child.pid
    },
    output: () => output,
    phases: () => phases,
    kill: async () => { await end('SIGKILL') },
    async ended() {
      if (child && child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      return child?.exitCode ?? null
    },
    stop: () => end('SIGTERM'),
    async remove() {
      await end('SIGTERM')
      await rm(folder, { recursive: true, force: true })
    },
  }
}
