import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { bundleWithMap, createPositions } from '../bundle/index.ts'
import type { BlockAnswer, BlockPress, CommandAnswer, RouteAnswer } from '../plugin/index.ts'
import { limitsOf, type BlockPanelAnswer, type CommandChoice, type PluginManifest } from '../protocol/index.ts'
import { createGuestHere, createGuestInIsolate, GuestFailure } from './guests.ts'
import { createTestClock, type TestClock } from './test-clock.ts'
import { createTestServer, type Fault, type RecordedCall } from './test-server.ts'
import { createTestValues } from './test-values.ts'

/** Who makes the plugin run, and within what time. */
export interface Asking {
  readonly userId?: string
  readonly locale?: string
  readonly connectionId?: string
  /** By the test's clock; left out, what the plugin says or the server takes. */
  readonly deadlineMs?: number
}

interface CommandAsking extends Asking { readonly channelId?: string, readonly teamId?: string, readonly rootId?: string, readonly triggerId?: string }
interface RouteAsking extends Asking { readonly query?: Readonly<Record<string, string>>, readonly headers?: Readonly<Record<string, string>>, readonly body?: string | object }

/** A plugin that runs without a server: the test says what a server would. */
export interface TestPlugin {
  readonly manifest: PluginManifest
  readonly clock: TestClock
  /** What it asked for, in order, without its log. */
  readonly calls: readonly RecordedCall[]
  readonly logs: readonly { readonly level: string, readonly message: string }[]
  /** What it told clients. */
  readonly events: readonly { readonly event: string, readonly payload: unknown, readonly audience: unknown }[]
  /** Inputs of the calls of one name that were not refused. */
  callsOf(name: string): readonly unknown[]
  command(trigger: string, text?: string, asking?: CommandAsking): Promise<CommandAnswer>
  complete(trigger: string, text: string, asking?: CommandAsking): Promise<readonly CommandChoice[]>
  route(method: string, path: string, asking?: RouteAsking): Promise<RouteAnswer>
  transform(operation: string, input: object, asking?: Asking): Promise<object | null>
  guard(operation: string, input: object, asking?: Asking): Promise<{ readonly isAllowed: boolean, readonly reason?: string }>
  /** Delivers what happened; answers the keys that are to come again. */
  observe(name: string, payloads: readonly object[], asking?: Asking): Promise<readonly string[]>
  action(name: string, data?: object, asking?: Asking): Promise<unknown>
  /** Presses something of its blocks, or sends a form of blocks. */
  press(action: string, press?: Partial<BlockPress>, asking?: Asking): Promise<BlockAnswer | null>
  /** What one of its panels shows. */
  panel(name: string, place?: { readonly channelId?: string, readonly teamId?: string }, asking?: Asking): Promise<BlockPanelAnswer>
  job(name: string, job?: { readonly key?: string, readonly input?: unknown, readonly attempt?: number }, asking?: Asking): Promise<void>
  provide(operation: string, input: object, asking?: Asking): Promise<unknown>
  /** Of `upgraded` the version before, of `exportUser` and `eraseUser` the person. */
  lifecycle(moment: 'enabled' | 'disabled' | 'upgraded' | 'uninstalled' | 'health' | 'exportUser' | 'eraseUser', about?: string): Promise<unknown>
  /** What the server answers to a call. */
  answer(name: string, handle: (input: never) => unknown): void
  /** Has a call refused. */
  fail(name: string, fault: Fault): void
  slow(name: string, ms: number): void
  grant(...capabilities: string[]): void
  revoke(...capabilities: string[]): void
  close(): void
}

export interface TestPluginOptions {
  /** Where `plugin.json` lies. */
  readonly folder: string
  /** Left out: all that it asks for. */
  readonly granted?: readonly string[]
  readonly settings?: Readonly<Record<string, unknown>>
  readonly startAt?: number
  /** In the real isolate; left out, as `rookery test` was asked for. */
  readonly isolate?: boolean
}

const asksForIsolate = (): boolean => process.env['ROOKERY_TEST_ISOLATE'] === 'true'

/** What the server gives each kind of handler. */
const standardMs: Readonly<Record<string, number>> = { transform: 50, guard: 50, observe: 30_000, route: 10_000, action: 10_000, block: 10_000, panel: 10_000, command: 30_000, completion: 3000, job: 300_000, provide: 5000, lifecycle: 5000 }

interface Parked { readonly name: string, readonly key: string, readonly dueAt: number, readonly input: unknown }

export async function createTestPlugin({ folder, granted, settings = {}, startAt = Date.UTC(2030, 0, 1), isolate = asksForIsolate() }: TestPluginOptions): Promise<TestPlugin> {
  const place = path.resolve(folder)
  const { manifest, source, map } = await bundleWithMap(place)
  const positions = createPositions(map, place)
  const given = new Set(granted ?? Object.keys(manifest.capabilities))
  const logs: { level: string, message: string }[] = []
  const events: { event: string, payload: unknown, audience: unknown }[] = []
  const parked = new Map<string, Parked>()
  let invocations = 0

  const runDue = async (): Promise<void> => {
    for (const [id, { name, key, input }] of [...parked].filter(([, { dueAt }]) => dueAt <= clock.now()).sort(([, one], [, other]) => one.dueAt - other.dueAt)) {
      parked.delete(id)
      await invoke('job', name, { key, input, attempt: 1 })
    }
  }
  const clock = createTestClock(startAt, runDue)
  const { pass, ...own } = clock
  const server = createTestServer({
    manifest, now: clock.now, pass, isGranted: (capability) => given.has(capability),
    answers: {
      ...createTestValues(clock.now),
      'log.write': ({ level, message }: { level: string, message: string }) => { logs.push({ level, message }) },
      'settings.get': () => settings,
      'random.id': () => [...randomBytes(26)].map((byte) => 'abcdefghijklmnopqrstuv0123456789'[byte % 32]).join(''),
      'random.token': () => randomBytes(32).toString('base64url'),
      'realtime.publish': (told: { event: string, payload: unknown, audience: unknown }) => { events.push(told) },
      'jobs.put': ({ name, key, dueAt = clock.now(), input = null }: Partial<Parked> & { name: string, key: string }) => { parked.set(`${name} ${key}`, { name, key, dueAt, input }) },
      'jobs.remove': ({ name, key }: { name: string, key: string }) => { parked.delete(`${name} ${key}`) },
    },
  })
  const guest = await (isolate ? createGuestInIsolate : createGuestHere)({
    source, heapMegabytes: limitsOf(manifest).heapMegabytes, now: clock.now,
    answer: (_name, input) => server.answerCalls((input as { calls: [] }).calls),
  })

  const said = (kind: string, name: string): { readonly deadlineMs?: number, readonly needs?: readonly string[] } => {
    const { contributes } = manifest
    if (kind === 'transform' || kind === 'guard') return contributes[`${kind}s`].find(({ operation }) => operation === name) ?? {}
    if (kind === 'observe') return contributes.observers.find((observer) => observer.name === name) ?? {}
    return kind === 'job' ? contributes.jobs.find((job) => job.name === name) ?? {} : {}
  }

  /** Nothing that was not asked for is handed over. */
  const pick = (value: object, needs: readonly string[] | undefined): object => {
    if (!needs) return value
    const picked: Record<string, unknown> = {}
    for (const need of needs) {
      const [top = '', inner] = need.split('.')
      const part = (value as Record<string, unknown>)[top]
      if (inner === undefined || part === null || typeof part !== 'object') picked[top] = part
      else picked[top] = { ...picked[top] as object, [inner]: (part as Record<string, unknown>)[inner] }
    }
    return picked
  }

  const invoke = async (kind: string, name: string, input: unknown, { userId = '', locale = 'en', connectionId = '', deadlineMs }: Asking = {}): Promise<unknown> => {
    const limitMs = deadlineMs ?? said(kind, name).deadlineMs ?? standardMs[kind] ?? 5000
    const begunAt = clock.now()
    invocations += 1
    const handler = `${kind} ${name}`
    try {
      const value = await guest.invoke(handler, {
        invocation: String(invocations), input, actor: { userId, locale, connectionId }, botUserId: 'botbotbotbotbotbotbotbotbo', deadlineAt: begunAt + limitMs, granted: [...given], settings, siteUrl: 'http://localhost:8065',
      }, { deadlineMs: limitMs })
      if (clock.now() - begunAt > limitMs) throw new GuestFailure(`${handler} took ${clock.now() - begunAt} ms; it has ${limitMs}`, { code: 'plugin_timed_out' })
      return value
    } catch (error) {
      if (typeof error === 'object' && error !== null && 'stack' in error) error.stack = positions(String(error.stack))
      throw error
    }
  }

  const nowhere = { channelId: '', teamId: '', rootId: '', triggerId: '' }
  return {
    manifest, logs, events, clock: own,
    get calls() { return server.calls.filter(({ name }) => name !== 'log.write') },
    callsOf: (name) => server.calls.filter((call) => call.name === name && call.refusedWith === undefined).map(({ input }) => input),
    command: async (trigger, text = '', { channelId = '', teamId = '', rootId = '', triggerId = '', ...asking } = {}) =>
      await invoke('command', trigger, { trigger, text, channelId, teamId, rootId, triggerId }, asking) as CommandAnswer,
    complete: async (trigger, text, { userId = '', ...asking } = {}) => await invoke('completion', trigger, { ...nowhere, trigger, text, argument: '', ...asking }, { userId }) as readonly CommandChoice[],
    async route(method, target, { query = {}, headers = {}, body = '', ...asking } = {}) {
      const { route, parameters } = findRoute(manifest, method, target)
      return await invoke('route', `${method} ${route}`, { method, path: target, parameters, query, headers, body: typeof body === 'string' ? body : JSON.stringify(body), bodyEncoding: 'utf8' }, asking) as RouteAnswer
    },
    transform: async (operation, input, asking) => await invoke('transform', operation, pick(input, said('transform', operation).needs), asking) as object | null,
    guard: async (operation, input, asking) => await invoke('guard', operation, pick(input, said('guard', operation).needs), asking) as { readonly isAllowed: boolean, readonly reason?: string },
    async observe(name, payloads, asking) {
      const { needs } = said('observe', name)
      const told = await invoke('observe', name, payloads.map((payload, index) => ({ key: `event-${index + 1}`, at: clock.now(), attempt: 1, payload: pick(payload, needs) })), asking)
      return (told as { retry?: readonly string[] } | null)?.retry ?? []
    },
    action: (name, data = {}, asking = {}) => invoke('action', name, data, asking),
    press: async (action, press = {}, asking = {}) => await invoke('block', action, { ...nowhere, id: '', value: '', isChecked: false, values: {}, state: '', postId: '', panel: '', ...press }, asking) as BlockAnswer | null,
    panel: async (name, { channelId = '', teamId = '' } = {}, asking = {}) => await invoke('panel', name, { channelId, teamId }, asking) as BlockPanelAnswer,
    async job(name, { key = '', input = null, attempt = 1 } = {}, asking = {}) { await invoke('job', name, { key, input, attempt }, asking) },
    async provide(operation, input, asking) {
      const told = await invoke('provide', operation, input, asking) as { readonly value?: unknown, readonly refusal?: { readonly code: string } }
      if (told.refusal) throw new GuestFailure(`${operation} was refused: ${told.refusal.code}`, { code: told.refusal.code })
      return told.value
    },
    lifecycle: (moment, about) => invoke('lifecycle', moment, about === undefined ? null : moment === 'upgraded' ? { from: about } : { userId: about }),
    answer: server.answer, fail: server.fail, slow: server.slow,
    grant(...capabilities) { for (const capability of capabilities) given.add(capability) },
    revoke(...capabilities) { for (const capability of capabilities) given.delete(capability) },
    close() { guest.close() },
  }
}

/** The address as the plugin wrote it, and what stands in its places. */
function findRoute({ contributes }: PluginManifest, method: string, target: string): { readonly route: string, readonly parameters: Readonly<Record<string, string>> } {
  const parts = target.split('/')
  for (const { method: own, path: route } of contributes.routes) {
    const names = route.split('/')
    if (own !== method || names.length !== parts.length || !names.every((name, index) => name.startsWith(':') || name === parts[index])) continue
    return { route, parameters: Object.fromEntries(names.flatMap((name, index) => (name.startsWith(':') ? [[name.slice(1), decodeURIComponent(parts[index] as string)]] : []))) }
  }
  return { route: target, parameters: {} }
}
