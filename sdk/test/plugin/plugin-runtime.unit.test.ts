import { deepEqual, equal, rejects, throws } from 'node:assert/strict'
import type { Contributions } from '../../src/protocol/index.ts'
import { allow, CallError, definePlugin, deny, readable, sql, type PluginBuilder } from '../../src/plugin/index.ts'

interface Batch { readonly invocation: string, readonly calls: readonly { readonly name: string, readonly input: unknown, readonly asActor: boolean }[] }
type Handler = (input: unknown) => unknown

const reason = 'because'
const manifest = {
  id: 'test', version: '1.0.0', name: 'Test', apiVersion: 1,
  capabilities: {
    'users:read': { reason }, 'posts:read': { reason }, 'posts:write': { reason }, 'posts:guard': { reason }, 'posts:transform': { reason }, 'act-as-user': { reason }, kv: { reason }, db: { reason }, http: { reason },
    jobs: { reason }, realtime: { reason }, secrets: { reason }, routes: { reason }, commands: { reason }, 'channels:read': { reason, optional: true },
  },
}

/** What an isolate gives a plugin, with a kernel that answers each call with its name. */
function createIsolate(answer: (batch: Batch) => unknown = ({ calls }) => calls.map(({ name }) => ({ value: name }))) {
  const handlers = new Map<string, Handler>()
  const batches: Batch[] = []
  const rookery = {
    on: (name: string, handler: Handler) => { handlers.set(name, handler) },
    call: async (name: string, batch: Batch) => { equal(name, 'calls'); batches.push(batch); return answer(batch) },
  }
  const before = (globalThis as { rookery?: unknown }).rookery
  const define = (setup: (plugin: PluginBuilder<typeof manifest>) => void): void => {
    (globalThis as { rookery?: unknown }).rookery = rookery
    definePlugin(manifest, setup)
  }
  return {
    batches, define,
    restore() { (globalThis as { rookery?: unknown }).rookery = before },
    invoke: async (name: string, input: unknown = null, granted: string[] = []): Promise<unknown> => await handlers.get(name)?.({
      invocation: '7', input, actor: { userId: 'ada', connectionId: '', locale: 'en' }, botUserId: 'bot', deadlineAt: 1, granted, settings: {},
    }),
    describe: async () => await handlers.get('describe')?.({}) as Contributions,
  }
}

describe('The runtime of plugins', () => {
  let isolate: ReturnType<typeof createIsolate>
  afterEach(() => { isolate.restore() })

  it('sends what is asked for in one tick as one message, in order, and what comes later as another', async () => {
    isolate = createIsolate()
    isolate.define((plugin) => {
      plugin.route('GET', '/', { session: 'required' }, async (_request, context) => {
        context.log.info('begins', { one: 1 })
        const together = await Promise.all([context.users.get({ userId: 'a' }), context.posts.get({ postId: 'b' }), context.asActor.posts.get({ postId: 'c' })])
        await context.posts.create({ channelId: 'd' })
        return { json: together as never }
      })
    })
    deepEqual(await isolate.invoke('route GET /'), { json: ['users.get', 'posts.get', 'posts.get'] })
    deepEqual(isolate.batches, [
      { invocation: '7', calls: [
        { name: 'log.write', input: { level: 'info', message: 'begins', fields: { one: 1 } }, asActor: false },
        { name: 'users.get', input: { userId: 'a' }, asActor: false }, { name: 'posts.get', input: { postId: 'b' }, asActor: false }, { name: 'posts.get', input: { postId: 'c' }, asActor: true },
      ] },
      { invocation: '7', calls: [{ name: 'posts.create', input: { channelId: 'd' }, asActor: false }] },
    ])
  })

  it('splits what is too much for one message', async () => {
    isolate = createIsolate()
    isolate.define((plugin) => {
      plugin.job('many', {}, async (_job, { users }) => { await Promise.all(Array.from({ length: 120 }, (_, index) => users.get({ userId: String(index) }))) })
    })
    await isolate.invoke('job many')
    deepEqual(isolate.batches.map(({ calls }) => calls.length), [50, 50, 20])
  })

  it('gives each call its own outcome, and all of them that of the message where there is none', async () => {
    isolate = createIsolate(({ calls }) => {
      if (calls.some(({ name }) => name === 'kv.get')) throw Object.assign(new Error('too many calls per second'), { code: 'rate_limited' })
      if (calls.some(({ name }) => name === 'kv.delete')) return []
      return [{ error: { code: 'capability_denied', message: 'No.' } }, { error: { code: 'plugin_over_quota', message: 'Slowly.', retryAfterMs: 1000 } }, { value: null }]
    })
    isolate.define((plugin) => {
      plugin.action('ask', {}, async (_data, { users, kv }) => {
        const outcomes = await Promise.allSettled([users.get({ userId: 'a' }), users.get({ userId: 'b' }), users.get({ userId: 'c' })])
        const lost = await Promise.allSettled([kv.get('a'), kv.get('b')])
        return [...outcomes, ...lost, ...await Promise.allSettled([kv.delete('a')])].map((outcome) => (outcome.status === 'rejected'
          ? [outcome.reason instanceof CallError, (outcome.reason as CallError).code, (outcome.reason as CallError).message, (outcome.reason as CallError).retryAfterMs] : 'fine'))
      })
    })
    deepEqual(await isolate.invoke('action ask'), [
      [true, 'capability_denied', 'No.', 0], [true, 'plugin_over_quota', 'Slowly.', 1000], 'fine',
      [true, 'rate_limited', 'too many calls per second', 0], [true, 'rate_limited', 'too many calls per second', 0], [true, 'internal', 'The call failed', 0],
    ])
  })

  it('turns functions of capabilities into calls', async () => {
    isolate = createIsolate()
    isolate.define((plugin) => {
      plugin.command('poll', { description: 'Asks all.' }, async (_input, { kv, db, http, secrets, jobs, realtime }) => {
        await Promise.all([
          kv.get('k'), kv.set('k', [1], { ifRevision: 'absent', ttlMs: 5 }), kv.delete('k', { ifRevision: 2 }), kv.increment('n', { by: 2 }), kv.list({ prefix: 'p' }),
          db`select ${1} + ${2}`, http.fetch('https://example.com', { method: 'POST', body: 'b' }), secrets.get('s'), secrets.set('s', null),
          jobs.put('j', 'k', { dueAt: 9, input: { a: 1 } }), jobs.remove('j', 'k'), realtime.publish('e', { a: 1 }, { userId: 'u' }),
        ])
        return { text: 'done' }
      })
    })
    deepEqual(await isolate.invoke('command poll'), { text: 'done' })
    // A request to another server may take long: nothing waits for it.
    deepEqual(isolate.batches.map(({ calls }) => calls.length), [1, 11])
    deepEqual(isolate.batches.flatMap(({ calls }) => calls.map(({ name, input }) => [name, input])), [
      ['http.fetch', { url: 'https://example.com', method: 'POST', body: 'b' }], ['kv.get', { key: 'k' }], ['kv.set', { key: 'k', value: [1], ifRevision: 'absent', ttlMs: 5 }], ['kv.delete', { key: 'k', ifRevision: 2 }], ['kv.increment', { key: 'n', by: 2 }], ['kv.list', { prefix: 'p' }],
      ['db.query', { statement: { parts: ['select ', ' + ', ''], values: [{ value: 1 }, { value: 2 }] } }], ['secrets.get', { name: 's' }], ['secrets.set', { name: 's', value: null }],
      ['jobs.put', { name: 'j', key: 'k', dueAt: 9, input: { a: 1 } }], ['jobs.remove', { name: 'j', key: 'k' }], ['realtime.publish', { event: 'e', payload: { a: 1 }, audience: { userId: 'u' } }],
    ])
  })

  it('asks for many values until all have come', async () => {
    isolate = createIsolate(({ calls }) => calls.map(({ input }) => {
      const { keys, after = '' } = input as { keys: string[], after?: string }
      const [key = ''] = keys.filter((each) => each > after && each !== 'none').sort()
      return { value: { entries: [{ key, value: key.toUpperCase(), revision: 1 }], next: key === 'b' ? null : key } }
    }))
    isolate.define((plugin) => {
      plugin.command('poll', { description: 'Asks all.' }, async (_input, { kv }) => ({ text: JSON.stringify([await kv.getAll(['b', 'none', 'a']), await kv.getAll([])]) }))
    })
    deepEqual(await isolate.invoke('command poll'), { text: '[[{"value":"B","revision":1},null,{"value":"A","revision":1}],[]]' })
    deepEqual(isolate.batches.flatMap(({ calls }) => calls.map(({ input }) => input)), [{ keys: ['b', 'none', 'a'] }, { keys: ['b', 'none', 'a'], after: 'a' }])
  })

  it('turns transactions, leases and what may be read into calls', async () => {
    isolate = createIsolate(({ calls }) => calls.map(({ name }) => ({ value: name === 'kv.lease' ? { fence: 7, expiresAt: 9 } : name === 'kv.renewLease' ? { expiresAt: 10 } : name })))
    isolate.define((plugin) => {
      plugin.command('poll', { description: 'Asks all.' }, async (_input, { db, kv, actor, settingsFor, secrets }) => {
        const result = await db.tx(async (transaction) => {
          await transaction`insert into t values (${null})`
          await transaction.enqueue('posts.create', { channelId: 'c' }, 'key')
          return 'result'
        })
        await rejects(db.tx(() => { throw new Error('undone') }), /undone/)
        await db.batch([sql`select ${readable(actor)}`, sql`select ${{ readable: true }}`])
        throws(() => sql`select a from t where b = ${undefined as never}`, /The value after "t where b =" is undefined/)
        const lease = await kv.lease('k', { ttlMs: 5 })
        const renewed = await lease?.renew()
        await lease?.release()
        await settingsFor({ userId: 'u' })
        await secrets.delete('s')
        return { text: `${result} ${lease?.fence} ${renewed?.fence} ${renewed?.expiresAt}` }
      })
    })
    deepEqual(await isolate.invoke('command poll'), { text: 'result 7 7 10' })
    deepEqual(isolate.batches.flatMap(({ calls }) => calls.map(({ name, input }) => [name, input])), [
      ['db.begin', {}], ['db.query', { statement: { parts: ['insert into t values (', ')'], values: [{ value: null }] }, transaction: 'db.begin' }],
      ['db.enqueue', { transaction: 'db.begin', operation: 'posts.create', input: { channelId: 'c' }, key: 'key' }], ['db.commit', { transaction: 'db.begin' }],
      ['db.begin', {}], ['db.rollback', { transaction: 'db.begin' }],
      ['db.batch', { statements: [{ parts: ['select ', ''], values: [{ readable: true }] }, { parts: ['select ', ''], values: [{ value: { readable: true } }] }] }],
      ['kv.lease', { key: 'k', ttlMs: 5 }], ['kv.renewLease', { key: 'k', fence: 7, ttlMs: 5 }], ['kv.releaseLease', { key: 'k', fence: 7 }], ['settings.get', { userId: 'u' }], ['secrets.delete', { name: 's' }],
    ])
  })

  it('gives what is optional only where it was granted', async () => {
    isolate = createIsolate()
    isolate.define((plugin) => { plugin.action('look', {}, async (_data, { optional }) => (await optional('channels:read')?.channels.get({ channelId: 'c' }) ?? 'nothing') as never) })
    deepEqual([await isolate.invoke('action look'), await isolate.invoke('action look', {}, ['channels:read'])], ['nothing', 'channels.get'])
  })

  it('says all that it adds, once', async () => {
    isolate = createIsolate()
    let late: (() => void) | undefined
    isolate.define((plugin) => {
      plugin.guard('posts.create', { needs: ['message'], onFailure: 'open', filter: { contains: ['x'] } }, ({ message }) => (message === 'x' ? deny('No x.') : allow))
      plugin.transform('posts.edit', { needs: ['message'], phase: 'late' }, () => null)
      plugin.observe('post.created', { name: 'all', needs: ['post.id'] }, () => {})
      plugin.events('made')
      plugin.migrations([{ id: 'first', up: 'create table t (id int)' }])
      plugin.provide('commands.execute' as never, () => ({}) as never)
      plugin.lifecycle({ enabled: () => {}, exportUser: async (userId) => userId, eraseUser: async () => {} })
      throws(() => { plugin.observe('post.updated', { name: 'all', needs: ['post.id'] }, () => {}) }, /observe all is there already/)
      late = () => { plugin.job('late', {}, () => {}) }
    })
    throws(() => { late?.() }, /job late was added after the setup/)
    const { guards, transforms, observers, events, migrations, provides, lifecycle, jobs } = await isolate.describe()
    deepEqual({ guards, transforms, events, migrations, provides, lifecycle, jobs }, {
      guards: [{ operation: 'posts.create', needs: ['message'], onFailure: 'open', filter: { contains: ['x'] } }], transforms: [{ operation: 'posts.edit', needs: ['message'], phase: 'late' }],
      events: ['made'], migrations: [{ id: 'first', up: 'create table t (id int)' }], provides: ['commands.execute'], lifecycle: ['enabled', 'exportUser', 'eraseUser'], jobs: [],
    })
    deepEqual(observers[0], { name: 'all', event: 'post.created', needs: ['post.id'] })
    deepEqual([await isolate.invoke('guard posts.create', { message: 'x' }), await isolate.invoke('guard posts.create', { message: 'y' })], [{ isAllowed: false, reason: 'No x.', isSilent: false }, { isAllowed: true }])
    equal(await isolate.invoke('lifecycle exportUser', { userId: 'bob' }), 'bob')
    await rejects(async () => { throw new CallError({ code: 'a', message: 'b' }) }, { name: 'CallError', code: 'a', retryAfterMs: 0 })
  })
})
