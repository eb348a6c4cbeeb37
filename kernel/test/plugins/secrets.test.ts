import { deepEqual, equal, ok, rejects, throws } from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createSecretBox } from '../../src/plugin-storage/index.ts'
import { sql } from '../../src/storage/index.ts'
import { askPlugin, enablePlugin, eventually, grantPlugin } from '../../../test/harness/plugin-actions.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'

interface Told { readonly value?: unknown, readonly code?: string }
type Wish = readonly [verb: string, ...words: unknown[]]

describe('Secrets of a plugin', () => {
  let world: World
  let now = Date.now()
  before(async () => {
    world = await createWorld({ plugins: ['vault'], clock: { now: () => now } })
    await enablePlugin(world, 'vault')
  })
  after(() => world.close())
  beforeEach(() => { now += 2000 })

  const call = (...wishes: readonly Wish[]): Promise<Told[]> => askPlugin<Told[]>(world, 'vault', '/call', wishes.map(([verb, ...words]) => ({ verb, words })))

  it('are read by the plugin and by nobody who has the database', async () => {
    deepEqual((await call(['get', 'token'], ['set', 'token', 'hunter2 ü'], ['get', 'token'], ['set', 'token', 'hunter3'], ['get', 'token'])).map(({ value }) => value), [null, null, 'hunter2 ü', null, 'hunter3'])
    const rows = await world.server.kernel.db.any<{ sealed: Buffer }>(sql`select sealed from plugin_secrets`)
    equal(rows.length, 1)
    ok(!rows[0]?.sealed.includes('hunter'))
    equal((await stat(path.join(world.server.kernel.settings.dataFolder, 'secret.key'))).mode & 0o777, 0o600)
    await world.server.restart()
    deepEqual((await call(['get', 'token'], ['delete', 'token'], ['get', 'token'], ['delete', 'token'], ['set', 'token', null])).map(({ value }) => value), ['hunter3', true, null, false, null])
    ok(!world.server.complaints.join('').includes('hunter'))
  })

  it('cannot be opened under another name, or with another key', async () => {
    await call(['set', 'one', 'hunter2'], ['set', 'two', 'hunter3'])
    await world.server.kernel.db.query(sql`update plugin_secrets set sealed = (select sealed from plugin_secrets where name = 'one') where name = 'two'`)
    deepEqual(await call(['get', 'one'], ['get', 'two']).then((told) => told.map(({ value, code }) => code ?? value)), ['hunter2', 'secret_unreadable'])
    await world.server.kernel.db.query(sql`delete from plugin_secrets`)
  })

  it('sign and verify messages without leaving the server', async () => {
    const body = '{"event":"push"} ü'
    const right = createHmac('sha256', 'hunter2').update(body).digest()
    const message = { algorithm: 'sha256', body }
    await call(['set', 'hook', 'hunter2'])
    const bytes = { algorithm: 'sha256', body: Buffer.from(body).toString('base64'), bodyEncoding: 'base64', encoding: 'base64' }
    deepEqual((await call(
      ['sign', 'hook', message], ['sign', 'hook', bytes], ['sign', 'none', message], ['verify', 'hook', { ...message, signature: right.toString('hex') }], ['verify', 'hook', { ...bytes, signature: right.toString('base64') }],
      ['verify', 'hook', { ...message, signature: 'ab'.repeat(32) }], ['verify', 'hook', { ...message, signature: '' }], ['verify', 'none', { ...message, signature: right.toString('hex') }], ['sign', 'hook', { algorithm: 'md5', body }],
    )).map(({ value, code }) => code ?? value), [right.toString('hex'), right.toString('base64'), null, true, true, false, false, false, 'invalid_input'])
    await call(['delete', 'hook'])
  })

  it('have bounds: of a name, of a secret, of their number', async () => {
    deepEqual((await call(['set', '', 'x'], ['set', '../a', 'x'], ['set', 'a'.repeat(65), 'x'], ['set', 'a', 'x'.repeat(16 * 1024 + 1)], ['set', 'a', 'ü'.repeat(16 * 1024)], ['set', 'a', '\ud800'], ['set', 'a', 1])).map(({ code }) => code),
      ['invalid_input', 'invalid_input', 'invalid_input', 'invalid_input', 'body_too_large', 'invalid_input', 'invalid_input'])
    const told = await call(...Array.from({ length: 102 }, (_, index): Wish => ['set', `name${index}`, 'x']))
    deepEqual(told.slice(99).map(({ code }) => code), [undefined, 'plugin_storage_full', 'plugin_storage_full'])
    now += 2000
    deepEqual(await call(['set', 'name1', 'again'], ['get', 'name101'], ['get', 'name1']), [{ value: null }, { value: null }, { value: 'again' }])
  })

  it('are out of reach from the moment on at which the grant is taken away', async () => {
    const watching = askPlugin<{ code: string }>(world, 'vault', '/watch', {})
    await eventually(() => world.server.kernel.plugins.hosts.statistics('vault')?.invocations, (count) => count !== undefined)
    await grantPlugin(world, 'vault', ['routes'])
    equal((await watching).code, 'capability_denied')
    now += 2000
    deepEqual((await call(['get', 'token'], ['set', 'token', 'x'], ['delete', 'token'])).map(({ code }) => code), ['capability_denied', 'capability_denied', 'capability_denied'])
  })
})

describe('The box in which secrets are sealed', () => {
  let folder: string
  beforeEach(async () => { folder = await mkdtemp(path.join(tmpdir(), 'rookery-box-')) })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('has a key of its own, made once, also by two at the same time', async () => {
    const boxes = [createSecretBox({ key: '', dataFolder: folder }), createSecretBox({ key: '', dataFolder: folder })] as const
    const [one, two] = await Promise.all([boxes[0].seal('first', 'a'), boxes[1].seal('second', 'a')])
    deepEqual([await boxes[1].open(one, 'a'), await boxes[0].open(two, 'a')], ['first', 'second'])
    ok(/^[0-9a-f]{64}$/.test(await readFile(path.join(folder, 'secret.key'), 'utf8')))
  })

  it('opens nothing that was altered, and nothing of another key or meaning', async () => {
    const box = createSecretBox({ key: 'ab'.repeat(32), dataFolder: folder })
    const sealed = await box.seal('text', 'meaning')
    equal(await box.open(sealed, 'meaning'), 'text')
    for (const at of [0, 5, 15, sealed.length - 1]) {
      const altered = Buffer.from(sealed)
      altered[at] = (altered[at] ?? 0) ^ 1
      await rejects(box.open(altered, 'meaning'), { code: 'secret_unreadable' })
    }
    await rejects(box.open(sealed.subarray(0, 10), 'meaning'), { code: 'secret_unreadable' })
    await rejects(box.open(sealed, 'another'), { code: 'secret_unreadable' })
    await rejects(createSecretBox({ key: 'cd'.repeat(32), dataFolder: folder }).open(sealed, 'meaning'), { code: 'secret_unreadable' })
  })

  it('says what is wrong with a key', async () => {
    throws(() => createSecretBox({ key: 'short', dataFolder: folder }), /ROOKERY_SECRET_KEY must be 64 hexadecimal digits/)
    await writeFile(path.join(folder, 'secret.key'), 'garbage')
    await rejects(createSecretBox({ key: '', dataFolder: folder }).seal('x', 'a'), /secret.key in the data folder must be/)
  })
})
