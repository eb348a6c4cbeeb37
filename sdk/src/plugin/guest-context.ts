import type { Lease, Sql, SqlTransaction } from './capabilities.ts'
import { createCalls, type Envelope } from './host.ts'
import { sql, type SqlStatement, type SqlValue } from './sql.ts'

type Ask = (name: string, input: unknown) => Promise<unknown>

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

function createSql(ask: Ask): Sql {
  const run = async <Row>(parts: TemplateStringsArray, ...values: readonly SqlValue[]): Promise<readonly Row[]> => await ask('db.query', { statement: sql(parts, ...values) }) as readonly Row[]
  return Object.assign(run, {
    batch: async <Row>(statements: readonly SqlStatement[]) => await ask('db.batch', { statements }) as readonly (readonly Row[])[],
    async tx<Result>(work: (transaction: SqlTransaction) => Result | Promise<Result>): Promise<Result> {
      const transaction = await ask('db.begin', {}) as string
      const within: SqlTransaction = Object.assign(
        async <Row>(parts: TemplateStringsArray, ...values: readonly SqlValue[]) => await ask('db.query', { statement: sql(parts, ...values), transaction }) as readonly Row[],
        { enqueue: async (operation: string, input: unknown, key: string) => { await ask('db.enqueue', { transaction, operation, input, key }) } },
      )
      let result: Result
      try {
        result = await work(within)
      } catch (error) {
        await ask('db.rollback', { transaction }).catch(() => { /* it is over already */ })
        throw error
      }
      await ask('db.commit', { transaction })
      return result
    },
  })
}

/** Capabilities whose functions take more than one input. */
function createFragments(ask: Ask) {
  return {
    kv: {
      get: (key: string) => ask('kv.get', { key }),
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
    http: { fetch: (url: string, request = {}) => ask('http.fetch', { url, ...request }) },
    secrets: {
      get: (name: string) => ask('secrets.get', { name }),
      set: (name: string, value: string | null) => ask('secrets.set', { name, value }),
      delete: (name: string) => ask('secrets.delete', { name }),
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
    realtime: { publish: (event: string, payload: unknown, audience: unknown) => ask('realtime.publish', { event, payload, audience }) },
  }
}

/** The kernel judges every call: that something is there does not mean that it is allowed. */
function createPowers(known: object, ask: Ask): object {
  const nouns = new Map<string, object>()
  return new Proxy({ ...known, ...createFragments(ask) }, {
    get(target, name) {
      if (typeof name !== 'string' || name === 'then' || Object.hasOwn(target, name)) return (target as Record<string | symbol, unknown>)[name]
      let noun = nouns.get(name)
      if (!noun) nouns.set(name, noun = createNoun(name, ask))
      return noun
    },
  })
}

export function createGuestContext({ invocation, actor, botUserId, deadlineAt, settings, siteUrl, granted }: Envelope): object {
  const call = createCalls(invocation)
  const ask: Ask = (name, input) => call(name, input)
  const say = (level: string) => (message: string, fields?: object): void => {
    call('log.write', { level, message, ...(fields && { fields }) }).catch(() => { /* too many lines: the page of the plugin says so */ })
  }
  const powers: object = createPowers({
    actor, botUserId, deadlineAt, settings, siteUrl,
    settingsFor: (place: unknown) => ask('settings.get', place),
    log: { info: say('info'), warn: say('warn'), error: say('error') },
    asActor: createPowers({}, (name, input) => call(name, input, { asActor: true })),
    withMandate: (mandate: string) => createPowers({}, (name, input) => call(name, input, { mandate })),
    optional: (capability: string) => (granted.includes(capability) ? powers : null),
  }, ask)
  return powers
}
