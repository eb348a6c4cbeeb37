import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** What a process of a benchmark can be asked to do. Parameters and answers travel as structured clones. */
// eslint-disable-next-line typescript/no-explicit-any -- the constraint under which any function fits
type Api = Record<string, (...parameters: any[]) => unknown>

export interface Worker<Of extends Api> {
  readonly processId: number
  call<Name extends keyof Of & string>(name: Name, ...parameters: Parameters<Of[Name]>): Promise<Awaited<ReturnType<Of[Name]>>>
  stop(): Promise<void>
}

interface Question { readonly number: number, readonly name: string, readonly parameters: unknown[] }
interface Answer { readonly number: number, readonly value?: unknown, readonly error?: string }

/** Starts `test/bench/<file>` as a process of its own: what it costs must not be paid by whom it measures. */
export async function startWorker<Of extends Api>(file: string, nodeArguments: readonly string[] = []): Promise<Worker<Of>> {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), {
    serialization: 'advanced', execArgv: ['--disable-warning=ExperimentalWarning', ...nodeArguments],
  })
  const waiting = new Map<number, { resolve: (value: never) => void, reject: (error: Error) => void }>()
  let count = 0
  child.on('message', ({ number, value, error }: Answer) => {
    const asked = waiting.get(number)
    waiting.delete(number)
    if (error === undefined) asked?.resolve(value as never)
    else asked?.reject(new Error(`${file}: ${error}`))
  })
  child.once('exit', (code) => { for (const { reject } of waiting.values()) reject(new Error(`${file} ended with ${code}`)) })
  await once(child, 'spawn')
  return {
    processId: child.pid as number,
    call: (name, ...parameters) => new Promise((resolve, reject) => {
      count += 1
      waiting.set(count, { resolve, reject })
      child.send({ number: count, name, parameters } satisfies Question)
    }),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
    },
  }
}

/** The other side: answers the parent's calls. */
export function serveWorker<Of extends Api>(api: Of): Of {
  process.on('message', ({ number, name, parameters }: Question) => {
    void (async () => {
      try {
        process.send?.({ number, value: await api[name]?.(...parameters) } satisfies Answer)
      } catch (error) {
        process.send?.({ number, error: error instanceof Error ? error.stack ?? error.message : String(error) } satisfies Answer)
      }
    })()
  })
  process.on('disconnect', () => { process.exit() })
  return api
}
