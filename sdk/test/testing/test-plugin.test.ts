import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createTestPlugin, type TestPlugin } from '@rookery/sdk/testing'

const root = path.join(import.meta.dirname, '../../..')
const reason = 'Is tested.'
const manifest = {
  id: 'tested', version: '1.0.0', name: 'Tested', apiVersion: 1,
  capabilities: Object.fromEntries(['posts:write', 'posts:read', 'posts:transform', 'posts:guard', 'users:read', 'kv', 'jobs', 'realtime', 'routes', 'commands', 'secrets', 'http', 'act-as-user', 'customStatus:provide'].map((name) => [name, { reason }])),
  limits: { callsPerSecond: 20 },
}

const source = `
import { allow, definePlugin, deny, Refusal } from '@rookery/sdk/plugin'
import manifest from '../plugin.json' with { type: 'json' }

definePlugin(manifest as never, (plugin: any) => {
  plugin.events('noticed')
  plugin.transform('posts.create', { needs: ['message'] }, (input: any) => ('channelId' in input ? { message: 'sees too much' } : { message: input.message + '!' }))
  plugin.guard('posts.create', { needs: ['message'], onFailure: 'open' }, async ({ message }: any, context: any) => {
    if (message === 'slow') await context.users.get({ userId: 'a'.repeat(26) })
    return message === 'no' ? deny('It is no.') : allow
  })
  plugin.observe('post.created', { needs: ['post.id'] }, (events: any) => ({ retry: events.filter((event: any) => event.payload.post.message !== undefined || event.payload.post.id === '2').map((event: any) => event.key) }))
  plugin.route('POST', '/things/:thing', { session: 'required' }, ({ parameters, body, query }: any, context: any) => ({ json: { ...parameters, ...query, body: JSON.parse(body), by: context.actor.userId, at: Date.now(), year: new Date().getUTCFullYear() } }))
  plugin.command('later', { description: 'Puts it off' }, async ({ text }: any, context: any) => {
    await context.jobs.put('remind', text, { dueAt: Date.now() + 60_000, input: { text } })
    return { text: 'It will be.' }
  })
  plugin.completion('later', () => [{ value: 'soon', hint: '', description: '' }])
  plugin.job('remind', {}, async ({ key, input }: any, context: any) => {
    await context.posts.create({ channelId: 'c'.repeat(26), message: input.text, pendingPostId: key })
    await context.realtime.publish('noticed', { key }, { userId: 'a'.repeat(26) })
  })
  plugin.action('count', {}, (_data: any, context: any) => context.kv.increment('count'))
  plugin.provide('customStatus.clear', () => { throw new Refusal('user_not_found') })
  plugin.lifecycle({ health: () => ({ isHealthy: true }), eraseUser: (userId: string, context: any) => context.kv.delete(userId) })
  plugin.command('values', { description: 'Tries values' }, async (_input: any, { kv, secrets }: any) => {
    const first = await kv.set('a/1', { one: 1 }, { ifRevision: 'absent' })
    const again = await kv.set('a/1', 2, { ifRevision: 'absent' })
    await kv.set('a/2', 2, { ttlMs: 1000 })
    const lease = await kv.lease('import', { ttlMs: 1000 })
    const other = await kv.lease('import', { ttlMs: 1000 })
    await secrets.set('token', 'hush')
    return { text: JSON.stringify([first.isSet, again.isSet, (await kv.list({ prefix: 'a/' })).entries.length, (await kv.get('a/1')).value, (await kv.getAll(['a/2', 'a/0', 'a/1'])).map((each: any) => each?.value ?? 'none'), other, await lease.release(), await secrets.get('token'), await kv.delete('a/1'), await kv.get('a/1')]) }
  })
  plugin.command('flood', { description: 'Asks too much' }, async (_input: any, context: any) => {
    const codes: string[] = []
    for (let index = 0; index < 25; index += 1) await context.kv.get('x').catch((error: any) => { codes.push(error.code) })
    return { text: codes.join(' ') }
  })
  plugin.command('break', { description: 'Breaks' }, () => { throw new RangeError('broken') })
})
`

describe('What authors test plugins with', function () {
  this.timeout(30_000)
  let folder: string
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'rookery-tested-'))
    await mkdir(path.join(folder, 'node_modules'))
    await mkdir(path.join(folder, 'src'))
    await symlink(path.join(root, 'node_modules/@rookery'), path.join(folder, 'node_modules/@rookery'))
    await writeFile(path.join(folder, 'plugin.json'), JSON.stringify(manifest))
    await writeFile(path.join(folder, 'src/index.ts'), source)
  })
  after(() => rm(folder, { recursive: true }))

  for (const isolate of [false, true]) {
    describe(isolate ? 'in the isolate' : 'in this process', () => {
      let plugin: TestPlugin
      beforeEach(async () => { plugin = await createTestPlugin({ folder, isolate, startAt: Date.UTC(2031, 4, 5) }) })
      afterEach(() => { plugin.close() })

      it('asks every kind of handler, with what it needs and no more', async () => {
        const post = { channelId: 'c', message: 'hello' }
        deepEqual(await plugin.transform('posts.create', post), { message: 'hello!' })
        equal((await plugin.guard('posts.create', post)).isAllowed, true)
        equal((await plugin.guard('posts.create', { ...post, message: 'no' })).reason, 'It is no.')
        deepEqual(await plugin.observe('post.created', [{ post: { id: '1', message: 'unseen' } }, { post: { id: '2' } }]), ['event-2'])
        const { json } = await plugin.route('POST', '/things/a%20loom', { body: { one: 1 }, query: { two: '2' }, userId: 'ada' })
        const { thing, two, body, by } = json as Record<string, unknown>
        deepEqual([thing, two, body, by], ['a loom', '2', { one: 1 }, 'ada'])
        equal(await plugin.action('count'), 1)
        equal((await plugin.complete('later', 's'))[0]?.value, 'soon')
        deepEqual(await plugin.lifecycle('health'), { isHealthy: true })
        equal(await plugin.lifecycle('eraseUser', 'ada'), false)
        await rejects(plugin.provide('customStatus.clear', { userId: 'a' }), { code: 'user_not_found' })
        await rejects(plugin.action('nothing'), { code: 'no_handler' })
      })

      it('keeps values as a server does', async () => {
        equal((await plugin.command('values')).text, '[true,false,2,{"one":1},[2,"none",{"one":1}],null,true,"hush",true,null]')
      })

      it('has faults, delays and grants as the test says', async () => {
        plugin.fail('kv.increment', { code: 'plugin_storage_full', times: 1 })
        await rejects(plugin.action('count'), { code: 'plugin_storage_full' })
        equal(await plugin.action('count'), 1)
        plugin.revoke('kv')
        await rejects(plugin.action('count'), { code: 'capability_denied' })
        plugin.grant('kv')
        equal(await plugin.action('count'), 2)
        plugin.answer('users.get', () => ({ username: 'ada' }))
        plugin.slow('users.get', 60)
        await rejects(plugin.guard('posts.create', { message: 'slow' }), (error: Error & { code: string }) => error.code === 'plugin_timed_out' && error.message === 'guard posts.create took 60 ms; it has 50')
        equal((await plugin.guard('posts.create', { message: 'slow' }, { deadlineMs: 100 })).isAllowed, true)
        deepEqual(plugin.calls.filter(({ name }) => name === 'kv.increment').map(({ refusedWith = '' }) => refusedWith), ['plugin_storage_full', '', 'capability_denied', ''])
        equal(plugin.callsOf('kv.increment').length, 2)
      })

      it('holds it to its budget of calls', async () => {
        equal((await plugin.command('flood')).text, Array(5).fill('plugin_over_quota').join(' '))
        await plugin.clock.advance(1000)
        equal((await plugin.command('flood')).text, Array(5).fill('plugin_over_quota').join(' '))
      })

      it('says what the test does not, and where the author\'s code broke', async () => {
        await rejects(plugin.guard('posts.create', { message: 'slow' }), /the test does not say what the server answers: plugin\.answer\('users\.get'/)
        await rejects(plugin.command('break'), (error: Error) => {
          equal(error.message, 'broken')
          match(error.stack ?? '', /at src\/index\.ts:40:68/)
          return true
        })
      })
    })
  }

  it('lets time pass when the test does, and does what becomes due', async () => {
    const plugin = await createTestPlugin({ folder, isolate: false, startAt: Date.UTC(2031, 4, 5) })
    plugin.answer('posts.create', (input: { message: string }) => ({ id: 'p', ...input }))
    const { json } = await plugin.route('POST', '/things/x', { body: {} })
    deepEqual([(json as { at: number }).at, (json as { year: number }).year], [Date.UTC(2031, 4, 5), 2031])
    await plugin.command('later', 'tea')
    await plugin.clock.advance(59_999)
    deepEqual(plugin.callsOf('posts.create'), [])
    await plugin.clock.advance(1)
    deepEqual(plugin.callsOf('posts.create'), [{ channelId: 'c'.repeat(26), message: 'tea', pendingPostId: 'tea' }])
    deepEqual(plugin.events.map(({ event, payload }) => [event, payload]), [['noticed', { key: 'tea' }]])
    plugin.close()
  })

  it('gives nothing that was not asked for, and judges inputs by their form', async () => {
    const plugin = await createTestPlugin({ folder, isolate: false, granted: ['kv', 'jobs', 'commands'] })
    await rejects(plugin.job('remind', { key: 'k', input: { text: 'tea' } }), { code: 'capability_denied' })
    plugin.grant('posts:write')
    await rejects(plugin.job('remind', { key: 'k', input: { text: 7 } }), { code: 'invalid_input' })
    ok(plugin.manifest.materials?.some(({ name, license }) => name === '@rookery/sdk' && license === 'Apache-2.0'))
    plugin.close()
  })
})
