import { changesPosts, limitsOf, RookeryError, type ErrorCode, type ErrorDetails, type PluginManifest } from '../protocol/index.ts'
import Value from 'typebox/value'
import { knownOperations } from '../known-operations.ts'

/** What a test says in the server's place. */
export type Answers = Readonly<Record<string, (input: never) => unknown>>

/** A call that the plugin made. */
export interface RecordedCall {
  readonly name: string
  readonly input: unknown
  readonly asActor: boolean
  /** What it was refused with. */
  readonly refusedWith?: string
}

export interface Fault {
  readonly code: ErrorCode
  readonly details?: ErrorDetails
  /** So often; left out, always. */
  readonly times?: number
}

interface Call { readonly name: string, readonly input: unknown, readonly asActor?: boolean, readonly mandate?: string }
type Outcome = { readonly value: unknown } | { readonly error: { readonly code: string, readonly message: string, readonly details: ErrorDetails, readonly retryAfterMs?: number } }

export interface TestServer {
  readonly calls: RecordedCall[]
  answerCalls(calls: readonly Call[]): Promise<Outcome[]>
  answer(name: string, handle: (input: never) => unknown): void
  fail(name: string, fault: Fault): void
  /** What is asked takes so long by the test's clock. */
  slow(name: string, ms: number): void
}

interface TestServerDependencies {
  readonly manifest: PluginManifest
  readonly isGranted: (capability: string) => boolean
  readonly answers: Answers
  readonly now: () => number
  readonly pass: (ms: number) => void
}

/** Of what is no operation. */
const capabilityOf: Readonly<Record<string, string>> = {
  'kv': 'kv', 'db': 'db', 'http': 'http', 'secrets': 'secrets', 'ownFiles': 'files', 'jobs': 'jobs', 'realtime': 'realtime', 'mandates': 'act-as-user', 'files.read': 'files:read', 'files.create': 'files:write',
}
const free = new Set(['log.write', 'settings.get', 'random.id', 'random.token'])
const methods = /^(kv|db|http|secrets|ownFiles|jobs|realtime|mandates)\./

/** Judges what a plugin asks for as a server does: capabilities, the form of the input, and how much in a second. */
export function createTestServer({ manifest, isGranted, answers, now, pass }: TestServerDependencies): TestServer {
  const calls: RecordedCall[] = []
  const told = new Map<string, (input: never) => unknown>(Object.entries(answers))
  const faults = new Map<string, { readonly fault: Fault, left: number }>()
  const delays = new Map<string, number>()
  const operations = knownOperations()
  const { callsPerSecond, postsPerSecond } = limitsOf(manifest)
  const rates = { calls: callsPerSecond, posts: postsPerSecond }
  const buckets = { calls: { tokens: rates.calls, at: now() }, posts: { tokens: rates.posts, at: now() } }

  const take = (quota: keyof typeof rates): void => {
    const bucket = buckets[quota]
    bucket.tokens = Math.min(rates[quota], bucket.tokens + (now() - bucket.at) * rates[quota] / 1000)
    bucket.at = now()
    if (bucket.tokens < 1) throw new RookeryError('plugin_over_quota', { quota: `${rates[quota]} ${quota} a second`, retryAfterSeconds: 1 })
    bucket.tokens -= 1
  }

  const assertGranted = (capability: string): void => { if (!isGranted(capability)) throw new RookeryError('capability_denied', { capability }) }

  const judge = ({ name, input, asActor, mandate }: Call): void => {
    take('calls')
    if (asActor || mandate !== undefined) assertGranted('act-as-user')
    if (free.has(name)) return
    const capability = capabilityOf[name] ?? (methods.test(name) ? capabilityOf[name.split('.')[0] as string] : undefined)
    if (capability !== undefined) { assertGranted(capability); return }
    const operation = operations.get(name)
    if (!operation || operation.capability === null || operation.kind !== 'value') throw new RookeryError('unknown_operation')
    assertGranted(operation.capability)
    if (changesPosts(operation)) take('posts')
    const [wrong] = Value.Errors(operation.input, input)
    if (wrong) throw new RookeryError('invalid_input', { field: wrong.instancePath.slice(1) || 'input', reason: wrong.message })
  }

  const carryOut = async (call: Call): Promise<unknown> => {
    judge(call)
    pass(delays.get(call.name) ?? 0)
    const broken = faults.get(call.name)
    if (broken && broken.left > 0) {
      broken.left -= 1
      throw new RookeryError(broken.fault.code, broken.fault.details)
    }
    const handle = told.get(call.name)
    if (!handle) throw new Error(`The plugin asks for ${call.name}, and the test does not say what the server answers: plugin.answer('${call.name}', (input) => …)`)
    return await handle(call.input as never) ?? null
  }

  const attempt = async (call: Call): Promise<Outcome> => {
    const { name, input, asActor = false } = call
    try {
      const value = await carryOut(call)
      calls.push({ name, input, asActor })
      return { value }
    } catch (error) {
      const { code, message, details } = error instanceof RookeryError ? error : { code: 'internal', message: (error as Error).message, details: {} as ErrorDetails }
      const { retryAfterSeconds } = details
      calls.push({ name, input, asActor, refusedWith: code })
      return { error: { code, message, details, ...(typeof retryAfterSeconds === 'number' && { retryAfterMs: retryAfterSeconds * 1000 }) } }
    }
  }

  return {
    calls,
    async answerCalls(batch) {
      const outcomes: Outcome[] = []
      for (const call of batch) outcomes.push(await attempt(call))
      return outcomes
    },
    answer(name, handle) { told.set(name, handle) },
    fail(name, fault) { faults.set(name, { fault, left: fault.times ?? Infinity }) },
    slow(name, ms) { delays.set(name, ms) },
  }
}
