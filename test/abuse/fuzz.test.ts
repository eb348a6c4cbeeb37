import { deepEqual, ok } from 'node:assert/strict'
import { once } from 'node:events'
import fc from 'fast-check'
import { openMattermost, type Route } from '@rookery/compat'
import { createHttpServer, createUpgrades, createValidation, type HttpServer } from '@rookery/kernel'
import { WebSocket } from 'ws'
import clientActions from '../../compat/contract/data/client-actions.json' with { type: 'json' }
import endpoints from '../../compat/contract/data/endpoints.json' with { type: 'json' }
import { createContract } from '../../compat/contract/schemas.ts'
import { sql } from '../../kernel/src/storage/index.ts'
import { seedOf } from '../harness/random.ts'
import { createMatrix, type Matrix, type Target } from './actors.ts'
import { fitting, fittingFields, nastyValue, spoiled } from './hostile-input.ts'

const isNightly = process.env['ROOKERY_NIGHTLY'] === '1'
const runs = Number(process.env['ROOKERY_FUZZ_RUNS'] ?? (isNightly ? 2000 : 200))
const seed = seedOf()
const hangMs = 5000

interface Endpoint { readonly method: string, readonly path: string, readonly query?: readonly string[], readonly body?: { readonly fields?: readonly string[] } }

const fieldsOf = new Map((endpoints as readonly Endpoint[]).map(({ method, path, query = [], body }) =>
  [`${method} ${path.replace(/\{\w+\}/g, '{}')}`, { query: query.map((name) => name.replace('?', '')), body: (body?.fields ?? []).map((name) => String(name).replace('?', '')) }]))

/** Now and then something that is no object at all. */
const orNoObject = (base: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> => fc.oneof({ weight: 9, arbitrary: base }, { weight: 1, arbitrary: nastyValue })

/** Whatever comes: an answer in time, never a 5xx but 501, in the form that is promised. */
describe('hostile input', () => {
  let matrix: Matrix
  let http: HttpServer
  let routes: readonly Route[]
  before(async function () {
    this.timeout(60_000)
    matrix = await createMatrix()
    const { kernel } = matrix.server
    // A second door beside the one that listens: its routes are what there is to try.
    http = createHttpServer({ ...kernel })
    routes = openMattermost({ ...kernel, http, upgrades: createUpgrades({ http, settings: kernel.settings }) })
  })
  after(() => matrix.close())

  /** Sessions may have been ended and accounts changed by what was tried before. */
  const revive = async (): Promise<void> => {
    await matrix.revive()
    matrix.server.complaints.length = 0
  }
  const targets = (): Target[] => [
    matrix.target('channel', 'open', 'member'), matrix.target('channel', 'private', 'member'), matrix.target('channel', 'direct', 'member'), matrix.target('post', 'deleted', 'member'),
    matrix.target('channel', 'archived', 'member'), matrix.target('channel', 'foreignPrivate', 'member'), matrix.target('team', 'foreign', 'member'), matrix.target('user', 'guest', 'member'), matrix.target('user', 'gone', 'member'),
  ]
  const actor = fc.constantFrom('admin' as const, 'member' as const, 'member' as const, 'guest' as const, 'anonymous' as const)

  type Answer = Awaited<ReturnType<HttpServer['hapi']['inject']>>
  const inTime = async (asked: Promise<Answer>): Promise<Answer> => {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_resolve, reject) => { timer = setTimeout(() => { reject(new Error(`no answer within ${hangMs} ms`)) }, hangMs) })
    return Promise.race([asked, late]).finally(() => { clearTimeout(timer) })
  }
  const assertStatus = ({ statusCode, payload }: Answer): void => {
    ok(statusCode < 500 || statusCode === 501, `answered ${statusCode}: ${payload.slice(0, 300)} ${matrix.server.complaints.at(-1)?.slice(0, 1500) ?? ''}`)
  }
  /** The first failure of a property in few words, or undefined. */
  const failureOf = async <Value>(property: fc.IAsyncPropertyWithHooks<Value>): Promise<string | undefined> => {
    const details = await fc.check(property, { numRuns: runs, seed })
    if (!details.failed) return undefined
    const example = JSON.stringify(details.counterexample ?? null).slice(0, 600)
    const { errorInstance } = details
    return `seed ${details.seed}, input ${example}: ${errorInstance instanceof Error ? errorInstance.message.slice(0, 1500) : String(errorInstance)}`
  }

  it(`does no harm to an operation (${runs} inputs each)`, async function () {
    this.timeout(0)
    const { kernel } = matrix.server
    const validation = createValidation()
    const failures: Record<string, string> = {}
    for (const operation of kernel.operations.all.filter(({ kind }) => kind !== 'upload')) {
      await revive()
      const refusesUnknown = (operation.input as { additionalProperties?: boolean }).additionalProperties === false
      const asked = fc.constantFrom(...targets()).chain((target) => fc.tuple(actor, spoiled(fitting(operation.input as never, '', target))))
      const failure = await failureOf(fc.asyncProperty(asked, async ([who, { text, isUnknown }]) => {
        const token = matrix.tokenOf(who)
        const answer = await inTime(kernel.http.hapi.inject({
          method: 'POST', url: `/api/v1/${operation.name}`, payload: text, headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
        }))
        assertStatus(answer)
        if (answer.statusCode < 300) ok(!(isUnknown && refusesUnknown), 'took a field that it does not know')
        // A download answers with bytes.
        if (operation.kind === 'download' && answer.statusCode < 300) return
        const value: unknown = JSON.parse(answer.payload)
        if (answer.statusCode < 300) validation.assert(operation.output, value)
      }))
      if (failure) failures[operation.name] = failure
    }
    deepEqual(failures, {})
  })

  it(`does no harm to an operation that takes bytes (${runs} inputs each)`, async function () {
    this.timeout(0)
    const { kernel } = matrix.server
    const failures: Record<string, string> = {}
    for (const operation of kernel.operations.all.filter(({ kind }) => kind === 'upload')) {
      await revive()
      const names = Object.keys((operation.input as { properties?: object }).properties ?? {})
      const bytes = fc.oneof(fc.uint8Array({ maxLength: 3000 }), nastyValue.map((value) => Buffer.from(JSON.stringify(value) ?? '')))
      const asked = fc.constantFrom(...targets()).chain((target) => fc.tuple(actor, fittingFields([...names, 'unheardOf'], target), bytes, fc.constantFrom('application/octet-stream', 'application/json', 'image/png', 'multipart/form-data; boundary=x', '')))
      const failure = await failureOf(fc.asyncProperty(asked, async ([who, query, body, type]) => {
        const token = matrix.tokenOf(who)
        const text = (value: unknown): string => encodeURIComponent((typeof value === 'string' ? value : JSON.stringify(value) ?? '').slice(0, 500).toWellFormed())
        const answer = await inTime(kernel.http.hapi.inject({
          method: 'POST', url: `/api/v1/${operation.name}?${Object.entries(query).map(([name, value]) => `${name}=${text(value)}`).join('&')}`, payload: Buffer.from(body),
          headers: { ...(type && { 'content-type': type }), ...(token && { authorization: `Bearer ${token}` }) },
        }))
        assertStatus(answer)
        JSON.parse(answer.payload)
      }))
      if (failure) failures[operation.name] = failure
    }
    deepEqual(failures, {})
  })

  it(`does no harm to a route of API v4 (${runs} inputs each)`, async function () {
    this.timeout(0)
    const contract = createContract()
    const failures: Record<string, string> = {}
    for (const route of routes) {
      await revive()
      const known = fieldsOf.get(`${route.method} /api/v4${route.path.replace(/\{\w+\*?\}/g, '{}')}`) ?? { query: [], body: [] }
      const asked = fc.constantFrom(...targets()).chain((target) => {
        const names = [...route.path.matchAll(/\{(\w+)\*?\}/g)].map(([, name]) => name as string)
        const body = fc.oneof({ weight: 6, arbitrary: fittingFields(known.body, target) }, { weight: 1, arbitrary: fc.constant([target.userId]) }, { weight: 1, arbitrary: fc.array(fittingFields(known.body, target), { maxLength: 3 }) }, { weight: 1, arbitrary: nastyValue })
        return fc.tuple(actor, fittingFields(names, target, { areRequired: true }), fittingFields(known.query, target), spoiled(body))
      })
      const failure = await failureOf(fc.asyncProperty(asked, async ([who, params, query, { text, isUnknown }]) => {
        const token = matrix.tokenOf(who)
        // An address drops parts that are dots or empty before a route sees it.
        const part = (value: unknown): string => encodeURIComponent((typeof value === 'string' ? value : JSON.stringify(value ?? '')).slice(0, 500).toWellFormed()).replace(/^\.{0,2}$/, '-')
        const path = `/api/v4${route.path.replace(/\{(\w+)\*?\}/g, (_whole, name: string) => part(params[name]))}`
        const search = Object.entries(query).map(([name, value]) => `${name}=${part(value)}`).join('&')
        const answer = await inTime(http.hapi.inject({
          method: route.method, url: `${path}${search && `?${search}`}`, headers: token ? { authorization: `Bearer ${token}` } : {}, ...(route.method !== 'GET' && { payload: text }),
        }))
        assertStatus(answer)
        if (isUnknown) ok(!answer.payload.includes('it is not known here'), 'refused a field that it does not know')
        // Addresses with an empty part may be those of another operation.
        const headers = answer.headers as Record<string, string | string[] | number | undefined>
        const violations = contract.operationFor(route.method, path) ? contract.checkAnswer({ method: route.method, path, status: answer.statusCode, headers, body: answer.rawPayload }) : []
        deepEqual(violations, [])
      }))
      if (failure) failures[`${route.method} ${route.path}`] = failure
    }
    deepEqual(failures, {})
  })

  it(`does no harm to the websocket of API v4 (${runs} messages for each action)`, async function () {
    this.timeout(0)
    const target = matrix.target('channel', 'open', 'member')
    for (const { action, data } of clientActions) {
      await revive()
      const names = data !== null && typeof data === 'object' ? Object.keys(data).map((name) => name.replace('?', '')) : ['data']
      const asked = spoiled(orNoObject(fc.record({ seq: fc.oneof(fc.integer({ min: 1, max: 1000 }), nastyValue), action: fc.oneof({ weight: 5, arbitrary: fc.constant(action) }, { weight: 1, arbitrary: nastyValue }), data: fc.oneof({ weight: 4, arbitrary: fittingFields(names, target) }, { weight: 1, arbitrary: nastyValue }) })))
      const messages = fc.sample(asked, { numRuns: runs, seed })
      let webSocket = await matrix.openSocket('member')
      for (const { text } of messages) {
        // The server may close on what is no message at all; it then takes the next one.
        if (webSocket.readyState !== WebSocket.OPEN) webSocket = await matrix.openSocket('member')
        await new Promise((resolve) => { webSocket.send(text, resolve) })
      }
      webSocket.terminate()
      const witness = await matrix.openSocket('admin')
      witness.terminate()
      deepEqual(matrix.server.complaints.filter((line) => line.includes('error')), [], `after ${action}`)
    }
  })

  it(`does no harm to the native websocket (${runs} messages of each type)`, async function () {
    this.timeout(0)
    await revive()
    const target = matrix.target('channel', 'open', 'member')
    const token = matrix.tokenOf('member') ?? ''
    const open = async (): Promise<WebSocket> => {
      const webSocket = new WebSocket(`${matrix.server.url.replace(/^http/, 'ws')}/api/v1/socket`)
      webSocket.on('error', () => {})
      await once(webSocket, 'open')
      webSocket.send(JSON.stringify({ id: 1, type: 'hello', version: '2', auth: { headers: { authorization: `Bearer ${token}` } } }))
      await once(webSocket, 'message')
      return webSocket
    }
    const names = matrix.server.kernel.operations.all.filter(({ kind }) => kind === 'value').map(({ name }) => `/api/v1/${name}`)
    for (const type of ['hello', 'reauth', 'request', 'sub', 'unsub', 'message', 'ping', 'unheardOf']) {
      const asked = spoiled(orNoObject(fc.record({
        id: fc.oneof(fc.nat(1000), nastyValue), type: fc.oneof({ weight: 9, arbitrary: fc.constant(type) }, { weight: 1, arbitrary: nastyValue }), method: fc.oneof(fc.constantFrom('GET', 'POST', 'PUT'), nastyValue),
        path: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...names, '/', '/api/v4/users/me', '/api/v1/events.subscribe') }, { weight: 1, arbitrary: nastyValue }),
        payload: fc.oneof(fittingFields(['channelId', 'userId', 'message', 'cursor'], target), nastyValue), headers: fc.oneof(fc.constant({}), nastyValue), message: nastyValue, version: fc.oneof(fc.constant('2'), nastyValue), auth: nastyValue,
      }, { requiredKeys: ['type'] })))
      let webSocket = await open()
      for (const { text } of fc.sample(asked, { numRuns: runs, seed })) {
        // It may be cut for what it says or how fast; the next one goes on.
        if (webSocket.readyState !== WebSocket.OPEN) webSocket = await open()
        await new Promise((resolve) => { webSocket.send(text, resolve) })
      }
      webSocket.terminate()
      await revive()
      const witness = await open()
      witness.terminate()
      deepEqual(matrix.server.complaints.filter((line) => line.includes('error')), [], `after ${type}`)
    }
  })

  it('takes bytes that are no JSON, no form and no text', async function () {
    this.timeout(0)
    const failure = await failureOf(fc.asyncProperty(fc.constantFrom(...routes.filter(({ method }) => method !== 'GET')), fc.uint8Array({ maxLength: 2000 }), fc.constantFrom('application/json', 'multipart/form-data; boundary=x', 'text/plain', 'multipart/form-data', ''), async (route, bytes, type) => {
      const target = matrix.target('channel', 'open', 'member')
      const url = `/api/v4${route.path.replace(/\{(\w+)\*?\}/g, (_whole, name: string) => String((target as unknown as Record<string, unknown>)[name.replace(/_(\w)/g, (_all, letter: string) => letter.toUpperCase())] ?? 'x'))}`
      const answer = await inTime(http.hapi.inject({ method: route.method, url, payload: Buffer.from(bytes), headers: { authorization: `Bearer ${matrix.tokenOf('member') ?? ''}`, ...(type && { 'content-type': type }) } }))
      assertStatus(answer)
    }))
    deepEqual(failure, undefined)
    deepEqual(await matrix.server.kernel.db.value(sql`select 1 as one`), 1)
  })
})
