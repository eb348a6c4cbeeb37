import ivm from 'isolated-vm'
import { SandboxCallError, SandboxError, type Engine, type Sandbox, type SandboxOptions } from './engine.ts'
import { boot } from './guest-boot.ts'
import type { Hook } from './hook-table.ts'
import { maximumNameLength } from './protocol.ts'
import { createSentinel, type Post, type Sentinel } from './sentinel.ts'

type Invoke = ivm.Reference<(name: string, json: string) => Promise<string>>
type Settle = ivm.Reference<(id: number, isAnswered: boolean, json: string) => void>
type Learn = ivm.Reference<(hook: number, name: string, json: string) => void>
type Begin = ivm.Reference<(text: string) => string>
type Peek = ivm.Reference<(id: number, isOver: boolean) => string>
type Finish = ivm.Reference<(id: number) => Promise<string>>

/** How often CPU time is looked at. */
const watchMs = 100
/** CPU that a plugin may use beyond its invocations: 5 %, and so much at once. */
const backgroundShare = 0.05
const backgroundSlackMs = 250
/** An isolate that was disposed and still runs after so long is inside a built-in that nothing interrupts. */
const stuckMs = 500
const bootMs = 1000
/** Who computed for so much of its time and was late did not wait for others. */
const busyShare = 0.3
const callFailed = '{"code":"internal","message":"The call failed"}'

/** @param here memory in which it says who has this thread, see `sentinelWords` */
export function createIsolatedVmEngine(here: SharedArrayBuffer): Engine {
  const sentinel = createSentinel(here)
  return { createSandbox: (options) => createIsolate(options, sentinel) }
}

async function createIsolate({ slot, source, limits, calls, call, onEnded, onPoisoned }: SandboxOptions, sentinel: Sentinel): Promise<Sandbox> {
  const isolate = new ivm.Isolate({ memoryLimit: Math.max(8, Math.ceil(limits.heapBytes / 2 ** 20)), onCatastrophicError: (message) => { onPoisoned(`V8 lost an isolate: ${message}`) } })
  // The first native promise of which is known that it settles when the isolate comes to rest.
  const running = new Set<Promise<unknown>>()
  let isDisposed = false
  let spentMs = 0
  let heapBytes = 0
  /** Since its heap was looked at. */
  let hasRun = true

  let post: Post | undefined
  let isPosting = false

  const cpuMs = (): number => readCpuMs(isolate, post?.stoppedAtCpuMs ?? spentMs)

  /** Asynchronous entries, each with a time limit of its own. */
  const track = <Value>(entry: Promise<Value>): Promise<Value> => {
    hasRun = true
    running.add(entry)
    const forget = (): void => { running.delete(entry) }
    entry.then(forget, forget)
    return entry
  }

  const dispose = (): void => {
    if (isDisposed) return
    isDisposed = true
    clearInterval(watch)
    spentMs = cpuMs()
    post?.forget()
    // Settles with an error when the isolate is gone: the sign that nothing runs in it.
    const rest = Promise.allSettled([...running, isolate.getHeapStatistics()])
    const alarm = setTimeout(() => { onPoisoned('a plugin cannot be stopped') }, stuckMs)
    void rest.then(() => { clearTimeout(alarm) })
    try {
      isolate.dispose()
    } catch { /* V8 has disposed of it already */ }
  }

  const end = (reason: string, isBreach = true): void => {
    if (isDisposed) return
    dispose()
    onEnded(reason, isBreach)
  }

  const budget = createCpuBudget(cpuMs)
  const watch = setInterval(() => {
    if (isolate.isDisposed) { end('it used more memory than it may'); return }
    if (!budget.isKept()) { end('it used more CPU time than it may'); return }
    if (!hasRun || running.size > 0) return
    hasRun = false
    try {
      // Nothing runs in it, so nobody is waited for.
      const heap = isolate.getHeapStatisticsSync()
      heapBytes = heap.used_heap_size + heap.externally_allocated_size
    } catch { /* it is gone */ }
  }, watchMs)

  let settle: Settle | undefined
  const answer = (id: number, isAnswered: boolean, json: string): void => {
    if (isDisposed || !settle) return
    track(settle.apply(undefined, [id, isAnswered, json], { timeout: limits.timeoutMs })).catch(() => {
      if (isolate.isDisposed) end('it used more memory than it may')
    })
  }
  // Synchronous for the guest: it waits while this thread takes the call, so that a flood cannot pile up. Never throws:
  // an error would carry this side's stack.
  const send = new ivm.Callback((id: unknown, name: unknown, json: unknown, invocation: unknown): string => {
    if (typeof id !== 'number' || typeof name !== 'string' || typeof json !== 'string' || typeof invocation !== 'string' || name.length === 0 || name.length > maximumNameLength) return 'this is not a call'
    if (isDisposed) return 'the plugin has ended'
    const refusal = calls.enter(json.length)
    if (refusal) return refusal
    call(name, json, invocation).then(
      (value) => { answer(id, true, value) },
      (error: unknown) => { answer(id, false, error instanceof SandboxCallError ? error.json : callFailed) },
    ).finally(() => { calls.leave(json.length) })
    return ''
  }, { sync: true })

  const failure = (error: unknown): SandboxError => {
    if (error instanceof SandboxError) return error
    if (post?.stoppedAtCpuMs !== undefined) return new SandboxError('timed_out')
    if (isDisposed || isolate.isDisposed) return new SandboxError('ended')
    // The engine's own sentence; rejections may be null.
    return isTimeout(error) ? new SandboxError('timed_out') : new SandboxError('threw', describe(error))
  }

  let invoke: Invoke
  let learn: Learn
  let begin: Begin
  let peek: Peek
  let finish: Finish
  const learnt = new Set<number>()
  try {
    const context = await isolate.createContext()
    const doors = await context.evalClosure(`return (${boot.toString()})($0, $1)`, [send, new ivm.ExternalCopy({ maximumCalls: limits.callsUnderWay, maximumBytes: limits.answerBytes }).copyInto()], { timeout: bootMs, filename: 'rookery:boot', result: { reference: true } }) as ivm.Reference<unknown[]>
    invoke = await doors.get(0, { reference: true }) as unknown as Invoke
    settle = await doors.get(1, { reference: true }) as unknown as Settle
    begin = await doors.get(2, { reference: true }) as unknown as Begin
    peek = await doors.get(3, { reference: true }) as unknown as Peek
    finish = await doors.get(4, { reference: true }) as unknown as Finish
    learn = await doors.get(5, { reference: true }) as unknown as Learn
    budget.grant(limits.startMs)
    await within(limits.startMs * 2, track(context.eval(`${source}\n;undefined`, { timeout: limits.startMs, filename: 'plugin.js' })))
    budget.revoke()
  } catch (error) {
    const told = failure(error)
    dispose()
    throw told
  }

  const fail = (error: unknown, begunAt: number, spentBefore: number): SandboxError => {
    const told = failure(error)
    // What it left behind may go on for ever: its promise, its loop, its half-done work.
    if (told.outcome === 'timed_out') end('it did not answer in time', cpuMs() - spentBefore > (performance.now() - begunAt) * busyShare)
    else if (isolate.isDisposed) end('it used more memory than it may')
    return told
  }

  const during = async (timeoutMs: number, enter: (timeoutMs: number) => unknown): Promise<string> => {
    if (isDisposed) throw new SandboxError('ended')
    const begunAt = performance.now()
    const spentBefore = budget.grant(timeoutMs)
    try {
      const text = await enter(timeoutMs)
      if (typeof text !== 'string') throw new SandboxError('threw')
      return readAnswer(text)
    } catch (error) {
      throw fail(error, begunAt, spentBefore)
    } finally {
      budget.revoke()
    }
  }

  /** An entry that ties this thread to the guest: the sentinel sees to it that it ends. */
  const here = <Value>(timeoutMs: number, enter: () => Value): Value => {
    if (!post) throw new Error('nobody looks whether it comes back')
    hasRun = true
    post.enter(timeoutMs)
    try {
      return enter()
    } finally {
      post.leave()
    }
  }
  const prepareHere = (): void => {
    if (isPosting || isDisposed) return
    isPosting = true
    void sentinel.guard(isolate, slot).then((guarded) => {
      if (isDisposed) guarded.forget()
      else post = guarded
    })
  }

  const askHere: Sandbox['askHere'] = ({ hook, second, invocation, secondInvocation, deadlineAt, actor, input }, { begunAt, timeoutMs }) => {
    if (isDisposed) throw new SandboxError('ended')
    const spentBefore = budget.seenMs
    try {
      if (!learnt.has(hook.number)) teach(hook, timeoutMs)
      if (second && !learnt.has(second.number)) teach(second, timeoutMs)
      // None of these has a line break: it is JSON, or of the kernel's making. One text crosses faster than seven.
      const text = `${hook.number}\n${second?.number ?? 0}\n${invocation}\n${secondInvocation}\n${deadlineAt}\n${actor}\n${input}`
      const said = here(timeoutMs, () => begin.applySync(undefined, [text]))
      const ms = performance.now() - begunAt
      budget.pay(ms)
      return said.startsWith('b') ? { first: 'vnull', second: said.slice(1), ms } : { first: said, second: undefined, ms }
    } catch (error) {
      budget.pay(performance.now() - begunAt)
      throw fail(error, begunAt, spentBefore)
    }
  }
  const teach = ({ number, name, constant }: Hook, timeout: number): void => {
    learn.applySync(undefined, [number, name, constant], { timeout })
    learnt.add(number)
  }

  return {
    get isDisposed() { return isDisposed },
    get isAtRest() { return running.size === 0 },
    get isReadyHere() { return post !== undefined },
    cpuTimeMs: () => (isDisposed ? spentMs : cpuMs()),
    heapBytes: () => (isDisposed ? 0 : heapBytes),
    dispose,
    invoke: (name, json, { timeoutMs, deadlineMs }) => during(Math.min(timeoutMs, deadlineMs), (timeout) => {
      const entry = track(invoke.apply(undefined, [name, json], { timeout, result: { promise: true, copy: true } }) as Promise<unknown>)
      return within(deadlineMs, entry)
    }),
    prepareHere, askHere,
    hear(said, { timeoutMs, deadlineMs }) {
      if (!said.startsWith('p')) return readAnswer(said)
      const id = Number(said.slice(1))
      return during(Math.min(timeoutMs, deadlineMs), (timeout) => {
        const begunAt = performance.now()
        // What needs nothing from outside is settled by now.
        const settled = here(timeout, () => peek.applySync(undefined, [id, false]))
        if (settled !== '') return settled
        return within(Math.max(0, deadlineMs - (performance.now() - begunAt)), track(finish.apply(undefined, [id], { timeout, result: { promise: true, copy: true } }) as Promise<unknown>))
      })
    },
    ignore(said) {
      if (!said.startsWith('p') || isDisposed) return
      track(peek.apply(undefined, [Number(said.slice(1)), true], { timeout: limits.timeoutMs })).catch(() => { /* it is gone */ })
    },
  }
}

function readAnswer(text: string): string {
  if (text.startsWith('v')) return text.slice(1)
  if (text === 'n') throw new SandboxError('no_handler')
  if (text === 'l') throw new SandboxError('too_large')
  throw new SandboxError('threw', text.slice(1))
}

function within<Value>(deadlineMs: number, entry: Promise<Value>): Promise<Value> {
  return new Promise<Value>((resolve, reject) => {
    const timer = setTimeout(() => { reject(new SandboxError('timed_out')) }, deadlineMs)
    entry.then(resolve, reject).finally(() => { clearTimeout(timer) })
  })
}

const isTimeout = (error: unknown): boolean => error instanceof Error && error.message === 'Script execution timed out.'

/** Of an error on this side only its first words; a stack here would tell of the host. */
const boundary = '    at (<isolated-vm boundary>)'
/** Without the frames of this side, which stand below. */
const guestStack = ({ stack = '' }: Error): string => (stack.includes(boundary) ? (stack.split(boundary)[0] ?? '').trimEnd().slice(0, 8000) : '')

const describe = (error: unknown): string => JSON.stringify(error instanceof Error
  ? { name: error.name.slice(0, 100), message: error.message.slice(0, 2000), code: '', stack: guestStack(error) }
  : { name: 'Error', message: '', code: '', stack: '' })

function readCpuMs(isolate: ivm.Isolate, otherwise: number): number {
  try {
    return Number(isolate.cpuTime) / 1e6
  } catch {
    return otherwise
  }
}

/** Every invocation brings the CPU time it may use; what is left when the last one ends is taken back. */
function createCpuBudget(spentMs: () => number) {
  let underWay = 0
  let allowedMs = backgroundSlackMs
  let seenMs = 0
  let seenAt = performance.now()
  const settleUp = (): void => {
    const now = performance.now()
    const spent = spentMs()
    allowedMs += (now - seenAt) * backgroundShare - (spent - seenMs)
    if (underWay === 0) allowedMs = Math.min(allowedMs, backgroundSlackMs)
    seenAt = now
    seenMs = spent
  }
  return {
    get seenMs() { return seenMs },
    /** For what was entered, and left, while this thread could do nothing else: it has used no more than the time that has passed. */
    pay(passedMs: number) { allowedMs += passedMs },
    /** Answers what was spent so far. */
    grant(cpuMs: number): number {
      settleUp()
      underWay += 1
      allowedMs += cpuMs
      return seenMs
    },
    revoke() { underWay -= 1; settleUp() },
    isKept() { settleUp(); return allowedMs >= 0 },
  }
}
