/** What a build consists of, as its service worker knows it. */
export interface KeptFiles {
  /** Changes when anything does that is kept. */
  readonly version: string
  /** The script of the page, which names the version of a page. */
  readonly entry: string
  /** Kept from the beginning, by their paths; everything else below /static/ when it was used once. */
  readonly ahead: readonly string[]
}

interface Parts {
  readonly keptFiles: KeptFiles
  readonly caches: Pick<CacheStorage, 'open' | 'keys' | 'delete' | 'match'>
  fetch(address: string | Request, options?: RequestInit): Promise<Response>
  readonly origin: string
}

export interface Answering {
  /** What the worker answers: the page of the app, a file of the app, or (undefined) nothing of its business. */
  kindOf(request: Pick<Request, 'url' | 'method' | 'mode' | 'destination'>): 'page' | 'file' | undefined
  /** From the server, so that nobody reads an old app for ever; what is kept where the server is not reached. */
  page(ask: () => Promise<Response>): Promise<Response>
  /** Names change with their content: what is kept is right. */
  file(request: Request): Promise<Response>
  keepAll(): Promise<void>
  keepUsed(paths: readonly unknown[]): Promise<void>
  /** Of the versions before this one, the last stays: tabs that are still open load their parts from it. */
  forgetOld(): Promise<void>
}

const prefix = 'rookery.files.'
const pagePath = '/'
const below = '/static/'
/** Other doors of the server: a page of ours would confuse whoever asks there. */
const otherDoors = /^\/(?:api|plugins|files|hooks|static|\.well-known)(?:\/|$)/
/** A server that does not answer is as far away as none. */
const patienceMs = 4000
/** What a proxy says while the server behind it is away. */
const away: readonly number[] = [502, 503, 504]
const maximumUsed = 500

export function answer({ keptFiles: { version, entry, ahead }, caches, fetch, origin }: Parts): Answering {
  const name = `${prefix}${version}`
  const options = { ignoreVary: true, ignoreSearch: true } as const
  const open = (): Promise<Cache> => caches.open(name)
  const kept = async (path: string): Promise<Response | undefined> => (await open()).match(path, options)

  const keep = async (path: string): Promise<void> => {
    const cache = await open()
    if (await cache.match(path, options)) return
    // Of an earlier version, where the file is the same; else from what the page has just loaded, without the network.
    const known = path.startsWith(below) ? await caches.match(path, options) : undefined
    const response = known ?? await fetch(path)
    if (!response.ok) throw new Error(`${path} answered ${response.status}`)
    await cache.put(path, response)
  }
  const keepPage = async (): Promise<void> => {
    const response = await fetch(pagePath, { cache: 'no-cache' })
    // The server may have been upgraded meanwhile: its own worker will be asked for next time.
    if (!response.ok || !(await response.clone().text()).includes(entry)) throw new Error('The page is of another version')
    await (await open()).put(pagePath, response)
  }

  return {
    kindOf({ url: address, method, mode, destination }) {
      const url = new URL(address)
      if (method !== 'GET' || url.origin !== origin) return undefined
      if (mode === 'navigate') return destination === 'document' && !otherDoors.test(url.pathname) ? 'page' : undefined
      return url.pathname.startsWith(below) || ahead.includes(url.pathname) ? 'file' : undefined
    },
    async page(ask) {
      const asked = ask()
      let timer: ReturnType<typeof setTimeout> | undefined
      const late = new Promise<undefined>((resolve) => { timer = setTimeout(() => { resolve(undefined) }, patienceMs) })
      const response = await Promise.race([asked.catch(() => undefined), late])
      clearTimeout(timer)
      if (response && !away.includes(response.status)) return response
      return await kept(pagePath) ?? asked
    },
    async file(request) {
      const { pathname } = new URL(request.url)
      const known = await kept(pathname) ?? (pathname.startsWith(below) ? await caches.match(pathname, options) : undefined)
      if (known) return known
      const response = await fetch(request)
      // Where the browser's room is used up the app goes on without.
      if (response.ok && pathname.startsWith(below)) await (await open()).put(pathname, response.clone()).catch(() => {})
      return response
    },
    async keepAll() {
      await keepPage()
      // One after the other: whoever reads meanwhile needs the line more.
      for (const path of ahead) await keep(path)
    },
    async keepUsed(paths) {
      for (const path of paths.slice(0, maximumUsed)) if (typeof path === 'string' && path.startsWith(below)) await keep(path).catch(() => {})
    },
    async forgetOld() {
      const old = (await caches.keys()).filter((key) => key.startsWith(prefix) && key !== name)
      await Promise.all(old.slice(0, -1).map((key) => caches.delete(key)))
    },
  }
}
