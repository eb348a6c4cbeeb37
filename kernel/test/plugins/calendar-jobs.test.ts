import { deepEqual, equal, rejects } from 'node:assert/strict'
import { pluginsDisable } from '@rookery/sdk/protocol'
import { createHeldClock } from '../../../test/harness/held-clock.ts'
import { command, enablePlugin, eventually } from '../../../test/harness/plugin-actions.ts'
import { createPackage, installPackage } from '../../../test/harness/plugin-packages.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'
import { sql } from '../../src/storage/index.ts'

const dayMs = 86_400_000
const pluginId = 'almanac'
const packed = (job: { readonly cron?: string, readonly timeZone?: string, readonly everyMs?: number }) => createPackage({
  id: pluginId, capabilities: { jobs: { reason: 'Works in the morning.' } }, contributes: { jobs: [{ name: 'morning', ...job }] }, source: 'rookery.on("job morning", () => null)',
})

describe('Work of plugins by the calendar', () => {
  let world: World
  const clock = createHeldClock()
  before(async () => {
    // At noon, so that no morning comes while the test runs.
    clock.advance((1.5 * dayMs - clock.now() % dayMs) % dayMs)
    world = await createWorld({ clock })
  })
  after(() => world.close())

  const dueAt = async (): Promise<number | undefined> => (await world.server.kernel.db.maybeOne<{ dueAt: number }>(sql`select due_at as "dueAt" from due_work where kind = 'plugins.job'`))?.dueAt
  /** The coming nine o'clock of Tokyo, which puts no clock forward. */
  const morning = (): number => (Math.floor(clock.now() / dayMs) + 1) * dayMs

  it('is described in words that are understood, or refused', async () => {
    for (const job of [{ cron: 'tomorrow' }, { cron: '0 9 * * *', timeZone: 'Moon/Tycho' }, { cron: '0 9 * * *', everyMs: 1000 }, { timeZone: 'Asia/Tokyo' }]) {
      await rejects(installPackage(world, await packed(job), { accept: 'signed' }), { code: 'plugin_incomplete' }, JSON.stringify(job))
    }
  })

  it('is due at the next of its times, and after each run at the one that follows', async () => {
    await installPackage(world, await packed({ cron: '0 9 * * *', timeZone: 'Asia/Tokyo' }), { accept: 'signed' })
    await enablePlugin(world, pluginId)
    const first = morning()
    equal(await dueAt(), first)
    // A restart changes nothing of that.
    await world.server.restart()
    equal(await dueAt(), first)
    await world.server.kernel.db.query(sql`update due_work set due_at = ${clock.now()} where kind = 'plugins.job'`)
    await world.server.restart()
    await eventually(dueAt, (at) => at === first)
    await command(world, pluginsDisable, { pluginId })
    deepEqual(await dueAt(), undefined)
  })
})
