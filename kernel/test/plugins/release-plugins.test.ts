import { deepEqual, equal, match, rejects } from 'node:assert/strict'
import { pluginsDisable, pluginsEnable, pluginsGet, pluginsUninstall, type Plugin } from '@rookery/sdk/protocol'
import { fixturePlugins } from '../../../test/harness/fixture-plugins.ts'
import { command } from '../../../test/harness/plugin-actions.ts'
import { createPackage, installPackage, upgradePackage } from '../../../test/harness/plugin-packages.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'
import type { PluginBundle } from '../../src/plugins/index.ts'

describe('A plugin of the release', () => {
  let world: World
  const bundles: PluginBundle[] = []
  before(async () => {
    const [first] = await fixturePlugins(['first'])
    bundles.push({ ...first as PluginBundle, isTrusted: true })
    world = await createWorld({ bundles })
  })
  after(() => world.close())

  const get = async (): Promise<Plugin> => (await command(world, pluginsGet, { pluginId: 'first' })).plugin
  const renew = async (change: Partial<PluginBundle>): Promise<void> => {
    bundles.push({ ...bundles.pop() as PluginBundle, ...change })
    await world.server.restart()
  }

  it('runs with what it asks for, and comes and goes with the release alone', async () => {
    const { state, origin, granted } = await get()
    deepEqual([state, origin, Object.keys(granted).length], ['enabled', 'release', 5])
    await rejects(command(world, pluginsUninstall, { pluginId: 'first', data: 'keep' }), { code: 'plugin_of_release' })
    const other = await createPackage({ id: 'first', keys: null })
    await rejects(installPackage(world, other, { accept: 'unsigned' }), { code: 'plugin_of_release' })
    await rejects(upgradePackage(world, other, { pluginId: 'first', accept: 'unsigned' }), { code: 'plugin_of_release' })
  })

  it('changes with it, and stays disabled where an admin has disabled it', async () => {
    const { manifest } = bundles[0] as PluginBundle
    await renew({ manifest: { ...manifest, version: '1.1.0', capabilities: { ...manifest.capabilities, 'emoji:read': { reason: 'Smiles.' } } } })
    const renewed = await get()
    deepEqual([renewed.version, renewed.state, 'emoji:read' in renewed.granted], ['1.1.0', 'enabled', true])
    await command(world, pluginsDisable, { pluginId: 'first' })
    await renew({ manifest: { ...manifest, version: '1.2.0' } })
    const disabled = await get()
    deepEqual([disabled.version, disabled.state, 'emoji:read' in disabled.granted], ['1.2.0', 'disabled', false])
    equal((await command(world, pluginsEnable, { pluginId: 'first' })).state, 'enabled')
  })

  it('does not run where it is not what the release was made with, unless an admin wants it', async () => {
    const { source } = bundles[0] as PluginBundle
    await renew({ source: `${source}\n`, isTrusted: false })
    const modified = await get()
    deepEqual([modified.state, modified.version], ['modified', '1.2.0'])
    match(modified.reason, /not those that were enabled/)
    equal((await command(world, pluginsEnable, { pluginId: 'first' })).state, 'enabled')
    await world.server.restart()
    equal((await get()).state, 'enabled')
  })
})
