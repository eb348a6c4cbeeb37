import { deepEqual, equal, rejects } from 'node:assert/strict'
import { pluginsDisable } from '@rookery/sdk/protocol'
import { command, enablePlugin, eventually } from '../../../test/harness/plugin-actions.ts'
import { createPackage, installPackage } from '../../../test/harness/plugin-packages.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'
import { sql } from '../../src/storage/index.ts'

const hourMs = 3_600_000
const pluginId = 'almanac'
const packed = (job: { readonly cron?: string, readonly timeZone?: string, readonly everyMs?: number, readonly deadlineMs?: number }) => createPackage({
  id: pluginId, capabilities: { jobs: { reason: 'Works in the morning.' } }, contributes: { jobs: [{ name: 'morning', ...job }] }, source: 'rookery.on("job morning", () => null)',
})

describe('Work of plugins by the calendar', () => {
  let world: World
  before(async () => { world = await createWorld() })
  after(() => world.close())

  const dueAt = async (): Promise<number | undefined> => (await world.server.kernel.db.maybeOne<{ dueAt: number }>(sql`select due_at as "dueAt" from due_work where kind = 'plugins.job'`))?.dueAt
  /** A full hour, so far away that it does not come while the test runs; in Tokyo, which puts no clock forward. */
  const soon = Math.floor(Date.now() / hourMs + 12) * hourMs
  const cron = `0 ${(new Date(soon).getUTCHours() + 9) % 24} * * *`

  it('is described in words that are understood, or refused', async () => {
    for (const job of [{ cron: 'tomorrow' }, { cron: '0 9 * * *', timeZone: 'Moon/Tycho' }, { cron: '0 9 * * *', everyMs: 1000 }, { timeZone: 'Asia/Tokyo' }, { everyMs: 1000, deadlineMs: 300_001 }]) {
      await rejects(installPackage(world, await packed(job), { accept: 'signed' }), { code: 'package_invalid' }, JSON.stringify(job))
    }
  })

  it('is due at the next of its times, and after each run at the one that follows', async () => {
    await installPackage(world, await packed({ cron, timeZone: 'Asia/Tokyo' }), { accept: 'signed' })
    await enablePlugin(world, pluginId)
    equal(await dueAt(), soon)
    // A restart changes nothing of that.
    await world.server.restart()
    equal(await dueAt(), soon)
    // What was missed is done once, and then waits again.
    await world.server.kernel.db.query(sql`update due_work set due_at = ${Date.now() - hourMs} where kind = 'plugins.job'`)
    await world.server.restart()
    await eventually(dueAt, (at) => at === soon)
    await command(world, pluginsDisable, { pluginId })
    deepEqual(await dueAt(), undefined)
  })
})
