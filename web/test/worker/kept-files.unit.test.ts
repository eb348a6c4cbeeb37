import { deepEqual, equal, rejects } from 'node:assert/strict'
import { answer, type Answering } from '../../src/worker/kept-files.ts'

const origin = 'https://chat.example.com'

/** Caches of a browser, as far as they are asked. */
function createCaches() {
  const all = new Map<string, Map<string, Response>>()
  const pathOf = (key: RequestInfo | URL): string => new URL(key instanceof Request ? key.url : String(key), origin).pathname
  const open = (name: string): Promise<Cache> => {
    const entries = all.get(name) ?? new Map<string, Response>()
    all.set(name, entries)
    return Promise.resolve({
      match: (key: string) => Promise.resolve(entries.get(pathOf(key))?.clone()),
      put: (key: string, response: Response) => { entries.set(pathOf(key), response); return Promise.resolve() },
    } as unknown as Cache)
  }
  return {
    all,
    caches: {
      open, keys: () => Promise.resolve([...all.keys()]), delete: (name: string) => Promise.resolve(all.delete(name)),
      match: (key: RequestInfo | URL) => Promise.resolve([...all.values()].map((entries) => entries.get(pathOf(key))).find(Boolean)?.clone()),
    } as Pick<CacheStorage, 'open' | 'keys' | 'delete' | 'match'>,
  }
}

describe('the kept files of the web app', () => {
  let store: ReturnType<typeof createCaches>
  let asked: string[]
  let server: Map<string, string>
  const create = (version: string, ahead: readonly string[] = ['/static/entry.js', '/icon.svg']): Answering => answer({
    keptFiles: { version, entry: '/static/entry.js', ahead }, caches: store.caches, origin,
    fetch(address) {
      const path = new URL(address instanceof Request ? address.url : address, origin).pathname
      asked.push(path)
      const body = server.get(path)
      return Promise.resolve(new Response(body ?? 'no', { status: body === undefined ? 404 : 200 }))
    },
  })
  beforeEach(() => {
    store = createCaches()
    asked = []
    server = new Map([['/', '<script src="/static/entry.js">'], ['/static/entry.js', 'entry'], ['/static/later.js', 'later'], ['/icon.svg', 'icon']])
  })
  const request = (path: string, changes: Partial<Request> = {}) => ({ url: new URL(path, origin).href, method: 'GET', mode: 'cors', destination: 'script', ...changes } as Request)
  const page = { mode: 'navigate', destination: 'document' } as const

  it('knows its own page and files, and leaves everything else alone', () => {
    const files = create('1')
    deepEqual(['/', '/engines/channels/looms', '/login'].map((path) => files.kindOf(request(path, page))), ['page', 'page', 'page'])
    deepEqual(['/static/a.js', '/icon.svg'].map((path) => files.kindOf(request(path))), ['file', 'file'])
    for (const path of ['/api/v1/files.download?fileId=1', '/api/v4/posts', '/plugins/games/', '/hooks/x', '/files/x', '/static/a.js']) equal(files.kindOf(request(path, page)), undefined, path)
    equal(files.kindOf(request('/api/v1/users.list')), undefined)
    equal(files.kindOf(request('/', { ...page, destination: 'iframe' })), undefined)
    equal(files.kindOf(request('/static/a.js', { method: 'POST' })), undefined)
    equal(files.kindOf(request('https://elsewhere.example.com/static/a.js')), undefined)
  })

  it('opens from what is kept where the server is not reached or is away, and from the server where it is', async () => {
    const files = create('1')
    await files.keepAll()
    const text = async (ask: () => Promise<Response>): Promise<string> => (await files.page(ask)).text()
    equal(await text(() => Promise.reject(new TypeError('offline'))), '<script src="/static/entry.js">')
    equal(await text(() => Promise.resolve(new Response('bad gateway', { status: 502 }))), '<script src="/static/entry.js">')
    equal(await text(() => Promise.resolve(new Response('newer'))), 'newer')
    equal(await text(() => Promise.resolve(new Response('gone', { status: 500 }))), 'gone')
    await rejects(create('2').page(() => Promise.reject(new TypeError('offline'))), /offline/)
  })

  it('answers files from what is kept, and keeps what is used', async () => {
    const files = create('1')
    await files.keepAll()
    asked.length = 0
    equal(await (await files.file(request('/static/entry.js'))).text(), 'entry')
    deepEqual(asked, [])
    for (let time = 0; time < 2; time += 1) equal(await (await files.file(new Request(`${origin}/static/later.js`))).text(), 'later')
    deepEqual(asked, ['/static/later.js'])
    equal((await files.file(new Request(`${origin}/static/missing.js`))).status, 404)
    equal(await store.caches.match('/static/missing.js'), undefined)
    await files.keepUsed(['/api/v1/users.list', 7, '/static/none.js'])
    deepEqual([...store.all.get('rookery.files.1')?.keys() ?? []], ['/', '/static/entry.js', '/icon.svg', '/static/later.js'])
  })

  it('takes what stayed the same from the version before, keeps that one for open tabs and forgets older ones', async () => {
    for (const version of ['1', '2']) {
      await create(version).keepAll()
      await create(version).forgetOld()
    }
    deepEqual(asked.filter((path) => path === '/static/entry.js').length, 1)
    equal(asked.filter((path) => path === '/icon.svg').length, 2)
    await store.caches.open('of somebody else')
    const third = create('3')
    await third.keepAll()
    await third.forgetOld()
    deepEqual([...store.all.keys()], ['rookery.files.2', 'of somebody else', 'rookery.files.3'])
  })

  it('keeps nothing of a page that belongs to another version', async () => {
    server.set('/', '<script src="/static/newer.js">')
    await rejects(create('1').keepAll(), /another version/)
  })
})
