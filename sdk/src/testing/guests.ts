import { createContext, runInContext } from 'node:vm'

/** The plugin's code, running somewhere. Only JSON goes in and out. */
export interface Guest {
  /** Rejects with what the handler threw, or with an error whose code is `no_handler` or `plugin_timed_out`. */
  invoke(name: string, envelope: object, options: { readonly deadlineMs: number }): Promise<unknown>
  close(): void
}

export interface GuestOptions {
  readonly source: string
  readonly heapMegabytes: number
  readonly now: () => number
  /** Answers what the plugin asks for. */
  answer(name: string, input: unknown): Promise<unknown>
}

/** What an invocation failed with. */
export class GuestFailure extends Error {
  override readonly name: string = 'GuestFailure'
  readonly code: string

  constructor(message: string, { code = '', stack = '' }: { code?: string, stack?: string } = {}) {
    super(message)
    this.code = code
    if (stack !== '') this.stack = stack
  }
}

/** What isolates have not either. */
const missing = ['WebAssembly', 'SharedArrayBuffer', 'Atomics', 'Intl', 'Temporal', 'WeakRef', 'FinalizationRegistry', 'console', 'ShadowRealm']

/** Before the plugin's own code: its time is the test's. */
const prelude = `{
  const now = rookeryNow; delete globalThis.rookeryNow
  globalThis.Date = new Proxy(Date, {
    construct: (Real, words, target) => Reflect.construct(Real, words.length === 0 ? [now()] : words, target),
    apply: (Real) => new Real(now()).toString(),
    get: (Real, name) => (name === 'now' ? now : Reflect.get(Real, name)),
  })
  for (const name of ${JSON.stringify(missing)}) delete globalThis[name]
}`

const pass = (value: unknown): unknown => JSON.parse(JSON.stringify(value) ?? 'null')

/** In this process, in a context of its own: swift, and a debugger sees everything. */
export function createGuestHere({ source, now, answer }: GuestOptions): Guest {
  const handlers = new Map<string, (input: unknown) => unknown>()
  const rookery = {
    on: (name: string, handler: (input: unknown) => unknown) => { handlers.set(name, handler) },
    call: async (name: string, input: unknown) => pass(await answer(name, pass(input))),
  }
  const context = createContext({ rookery, rookeryNow: now })
  runInContext(prelude, context, { filename: 'rookery:boot' })
  runInContext(source, context, { filename: 'plugin.js', timeout: 1000 })
  return {
    async invoke(name, envelope, { deadlineMs }) {
      const handler = handlers.get(name)
      if (!handler) throw new GuestFailure(`The plugin has no handler for ${name}`, { code: 'no_handler' })
      let timer: NodeJS.Timeout | undefined
      // Real time, for what never answers; how long something took is told by the test's own clock.
      const late = new Promise<never>((_resolve, reject) => { timer = setTimeout(() => { reject(new GuestFailure(`${name} never answered`, { code: 'plugin_timed_out' })) }, Math.max(deadlineMs, 5000)) })
      try {
        return pass(await Promise.race([handler(pass(envelope)), late]))
      } finally {
        clearTimeout(timer)
      }
    },
    close() { handlers.clear() },
  }
}

interface IsolateError { readonly code?: string, readonly message: string, readonly cause?: { readonly message: string, readonly code: string, readonly outcome: string, readonly guestStack: string } }

/** In the real thing: a confined process, an isolate with its limits, as on a server. The plugin's own `Date` is the machine's there. */
export async function createGuestInIsolate({ source, heapMegabytes, answer }: GuestOptions): Promise<Guest> {
  const { createPluginHosts, createSilentLog, systemClock } = await loadKernel()
  const hosts = createPluginHosts({ log: createSilentLog(), clock: systemClock, settings: { threads: 1 } })
  await hosts.load('tested', { source, isTrusted: false, limits: { heapBytes: heapMegabytes * 2 ** 20 }, call: async (name, input) => JSON.stringify(await answer(name, input)) ?? 'null' })
  return {
    async invoke(name, envelope, { deadlineMs }) {
      try {
        return await hosts.invoke('tested', name, envelope, { deadlineMs })
      } catch (error) {
        const { code = '', message, cause } = error as IsolateError
        if (!cause?.outcome) throw new GuestFailure(message, { code })
        throw new GuestFailure(cause.message, { code: cause.outcome === 'threw' ? cause.code : cause.outcome, stack: cause.guestStack })
      }
    },
    close() { hosts.stop() },
  }
}

async function loadKernel() {
  try {
    return await import('@rookery/kernel')
  } catch (error) {
    throw new Error('The real isolate comes with @rookery/kernel: install it beside @rookery/sdk.', { cause: error })
  }
}
