interface BootLimits {
  readonly maximumCalls: number
  readonly maximumBytes: number
}

/** Hands a call to the host; answers a refusal in words, or nothing. */
type Send = (id: number, name: string, json: string, invocation: string) => string
type Invoke = (name: string, json: string) => Promise<string>
type Settle = (id: number, isAnswered: boolean, json: string) => void
/** What stays the same of what a hook is told, kept under its number. */
type Learn = (hook: number, name: string, json: string) => void
/**
 * Runs a hook until it gives way. Answers as Invoke does, or p and a number under which the answer is found later. Where
 * it leaves everything as it is a second hook is run, whose answer then comes behind a b. What it is told stands in lines:
 * the numbers of both hooks, 0 where there is no second; their invocations; the deadline; actor and input.
 */
type Begin = (text: string) => string
/** Takes the answer of what gave way, where it is there; else it answers ''. With `isOver` nobody will come for it again. */
type Peek = (id: number, isOver: boolean) => string
type Finish = (id: number) => Promise<string>

/**
 * The first code in every isolate, evaluated there as text: it names nothing outside itself but built-ins. It takes away
 * what the limits cannot hold, captures every built-in that it needs later, and answers the functions through which the
 * host speaks with it. Whatever the plugin does to the built-ins afterwards it does to itself.
 */
export function boot(send: Send, limits: BootLimits): readonly [Invoke, Settle, Begin, Peek, Finish, Learn] {
  'use strict'
  const { parse, stringify } = JSON
  const { apply, construct } = Reflect
  const { defineProperty, freeze, setPrototypeOf, values } = Object
  const { maximumCalls, maximumBytes } = limits
  const P = Promise
  const E = Error
  const S = String
  const slice = (text: string, length: number): string => apply(stringSlice, text, [0, length]) as string
  const { slice: stringSlice, split: stringSplit } = S.prototype
  const fix = (object: object, name: string, value: unknown): void => { defineProperty(object, name, { __proto__: null, value, writable: false, enumerable: false, configurable: false } as PropertyDescriptor) }

  // Memory outside the isolate's heap, clocks of high resolution, and code after the end.
  for (const name of ['WebAssembly', 'SharedArrayBuffer', 'Atomics', 'Intl', 'Temporal', 'WeakRef', 'FinalizationRegistry', 'console', 'ShadowRealm']) delete (globalThis as Record<string, unknown>)[name]

  // A resizable buffer grows past the memory limit: the second parameter is never heard.
  const PlainArrayBuffer = ArrayBuffer
  const Wrapped: ArrayBufferConstructor = new Proxy(PlainArrayBuffer, {
    __proto__: null,
    construct: (target: ArrayBufferConstructor, words: unknown[], newTarget: Function) => construct(target, [words[0]], newTarget === Wrapped ? target : newTarget) as object,
  } as ProxyHandler<ArrayBufferConstructor>)
  delete (PlainArrayBuffer.prototype as { resize?: unknown }).resize
  fix(PlainArrayBuffer.prototype, 'constructor', Wrapped)
  fix(globalThis, 'ArrayBuffer', Wrapped)

  // Without a locale these need no Intl objects, which live outside the heap too.
  for (const { prototype } of [Number, BigInt, Date, Array]) {
    const { toString } = prototype
    fix(prototype, 'toLocaleString', function toLocaleString(this: unknown) { return apply(toString, this, []) })
  }
  fix(Date.prototype, 'toLocaleDateString', Date.prototype.toDateString)
  fix(Date.prototype, 'toLocaleTimeString', Date.prototype.toTimeString)
  fix(S.prototype, 'toLocaleUpperCase', S.prototype.toUpperCase)
  fix(S.prototype, 'toLocaleLowerCase', S.prototype.toLowerCase)
  fix(S.prototype, 'localeCompare', function localeCompare(this: unknown, that: unknown) {
    const other = S(that)
    const own = S(this)
    return own < other ? -1 : own > other ? 1 : 0
  })

  fix(E, 'prepareStackTrace', undefined)
  fix(E, 'stackTraceLimit', 10)

  // Of this closure only: its methods are taken from prototypes that the plugin may change later.
  const waiting = { __proto__: null } as unknown as Record<number, { resolve(value: unknown): void, reject(error: unknown): void }>
  let outstanding = 0
  let sequence = 0
  const refuse = (reason: string): never => { throw new E(reason) }

  const call = (name: unknown, input: unknown, invocation: unknown = ''): Promise<unknown> => new P((resolve, reject) => {
    const word = S(name)
    const cause = slice(S(invocation), 100)
    const json = stringify(input) ?? 'null'
    if (outstanding >= maximumCalls) refuse('too many calls under way')
    if (json.length > maximumBytes) refuse('the input of a call is too large')
    const id = sequence += 1
    const refusal = send(id, word, json, cause)
    if (refusal) refuse(refusal)
    outstanding += 1
    waiting[id] = { __proto__: null, resolve, reject } as never
  })

  const handlers = { __proto__: null } as unknown as Record<string, (input: unknown) => unknown>
  const on = (name: unknown, handler: unknown): void => {
    if (typeof handler !== 'function') refuse('a handler is a function')
    handlers[S(name)] = handler as (input: unknown) => unknown
  }

  // Reading a thrown value may run the plugin's getters: each read is guarded, and what it gives is cut.
  const read = (error: unknown, name: string, length: number): string => {
    try {
      const value = (error as Record<string, unknown>)[name]
      return value === undefined ? '' : slice(S(value), length)
    } catch {
      return ''
    }
  }
  const describe = (error: unknown): string => stringify({
    __proto__: null, name: read(error, 'name', 100), message: read(error, 'message', 2000), code: read(error, 'code', 100), stack: read(error, 'stack', 8000),
  })

  // The first character tells the host what follows: v a value, e an error, n no such handler, l too large.
  const tell = (value: unknown): string => {
    const answer = stringify(value) ?? 'null'
    return answer.length > maximumBytes ? 'l' : `v${answer}`
  }
  const tellLater = async (promise: unknown): Promise<string> => {
    try {
      return tell(await promise)
    } catch (error) {
      return `e${describe(error)}`
    }
  }
  const invoke: Invoke = async (name, json) => {
    try {
      const handler = handlers[name]
      return handler === undefined ? 'n' : tell(await handler(parse(json)))
    } catch (error) {
      return `e${describe(error)}`
    }
  }

  const freezeAll = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value
    const parts = values(value)
    for (let index = 0; index < parts.length; index += 1) freezeAll(parts[index])
    return freeze(value)
  }
  type Told = new (invocation: string, deadlineAt: number, actor: string, input: unknown) => object
  const hooks = { __proto__: null } as unknown as Record<number, { readonly name: string, readonly Told: Told }>
  const numbers = { __proto__: null } as unknown as Record<string, number>
  const learn: Learn = (hook, name, json) => {
    class Told {
      readonly invocation: string
      readonly deadlineAt: number
      readonly input: unknown
      readonly #actor: string
      constructor(invocation: string, deadlineAt: number, actor: string, input: unknown) {
        this.invocation = invocation
        this.deadlineAt = deadlineAt
        this.#actor = actor
        this.input = input
      }

      get actor(): unknown { return parse(this.#actor) }
    }
    setPrototypeOf(Told.prototype, freezeAll(parse(json)) as object)
    const before = numbers[name]
    if (before !== undefined) delete hooks[before]
    numbers[name] = hook
    hooks[hook] = { __proto__: null, name, Told } as never
  }

  const begun = { __proto__: null } as unknown as Record<number, { promise: Promise<string>, text: string }>
  const run = (hook: number, invocation: string, deadlineAt: number, actor: string, json: string): string => {
    const { name, Told } = hooks[hook] as { name: string, Told: Told }
    const handler = handlers[name]
    if (handler === undefined) return 'n'
    const value = handler(new Told(invocation, deadlineAt, actor, parse(json)))
    if (value === null) return 'vnull'
    if (typeof value !== 'object' || typeof (value as { then?: unknown }).then !== 'function') return tell(value)
    const work = { __proto__: null as never, promise: tellLater(value), text: '' }
    void (async () => { work.text = await work.promise })()
    const id = sequence += 1
    begun[id] = work
    return `p${id}`
  }
  const begin: Begin = (text) => {
    const lines = apply(stringSplit, text, ['\n']) as [string, string, string, string, string, string, string]
    const deadlineAt = +lines[4]
    try {
      const answer = run(+lines[0], lines[2], deadlineAt, lines[5], lines[6])
      if (lines[1] === '0' || answer !== 'vnull') return answer
    } catch (error) {
      return `e${describe(error)}`
    }
    try {
      return `b${run(+lines[1], lines[3], deadlineAt, lines[5], lines[6])}`
    } catch (error) {
      return `be${describe(error)}`
    }
  }
  const peek: Peek = (id, isOver) => {
    const { text } = begun[id] as { text: string }
    if (text !== '' || isOver) delete begun[id]
    return text
  }
  const finish: Finish = async (id) => {
    const { promise } = begun[id] as { promise: Promise<string> }
    delete begun[id]
    return await promise
  }

  const settle: Settle = (id, isAnswered, json) => {
    const call = waiting[id]
    if (call === undefined) return
    delete waiting[id]
    outstanding -= 1
    if (isAnswered) {
      apply(call.resolve, undefined, [parse(json)])
      return
    }
    const { code, message } = parse(json) as { code: unknown, message: string }
    const error = new E(message)
    fix(error, 'code', code)
    apply(call.reject, undefined, [error])
  }

  fix(globalThis, 'rookery', freeze({ __proto__: null, call: freeze(call), on: freeze(on) }))
  return [invoke, settle, begin, peek, finish, learn]
}
