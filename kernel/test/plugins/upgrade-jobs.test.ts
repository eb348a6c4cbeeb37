import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import type { Post } from '@mattermost/types/posts'
import pg from 'pg'
import type { Plugin } from '@rookery/sdk/protocol'
import { enablePlugin, eventually } from '../../../test/harness/plugin-actions.ts'
import { createPackage, installPackage, makerKeys, upgradePackage } from '../../../test/harness/plugin-packages.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'
import { sql } from '../../src/storage/index.ts'

const pluginId = 'growing'
const hourMs = 3_600_000
/** Long enough to upgrade before the first run, short enough for a trial to outlast it. */
const everyMs = 5000

describe('Work that comes again and again, while another version of its plugin is on trial', function () {
  this.timeout(60_000)
  let world: World
  before(async () => {
    world = await createWorld({ settings: { plugins: { trustedSigners: [makerKeys.publicKey] } } })
    await installPackage(world, await version('1.0.0', { everyMs }))
    await enablePlugin(world, pluginId)
  })
  after(() => world.close())

  /** Writes its number whenever it works, and is as well as it is said to be once it could write a value. */
  const version = (number: string, times: { readonly everyMs?: number, readonly cron?: string } | undefined, isHealthy = true): Promise<Buffer> => createPackage({
    version: number, capabilities: { 'jobs': { reason: 'Works.' }, 'posts:write': { reason: 'Says so.' }, 'kv': { reason: 'Counts its trials.' } },
    contributes: { jobs: times ? [{ name: 'work', ...times }] : [], lifecycle: ['health'] },
    source: `
      const channelId = '${world.channel.id}'
      const call = async ({ invocation }, name, input) => (await rookery.call('calls', { invocation, calls: [{ name, input, asActor: false }] }))[0].value
      rookery.on('job work', (asked) => call(asked, 'posts.create', { channelId, message: '${number} worked' }))
      rookery.on('lifecycle health', async (asked) => {
        await call(asked, 'kv.increment', { key: 'trials' })
        return { isHealthy: ${String(isHealthy)}, detail: 'the moon is wrong' }
      })`,
  })
  /** When it worked, by version. */
  const worked = async (number: string): Promise<number[]> => {
    const { posts } = await world.ada.client.getPosts(world.channel.id) as { posts: Record<string, Post> }
    return Object.values(posts).filter(({ message }) => message === `${number} worked`).map(({ create_at: at }) => at).sort((one, other) => one - other)
  }
  const waiting = (): Promise<{ dueAt: number, isLate: boolean } | undefined> =>
    world.server.kernel.db.maybeOne(sql`select due_at as "dueAt", coalesce((payload -> 'isLate')::boolean, false) as "isLate" from due_work where kind = 'plugins.job'`)
  /** Puts a version on trial, and lets that end after a run came due. */
  const upgradeLate = async (bytes: Buffer): Promise<Plugin> => {
    const client = new pg.Client(world.server.kernel.db.connection as pg.ClientConfig)
    await client.connect()
    // No value is written before this ends.
    await client.query('begin; lock table plugin_values in share mode')
    const upgrade = upgradePackage(world, bytes)
    const isDue = eventually(waiting, (row) => row?.isLate ?? false)
    await Promise.race([isDue, upgrade]).finally(() => client.end())
    return upgrade
  }

  it('is done once by the version before where that comes back, and then at its times', async () => {
    const bytes = await version('2.0.0', { everyMs }, false)
    await rejects(upgradeLate(bytes), { code: 'plugin_upgrade_failed' })
    const backAt = Date.now()
    const [first = Infinity, second = 0] = await eventually(() => worked('1.0.0'), (runs) => runs.length === 2)
    ok(first < backAt + everyMs, 'it was due already')
    ok(second > first + everyMs / 2, `it was done once, and then after ${second - first} ms`)
    deepEqual(await worked('2.0.0'), [])
  })

  it('is done once by the version that takes over', async () => {
    await upgradeLate(await version('3.0.0', { everyMs }))
    const overAt = Date.now()
    const [first = Infinity, second = 0] = await eventually(() => worked('3.0.0'), (runs) => runs.length === 2)
    ok(first < overAt + everyMs, 'it was due already')
    ok(second > first + everyMs / 2, `it was done once, and then after ${second - first} ms`)
  })

  it('follows the next version where that has other times, or none', async () => {
    await upgradeLate(await version('4.0.0', { everyMs: hourMs }))
    const { dueAt = 0, isLate } = await waiting() ?? {}
    ok(dueAt > Date.now() + hourMs / 2)
    equal(isLate, false)
    await upgradePackage(world, await version('5.0.0', { cron: '0 9 1 1 *' }))
    const newYear = await waiting()
    deepEqual([new Date(newYear?.dueAt ?? 0).toISOString().slice(4, 16), newYear?.isLate], ['-01-01T09:00', false])
    // What it had to do at other times does not come back with them.
    await upgradePackage(world, await version('6.0.0', undefined))
    await upgradePackage(world, await version('7.0.0', { everyMs: hourMs }))
    ok(((await waiting())?.dueAt ?? Infinity) <= Date.now() + hourMs)
    deepEqual([await worked('4.0.0'), await worked('5.0.0'), await worked('7.0.0')], [[], [], []])
  })
})
