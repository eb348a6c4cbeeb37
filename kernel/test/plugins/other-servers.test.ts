import { deepEqual, equal, match, rejects } from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Post } from '@mattermost/types/posts'
import { pluginChanged, pluginRemoved, pluginsDisable, pluginsGet, pluginsList, type Plugin } from '@rookery/sdk/protocol'
import { createKernel } from '@rookery/kernel'
import { createLocalBus, createWriter, type Emit } from '../../src/events/index.ts'
import { DatabaseInUseError, sql, type Transaction } from '../../src/storage/index.ts'
import { command, enablePlugin, eventually } from '../../../test/harness/plugin-actions.ts'
import { createPackage, installPackage, makerKeys } from '../../../test/harness/plugin-packages.ts'
import { postRoute } from '../../../test/harness/raw-plugin.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'

const pluginId = 'growing'
const answering = (word: string) => ({
  capabilities: { routes: { reason: 'Is tested.' } }, contributes: { routes: [postRoute('ask')] },
  source: `rookery.on('describe', () => ({})); rookery.on('route POST /ask', () => ({ json: ${JSON.stringify(word)} }))`,
})

describe('A plugin that does not start with the server', function () {
  this.timeout(60_000)
  let world: World
  before(async () => {
    world = await createWorld({ plugins: ['ledger', 'keeper'] })
    for (const id of ['ledger', 'keeper']) await enablePlugin(world, id)
  })
  after(() => world.close())

  const standing = async (id: string): Promise<Plugin> => (await command(world, pluginsGet, { pluginId: id })).plugin
  const breakTables = (): Promise<unknown> => world.server.kernel.db.query(sql`alter table plugin_ledger.rookery_migrations rename to elsewhere`)
  const mendTables = async (): Promise<void> => {
    await world.server.kernel.db.query(sql`drop table if exists plugin_ledger.rookery_migrations`)
    await world.server.kernel.db.query(sql`alter table plugin_ledger.elsewhere rename to rookery_migrations`)
  }

  it('says so, keeps nobody from starting, and is tried again until it does', async () => {
    await breakTables()
    await world.server.restart()
    const { state, reason } = await eventually(() => standing('ledger'), (plugin) => plugin.reason !== '')
    equal(state, 'enabled')
    match(reason, /^it did not start: .*; it is tried again$/)
    equal(world.server.kernel.plugins.hosts.state('keeper'), 'loaded')
    equal(world.server.kernel.plugins.hosts.state('ledger'), 'unloaded')
    await mendTables()
    equal((await eventually(() => standing('ledger'), (plugin) => plugin.reason === '', 30_000)).state, 'enabled')
    equal(world.server.kernel.plugins.hosts.state('ledger'), 'loaded')
  })

  it('is left alone once an admin has disabled it', async () => {
    await breakTables()
    await world.server.restart()
    await eventually(() => standing('ledger'), (plugin) => plugin.reason !== '')
    deepEqual([(await command(world, pluginsDisable, { pluginId: 'ledger' })).reason], [''])
    await mendTables()
    equal(world.server.kernel.plugins.hosts.state('ledger'), 'unloaded')
  })
})

describe('What another server of the same database does to a plugin', function () {
  this.timeout(60_000)
  let world: World
  before(async () => {
    world = await createWorld({ settings: { plugins: { trustedSigners: [makerKeys.publicKey] } } })
    await installPackage(world, await createPackage(answering('first')))
    await enablePlugin(world, pluginId)
  })
  after(() => world.close())

  const standing = async (): Promise<Plugin> => (await command(world, pluginsGet, { pluginId })).plugin
  const asks = async (): Promise<string> => {
    const answer = await fetch(`${world.server.url}/plugins/${pluginId}/ask`, { method: 'POST', headers: { Authorization: `Bearer ${world.ada.token}` } })
    return answer.ok ? await answer.json() as string : String(answer.status)
  }
  /** Only rows and the log are shared; that something is there to be read, this server hears of by what it does itself. */
  const elsewhere = async (work: (transaction: Transaction, emit: Emit) => Promise<unknown>): Promise<void> => {
    const { db, clock, log } = world.server.kernel
    await createWriter({ db, bus: createLocalBus({ log }), clock }).write(work)
    await world.ada.client.createPost({ channel_id: world.channel.id, message: 'wakes the reader' } as Post)
  }
  const setState = (state: Plugin['state']): Promise<void> => elsewhere(async (transaction, emit) => {
    const { generation, version } = await transaction.maybeOne<{ generation: number, version: string }>(sql`update plugins set state = ${state}, generation = generation + 1 where id = ${pluginId} returning generation, version`) ?? { generation: 0, version: '' }
    emit(pluginChanged, { pluginId, version, state, generation }, {})
  })

  it('is done here too: it pauses while it is upgraded there, and goes on with what came of it', async () => {
    equal(await asks(), 'first')
    await setState('upgrading')
    await eventually(standing, ({ state }) => state === 'upgrading')
    await eventually(() => world.server.kernel.plugins.hosts.state(pluginId), (state) => state === 'unloaded')
    equal(await asks(), '503')
    await setState('enabled')
    await eventually(standing, ({ state }) => state === 'enabled')
    await eventually(asks, (answer) => answer === 'first')
    await setState('disabled')
    await eventually(standing, ({ state }) => state === 'disabled')
    equal(await asks(), '404')
    await setState('enabled')
    await eventually(asks, (answer) => answer === 'first')
  })

  it('is not done while this one works: another server on the same database does not start, with a data folder of its own neither', async () => {
    const { settings, log } = world.server.kernel
    const dataFolder = await mkdtemp(path.join(tmpdir(), 'rookery-second-'))
    try {
      await rejects(createKernel({ settings: { ...settings, dataFolder }, log }), DatabaseInUseError)
    } finally {
      await rm(dataFolder, { recursive: true })
    }
    equal(await asks(), 'first')
    await world.server.restart()
    await eventually(asks, (answer) => answer === 'first')
  })

  it('is known here when it is gone there', async () => {
    await elsewhere(async (transaction, emit) => {
      await transaction.query(sql`delete from plugins where id = ${pluginId}`)
      emit(pluginRemoved, { pluginId }, {})
    })
    await eventually(async () => (await command(world, pluginsList, {})).length, (count) => count === 0)
    equal(world.server.kernel.plugins.hosts.state(pluginId), 'unloaded')
  })
})
