import type { MessagePort } from 'node:worker_threads'
import { SandboxCallError, SandboxError, type Engine, type Sandbox } from './engine.ts'
import type { GuestLimits, GuestStatistics } from './protocol.ts'
import type { GuestMessage, TaskResult, ToGuest } from './worker-protocol.ts'

/** Longer than an engine needs to find out that it cannot stop an isolate. */
const farewellMs = 2000

/** A plugin on a worker. Its sandbox may be thrown away at any moment; the next invocation makes another. */
export interface Guest {
  start(): Promise<TaskResult>
  invoke(name: string, json: string, deadlineMs: number): Promise<TaskResult>
  /** For hooks: on this thread while the plugin is known to be swift, which costs a tenth. */
  invokeInline(name: string, json: string, deadlineMs: number): Promise<TaskResult>
  statistics(): GuestStatistics
  /** For how long nobody has used its isolate; undefined where it has none, or it is in use. */
  idleMs(): number | undefined
  /** Gives the isolate back while nobody uses it. */
  rest(): void
  unload(): void
}

export interface GuestOptions {
  readonly engine: Engine
  readonly slot: number
  readonly source: string
  readonly limits: GuestLimits
  readonly port: MessagePort
  /** Told before and after the guest has this thread to itself, so that somebody else can see that it does not give it back. */
  readonly onHere: (isHere: boolean) => void
}

/** Who was slower the last time does not get the thread to itself the next. */
const swiftMs = 5
/** Nor who may take longer than this. */
const maximumHereMs = 250

export function createGuest({ engine, slot, source, limits, port, onHere }: GuestOptions): Guest {
  let sandbox: Promise<Sandbox> | undefined
  let resident: Sandbox | undefined
  let isUnloaded = false
  let pastCpuMs = 0
  let invocations = 0
  let disposals = 0
  let breaches = 0
  let sequence = 0
  let isSwift = false
  let usedAt = performance.now()
  const waiting = new Map<number, { resolve(json: string): void, reject(error: Error): void }>()

  const say = (message: GuestMessage): void => { port.postMessage(message) }
  port.on('message', (message: ToGuest) => {
    if (message.kind === 'invoke') {
      const { call, name, json, deadlineMs } = message
      void invoke(name, json, deadlineMs).then((result) => { say({ kind: 'answer', call, outcome: result.outcome, json: result.json }) })
      return
    }
    const asker = waiting.get(message.call)
    waiting.delete(message.call)
    if (message.isAnswered) asker?.resolve(message.json)
    else asker?.reject(new SandboxCallError(message.json))
  })

  const forget = (): void => {
    pastCpuMs += resident?.cpuTimeMs() ?? 0
    resident = undefined
    sandbox = undefined
  }

  const create = async (): Promise<Sandbox> => {
    const made = await engine.createSandbox({
      source, limits,
      call: (name, json) => new Promise((resolve, reject) => {
        sequence += 1
        waiting.set(sequence, { resolve, reject })
        say({ kind: 'call', call: sequence, name, json })
      }),
      onEnded: (_reason, isBreach) => {
        disposals += 1
        if (isBreach) breaches += 1
        forget()
      },
      onPoisoned: (reason) => { say({ kind: 'poisoned', reason: reason.slice(0, 500) }) },
    })
    resident = made
    if (isUnloaded) made.dispose()
    return made
  }

  const open = (): Promise<Sandbox> => {
    if (isUnloaded) return Promise.reject(new SandboxError('ended'))
    if (!sandbox) {
      const opening = create()
      sandbox = opening
      opening.catch(() => { if (sandbox === opening) sandbox = undefined })
    }
    return sandbox
  }

  const told = (error: unknown): TaskResult => (error instanceof SandboxError ? { outcome: error.outcome, json: error.json } : { outcome: 'ended', json: 'null' })

  const invoke = async (name: string, json: string, deadlineMs: number): Promise<TaskResult> => {
    invocations += 1
    usedAt = performance.now()
    try {
      const guest = resident ?? await open()
      return { outcome: 'answered', json: await guest.invoke(name, json, { timeoutMs: limits.timeoutMs, deadlineMs }) }
    } catch (error) {
      return told(error)
    }
  }

  const invokeInline = async (name: string, json: string, deadlineMs: number): Promise<TaskResult> => {
    const begunAt = performance.now()
    try {
      if (!isSwift || deadlineMs > maximumHereMs || !resident?.isAtRest) return await invoke(name, json, deadlineMs)
      invocations += 1
      usedAt = begunAt
      onHere(true)
      const answer = resident.invokeHere(name, json, { timeoutMs: limits.timeoutMs, deadlineMs })
      onHere(false)
      return { outcome: 'answered', json: await answer }
    } catch (error) {
      return told(error)
    } finally {
      isSwift = performance.now() - begunAt < swiftMs
    }
  }

  return {
    invoke, invokeInline,
    async start() {
      try {
        await open()
        return { outcome: 'answered', json: 'null' }
      } catch (error) {
        return told(error)
      }
    },
    statistics: () => ({
      slot, isResident: resident !== undefined, invocations, disposals, breaches,
      cpuTimeMs: pastCpuMs + (resident?.cpuTimeMs() ?? 0), heapBytes: resident?.heapBytes() ?? 0,
    }),
    idleMs: () => (resident?.isAtRest && waiting.size === 0 ? performance.now() - usedAt : undefined),
    rest() {
      if (!resident?.isAtRest || waiting.size > 0) return
      const { dispose } = resident
      forget()
      dispose()
    },
    unload() {
      isUnloaded = true
      resident?.dispose()
      forget()
      // Those who wait are told first, and an isolate that does not come to rest is still told of.
      setTimeout(() => { port.close() }, farewellMs)
    },
  }
}
