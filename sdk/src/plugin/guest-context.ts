import { pluginOperation } from '../protocol/plugin-operation.ts'
import type { Lease } from './capabilities.ts'
import { createSql } from './guest-sql.ts'
import { createCalls, type Ask, type Envelope } from './host.ts'

/** `posts.create(input)` asks for the operation of that name: which there are is known to types alone. */
function createNoun(noun: string, ask: Ask): object {
  return new Proxy({}, {
    get: (_target, verb) => (typeof verb === 'string' && verb !== 'then' ? (input: unknown) => ask(`${noun}.${verb}`, input) : undefined),
  })
}

interface Holding { readonly fence: number, readonly expiresAt: number }

function createLease(key: string, ttlMs: number, { fence, expiresAt }: Holding, ask: Ask): Lease {
  return {
    fence, expiresAt,
    async renew() {
      const renewed = await ask('kv.renewLease', { key, fence, ttlMs }) as { readonly expiresAt: number } | null
      return renewed && createLease(key, ttlMs, { fence, ...renewed }, ask)
    },
    release: async () => await ask('kv.releaseLease', { key, fence }) as boolean,
  }
}

interface ValuesPage { readonly entries: readonly { readonly key: string, readonly value: unknown, readonly revision: number }[], readonly next: string | null }

/** An answer is bounded in bytes, so that what is left is asked for again. */
async function getAll(keys: readonly string[], ask: Ask): Promise<({ value: unknown, revision: number } | null)[]> {
  const found = new Map<string, { value: unknown, revision: number }>()
  for (let after: string | null = keys.length > 0 ? '' : null; after !== null;) {
    const page = await ask('kv.getAll', after === '' ? { keys } : { keys, after }) as ValuesPage
    for (const { key, value, revision } of page.entries) found.set(key, { value, revision })
    after = page.next
  }
  return keys.map((key) => found.get(key) ?? null)
}

/** Capabilities whose functions take more than one input. */
function createFragments(ask: Ask) {
  return {
    kv: {
      get: (key: string) => ask('kv.get', { key }),
      getAll: (keys: readonly string[]) => getAll(keys, ask),
      set: (key: string, value: unknown, options = {}) => ask('kv.set', { key, value, ...options }),
      delete: (key: string, options = {}) => ask('kv.delete', { key, ...options }),
      increment: (key: string, options = {}) => ask('kv.increment', { key, ...options }),
      list: (options: object) => ask('kv.list', options),
      async lease(key: string, { ttlMs }: { ttlMs: number }) {
        const held = await ask('kv.lease', { key, ttlMs }) as Holding | null
        return held && createLease(key, ttlMs, held, ask)
      },
    },
    db: createSql(ask),
    http: { fetch: (url: string, request = {}) => ask('http.fetch', { url, ...request }, { isAlone: true }) },
    secrets: {
      get: (name: string) => ask('secrets.get', { name }),
      set: (name: string, value: string | null) => ask('secrets.set', { name, value }),
      delete: (name: string) => ask('secrets.delete', { name }),
      sign: (name: string, message: object) => ask('secrets.sign', { name, ...message }),
      verify: (name: string, message: object) => ask('secrets.verify', { name, ...message }),
    },
    ownFiles: {
      put: (name: string, body: string, options = {}) => ask('ownFiles.put', { name, body, ...options }),
      get: (name: string, options = {}) => ask('ownFiles.get', { name, ...options }),
      list: (page = {}) => ask('ownFiles.list', page),
      delete: (name: string) => ask('ownFiles.delete', { name }),
    },
    jobs: {
      put: (name: string, key: string, options = {}) => ask('jobs.put', { name, key, ...options }),
      remove: (name: string, key: string) => ask('jobs.remove', { name, key }),
    },
    others: { call: (pluginId: string, operation: string, input = {}) => ask(pluginOperation(pluginId, operation), input) },
    audit: { record: (event: string, details = {}) => ask('audit.record', { event, details }) },
    realtime: { publish: (event: string, payload: unknown, audience: unknown) => ask('realtime.publish', { event, payload, audience }) },
  }
}

/**
 * The kernel judges every call: that something is there does not mean that it is allowed. Made as it is asked for: most
 * hooks ask for nothing, and this is most of what their invocation would cost.
 */
function createPowers(known: object, ask: Ask): object {
  const made = new Map<string, unknown>()
  let fragments: object | undefined
  const make = (name: string): unknown => {
    fragments ??= createFragments(ask)
    return Object.hasOwn(fragments, name) ? fragments[name as never] : createNoun(name, ask)
  }
  return new Proxy(known, {
    get(target, name) {
      if (typeof name !== 'string' || name === 'then' || Object.hasOwn(target, name)) return (target as Record<string | symbol, unknown>)[name]
      if (!made.has(name)) made.set(name, make(name))
      return made.get(name)
    },
  })
}

interface Unmade { readonly envelope: Envelope, made: object | undefined }

const whenAsked: ProxyHandler<Unmade> = {
  get: (unmade, name) => ((unmade.made ??= makeGuestContext(unmade.envelope)) as Record<string | symbol, unknown>)[name],
}

/** Made when something is asked of it: most hooks look at their input alone. */
export const createGuestContext = (envelope: Envelope): object => new Proxy<Unmade>({ envelope, made: undefined }, whenAsked)

function makeGuestContext({ invocation, actor, botUserId, deadlineAt, settings, siteUrl, granted }: Envelope): object {
  const call = createCalls(invocation)
  let asActor: object | undefined
  const ask: Ask = (name, input, options) => call(name, input, options)
  const tell = (name: string, input: object): void => { call(name, input).catch(() => { /* too many: the page of the plugin says so */ }) }
  const say = (level: string) => (message: string, fields?: object): void => { tell('log.write', { level, message, ...(fields && { fields }) }) }
  const powers: object = createPowers({
    actor, botUserId, deadlineAt, settings, siteUrl,
    settingsFor: (place: unknown) => ask('settings.get', place),
    t: (key: string, values: object = {}, locale = actor.locale) => ask('translations.say', { key, values, locale }),
    inLanguages: (key: string, values: object = {}) => ask('translations.sayAll', { key, values }),
    metrics: { add: (name: string, by = 1) => { tell('metrics.add', { name, by }) }, set: (name: string, value: number) => { tell('metrics.set', { name, value }) } },
    holds: (name: string, place: object = {}) => ask('permissions.holds', { name, ...place }),
    log: { info: say('info'), warn: say('warn'), error: say('error') },
    get asActor() { return asActor ??= createPowers({}, (name, input, options) => call(name, input, { ...options, asActor: true })) },
    withMandate: (mandate: string) => createPowers({}, (name, input, options) => call(name, input, { ...options, mandate })),
    request: (capability: string, reason: string) => ask('capabilities.request', { capability, reason }),
    optional: (capability: string) => (granted.includes(capability) ? powers : null),
  }, ask)
  return powers
}
