import type { MessagePort } from 'node:worker_threads'
import { createCallGate, type CallGate } from './call-gate.ts'
import { SandboxCallError, SandboxError, type Engine, type Sandbox } from './engine.ts'
import type { Hook } from './hook-table.ts'
import { hostRefusals, type GuestLimits, type GuestStatistics, type HostRefusal } from './protocol.ts'
import type { GuestMessage, TaskResult, ToGuest } from './worker-protocol.ts'

/** Longer than an engine needs to find out that it cannot stop an isolate. */
const farewellMs = 2000

/** A plugin on a worker. Its sandbox may be thrown away at any moment; the next invocation makes another. */
export interface Guest {
  start(): Promise<TaskResult>
  invoke(name: string, json: string, deadlineMs: number): Promise<TaskResult>
  /** For hooks: on this thread while the plugin is known to be swift, which costs a tenth. */
  ask(question: HookQuestion, limits: AskLimits): Reply | Promise<Reply>
  statistics(): GuestStatistics
  /** For how long nobody has used its isolate; undefined where it has none, or it is in use. */
  idleMs(): number | undefined
  /** Gives the isolate back while nobody uses it. */
  rest(): void
  unload(): void
}

export interface HookQuestion {
  readonly hook: Hook
  readonly invocation: string
  /** By the kernel's clock. */
  readonly now: number
  /** Both JSON. */
  readonly actor: string
  readonly input: string
  /** A hook that may be asked in the same breath where the first answers null at once. */
  readonly early?: { readonly hook: Hook, readonly invocation: string } | undefined
}

export interface AskLimits {
  /** When the asking began, by `performance.now()`. */
  readonly begunAt: number
  readonly deadlineMs: number
}

export interface Reply extends TaskResult {
  /** Left out where it was not asked. */
  readonly early?: EarlyReply
}

/** What a hook said before it was its turn. What it asks the kernel for waits until one of these is called. */
export interface EarlyReply {
  take(deadlineMs: number): TaskResult | Promise<TaskResult>
  /** It shall not have been asked. After `take` this says nothing any more. */
  refuse(): void
}

interface Gate {
  isWanted: boolean | undefined
  whenTold: Promise<boolean> | undefined
  tell: ((isWanted: boolean) => void) | undefined
}

export interface GuestOptions {
  readonly engine: Engine
  readonly slot: number
  readonly source: string
  readonly limits: GuestLimits
  readonly port: MessagePort
}

/** Who was slower the last time does not get the thread to itself the next. */
const swiftMs = 5
/** A word to those who ask on after nobody wants their answer any more. */
const notAsked = JSON.stringify({ code: 'invocation_over', message: 'This invocation is over' })
/** Nor who may take longer than this. */
const maximumHereMs = 250

export function createGuest({ engine, slot, source, limits, port }: GuestOptions): Guest {
  const refused = new Map<string, number>()
  const note = (refusal: string): void => { refused.set(refusal, (refused.get(refusal) ?? 0) + 1) }
  const gate = createCallGate(limits)
  const calls: CallGate = {
    enter(length): HostRefusal | '' {
      const refusal = gate.enter(length)
      if (refusal) note(refusal)
      return refusal
    },
    leave(length) { gate.leave(length) },
  }
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
      const { call, name, json, deadlineMs, maximumLength } = message
      void invoke(name, json, deadlineMs).then(({ outcome, json: said }) => {
        say(said.length > maximumLength ? { kind: 'answer', call, outcome: 'too_large', json: 'null' } : { kind: 'answer', call, outcome, json: said })
      })
      return
    }
    const asker = waiting.get(message.call)
    waiting.delete(message.call)
    if (message.isAnswered) asker?.resolve(message.json)
    else asker?.reject(new SandboxCallError(message.json))
  })

  /** Invocations of which is not known yet whether they shall have been; a promise only where something waits for that. */
  const held = new Map<string, Gate>()
  const settle = (invocation: string, isWanted: boolean): void => {
    const gate = held.get(invocation)
    if (!gate) return
    gate.isWanted = isWanted
    gate.tell?.(isWanted)
    if (isWanted) held.delete(invocation)
    // It may go on to ask, until the kernel has heard that it is over.
    else setTimeout(() => { held.delete(invocation) }, farewellMs)
  }
  const isWanted = (gate: Gate): boolean | Promise<boolean> => {
    if (gate.isWanted !== undefined) return gate.isWanted
    if (!gate.whenTold) {
      const { promise, resolve } = Promise.withResolvers<boolean>()
      gate.whenTold = promise
      gate.tell = resolve
    }
    return gate.whenTold
  }

  const forget = (): void => {
    pastCpuMs += resident?.cpuTimeMs() ?? 0
    resident = undefined
    sandbox = undefined
  }

  const create = async (): Promise<Sandbox> => {
    const made = await engine.createSandbox({
      slot, source, limits, calls,
      async call(name, json, invocation) {
        const gate = held.get(invocation)
        if (gate && !(await isWanted(gate))) throw new SandboxCallError(notAsked)
        return new Promise((resolve, reject) => {
          sequence += 1
          waiting.set(sequence, { resolve, reject })
          say({ kind: 'call', call: sequence, name, json })
        })
      },
      onEnded: (reason, isBreach) => {
        disposals += 1
        note(reason)
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

  const answered = (json: string): TaskResult => ({ outcome: 'answered', json })
  const hear = (sandbox: Sandbox, said: string, deadlineMs: number): TaskResult | Promise<TaskResult> => {
    try {
      const json = sandbox.hear(said, { timeoutMs: limits.timeoutMs, deadlineMs })
      return typeof json === 'string' ? answered(json) : json.then(answered, told)
    } catch (error) {
      return told(error)
    }
  }
  const timed = <Value>(begunAt: number, value: Promise<Value>): Promise<Value> => {
    // Until it has answered.
    isSwift = false
    return value.finally(() => { isSwift = performance.now() - begunAt < swiftMs })
  }

  const earlyReply = (sandbox: Sandbox, said: string, invocation: string): EarlyReply => {
    let isOpen = true
    return {
      take(deadlineMs) {
        isOpen = false
        settle(invocation, true)
        const begunAt = performance.now()
        const answer = hear(sandbox, said, deadlineMs)
        return answer instanceof Promise ? timed(begunAt, answer) : answer
      },
      refuse() {
        if (!isOpen) return
        isOpen = false
        settle(invocation, false)
        sandbox.ignore(said)
      },
    }
  }

  const ask = ({ hook, invocation, now, actor, input, early }: HookQuestion, { begunAt, deadlineMs }: AskLimits): Reply | Promise<Reply> => {
    const deadlineAt = now + hook.deadlineMs
    if (!isSwift || deadlineMs > maximumHereMs || !resident?.isAtRest || !resident.isReadyHere) {
      resident?.prepareHere()
      const about = `"invocation":${JSON.stringify(invocation)},"deadlineAt":${deadlineAt},"actor":${actor},"input":${input}`
      return timed(begunAt, invoke(hook.name, hook.constant === '{}' ? `{${about}}` : `${hook.constant.slice(0, -1)},${about}}`, deadlineMs))
    }
    const sandbox = resident
    invocations += 1
    usedAt = begunAt
    if (early) held.set(early.invocation, { isWanted: undefined, whenTold: undefined, tell: undefined })
    try {
      const { first, second, ms } = sandbox.askHere({ hook, second: early?.hook, invocation, secondInvocation: early?.invocation ?? '', deadlineAt, actor, input }, { begunAt, timeoutMs: Math.min(limits.timeoutMs, deadlineMs) })
      isSwift = ms < swiftMs
      if (early && second !== undefined) {
        invocations += 1
        return { outcome: 'answered', json: 'null', early: earlyReply(sandbox, second, early.invocation) }
      }
      if (early) held.delete(early.invocation)
      const answer = hear(sandbox, first, deadlineMs)
      return answer instanceof Promise ? timed(begunAt, answer) : answer
    } catch (error) {
      isSwift = false
      if (early) settle(early.invocation, false)
      return told(error)
    }
  }

  return {
    invoke, ask,
    async start() {
      try {
        await open()
        return { outcome: 'answered', json: 'null' }
      } catch (error) {
        return told(error)
      }
    },
    statistics: () => ({
      slot, isResident: resident !== undefined, invocations, disposals, breaches, refusals: hostRefusals.map((refusal) => refused.get(refusal) ?? 0),
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
