import { deepEqual, match } from 'node:assert/strict'
import path from 'node:path'
import { bundlePlugin } from '@rookery/sdk/bundle'
import { writePackage } from '@rookery/sdk/package'
import { pluginsDisable, pluginsRestore, pluginsUninstall } from '@rookery/sdk/protocol'
import { command, enablePlugin } from '../../../test/harness/plugin-actions.ts'
import { installPackage, upgradePackage } from '../../../test/harness/plugin-packages.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'
import { sql } from '../../src/storage/index.ts'

const pluginId = 'diarist'

describe('The life of a plugin, as it is told of it', () => {
  let world: World
  before(async () => { world = await createWorld({ settings: { plugins: { acceptPackages: 'unsigned' } } }) })
  after(() => world.close())

  const version = async (number: string): Promise<Buffer> => {
    const bundled = await bundlePlugin(path.join(import.meta.dirname, '../../../test/fixtures/plugins/diarist'))
    return writePackage({ ...bundled, manifest: { ...bundled.manifest, version: number } })
  }
  /** What it has written down since it was last asked. */
  const diary = async (): Promise<string[]> => {
    const { db } = world.server.kernel
    const lines = await db.any<{ key: string, value: string }>(sql`delete from plugin_values where plugin_id = ${pluginId} returning key, value::text as value`)
    return lines.map(({ key, value }) => `${key} ${value}`).sort()
  }

  it('begins when it is enabled, goes on with another version, and ends with its being disabled, whatever it says', async () => {
    await installPackage(world, await version('1.0.0'))
    deepEqual(await diary(), [])
    await enablePlugin(world, pluginId)
    deepEqual(await diary(), ['1 enabled true'])
    await upgradePackage(world, await version('1.1.0'), { pluginId })
    deepEqual(await diary(), ['2 upgraded "1.0.0"'])
    await world.server.restart()
    deepEqual(await diary(), [])
    await command(world, pluginsUninstall, { pluginId, data: 'keep' })
    deepEqual(await diary(), ['3 uninstalled true', '4 disabled true'])
    match(world.server.complaints.join(''), /failed at a moment of its life/)
  })

  it('has no moments while it does not run', async () => {
    await command(world, pluginsRestore, { pluginId })
    await upgradePackage(world, await version('1.2.0'), { pluginId })
    await command(world, pluginsDisable, { pluginId })
    await command(world, pluginsUninstall, { pluginId, data: 'keep' })
    deepEqual(await diary(), [])
  })
})
