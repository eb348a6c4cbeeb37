import { deepEqual, equal, ok } from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pluginsGet, pluginsSetGrants, type CapabilityGrant } from '@rookery/sdk/protocol'
import type { HttpAnswer, HttpRequest } from '@rookery/sdk/plugin'
import { assertManifest } from '../../src/plugins/manifest-form.ts'
import { fixturePlugins } from '../../../test/harness/fixture-plugins.ts'
import { askPlugin, command, enablePlugin, eventually } from '../../../test/harness/plugin-actions.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'

interface Told { readonly answer?: HttpAnswer, readonly code?: string, readonly message?: string, readonly retryAfterMs?: number }

describe('A plugin that asks other servers', () => {
  let world: World
  let service: Server
  let base: string
  let now = Date.now()
  let underWay = 0
  let held: (() => void)[] = []
  before(async () => {
    service = createServer((request, response) => {
      underWay += 1
      response.on('close', () => { underWay -= 1 })
      if (request.url === '/bytes') response.end(Buffer.from([0xff, 0, 1]))
      else if (request.url === '/held') held.push(() => { response.end('at last') })
      else if (request.url === '/leads-on') response.writeHead(302, { location: '/held' }).end()
      else if (request.url === '/large') response.end(Buffer.alloc(5 * 1024 * 1024 + 1))
      else void request.toArray().then((parts) => { response.writeHead(201, { 'X-Method': request.method ?? '' }).end(`${String(request.headers['x-token'])} ${Buffer.concat(parts as Buffer[]).toString('hex')}`) })
    })
    await new Promise<void>((resolve) => { service.listen(0, 'localhost', resolve) })
    base = `http://localhost:${(service.address() as AddressInfo).port}`
    world = await createWorld({ plugins: ['courier'], clock: { now: () => now }, settings: { egress: { allowedPrivateAddresses: ['127.0.0.1', '::1'] } } })
    await enablePlugin(world, 'courier')
  })
  after(async () => {
    await world.close()
    service.close()
  })
  // The clock stands: a minute later the quota is full again.
  beforeEach(() => { now += 60_000 })

  const fetchMany = (url: string, request?: HttpRequest, times = 1): Promise<Told[]> => askPlugin(world, 'courier', '/fetch', { url, ...(request && { request }), times })
  const fetchOne = async (url: string, request?: HttpRequest): Promise<Told> => (await fetchMany(url, request))[0] as Told
  const grant = (http?: CapabilityGrant) => command(world, pluginsSetGrants, { pluginId: 'courier', granted: { routes: {}, ...(http && { http }) } })

  it('is answered by hosts that it named, in text or bytes', async () => {
    const { answer } = await fetchOne(`${base}/hook`, { method: 'PUT', headers: { 'X-Token': 'abc' }, body: '//8=', bodyEncoding: 'base64' })
    deepEqual([answer?.status, answer?.body, answer?.bodyEncoding, answer?.headers['x-method'], answer?.url], [201, 'abc ffff', 'utf8', 'PUT', `${base}/hook`])
    const bytes = (await fetchOne(`${base}/bytes`)).answer
    deepEqual([bytes?.body, bytes?.bodyEncoding], ['/wAB', 'base64'])
    equal((await command(world, pluginsGet, { pluginId: 'courier' })).usage.requestsByHost['localhost'], 2)
  })

  it('reaches nothing else', async () => {
    const { port } = new URL(base)
    for (const url of [`http://127.0.0.1:${port}/`, `http://[::1]:${port}/`, world.server.url.replace('localhost', '127.0.0.1'), 'https://example.net/', 'https://example.org/', 'http://localhost.example.net/']) {
      equal((await fetchOne(url)).code, 'host_not_allowed', url)
    }
    equal((await fetchOne('file:///etc/passwd')).code, 'invalid_input')
    equal((await fetchOne(base, { method: 'CONNECT' as 'GET' })).code, 'invalid_input')
    equal((await fetchOne(base, { timeoutMs: 31_000 })).code, 'invalid_input')
    equal((await fetchOne(`${base}/large`)).message, 'The request to localhost failed: the answer has more than 5242880 bytes.')
  })

  it('asks so often a minute, and so many at once', async () => {
    await grant({ hosts: ['localhost'] })
    const many: Told[] = []
    for (let round = 0; round < 5; round += 1) many.push(...await fetchMany(`${base}/`, undefined, 5))
    deepEqual(many.map(({ code }) => code), [...Array.from({ length: 20 }, () => undefined), ...Array.from({ length: 5 }, () => 'plugin_over_quota')])
    deepEqual([many.at(-1)?.message, many.at(-1)?.retryAfterMs], ['This plugin has used up its 20 requests a minute. Try again in 3 s.', 3000])
    // Of several hosts one may take half of the places, also where answers lead to it; where there is no other it may take all.
    for (const [hosts, path, places] of [[undefined, 'held', 3], [undefined, 'leads-on', 3], [['localhost'], 'held', 6]] as const) {
      await grant(hosts ? { hosts: [...hosts] } : {})
      now += 60_000
      const answers = fetchMany(`${base}/${path}`, undefined, 8)
      await eventually(() => held.length, (count) => count === places)
      for (const release of held.splice(0)) release()
      const told = await answers
      deepEqual([told.filter(({ answer }) => answer?.body === 'at last').length, told.filter(({ code }) => code === 'plugin_over_quota').length], [places, 8 - places])
    }
    await grant({})
    ok((await fetchOne(base)).answer)
    await eventually(() => underWay, (count) => count === 0)
  })

  it('reaches what an admin leaves it, from the next request on', async () => {
    held = []
    const last = fetchOne(`${base}/held`)
    await eventually(() => held.length, (count) => count === 1)
    await grant({ hosts: ['api.example.org'] })
    equal((await fetchOne(base)).message, 'This server sends nothing to localhost here: it is not among those that were granted.')
    await grant()
    equal((await fetchOne(base)).code, 'capability_denied')
    // What was under way when it was taken away is answered.
    for (const release of held.splice(0)) release()
    equal((await last).answer?.body, 'at last')
    await grant({})
    ok((await fetchOne(base)).answer)
  })

  it('names its hosts so that an admin can read them', async () => {
    const [bundle] = await fixturePlugins(['courier'])
    const judge = (hosts: string[] | undefined): void => { assertManifest({ ...bundle!.manifest, capabilities: { ...bundle!.manifest.capabilities, http: { reason: 'x', ...(hosts && { hosts }) } } }) }
    for (const hosts of [['api.example.org'], ['*.example.org:8443'], ['*'], ['10.0.0.1'], ['[::1]']]) judge(hosts)
    for (const hosts of [undefined, [], ['https://example.org'], ['exa*mple.org'], ['*.*.org'], ['a b'], ['example.org:99999'], ['EXAMPLE.org'], ['']]) {
      let refused = ''
      try { judge(hosts) } catch (error) { refused = (error as { code: string }).code }
      equal(refused, 'plugin_incomplete', String(hosts))
    }
  })
})
