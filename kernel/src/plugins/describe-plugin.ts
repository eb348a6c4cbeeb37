import type { Plugin } from '@rookery/sdk/protocol'
import type { Context } from '../operations/index.ts'
import type { InstalledPlugin, PendingUpgrade } from './installed-plugin.ts'
import type { PluginTexts } from './translations/index.ts'
import { differenceOf } from './upgrade-difference.ts'

export type DescribePlugin = (context: Context, plugin: InstalledPlugin) => Plugin

/** As the protocol shows plugins, to each in their language. */
export const createDescribePlugin = ({ texts }: { texts: PluginTexts }): DescribePlugin => ({ locale }, plugin) =>
  describe({ ...plugin, manifest: texts.localise(plugin.manifest, locale), pending: plugin.pending && { ...plugin.pending, manifest: texts.localise(plugin.pending.manifest, locale) } })

const describe = (plugin: InstalledPlugin): Plugin => ({
  id: plugin.id, name: plugin.manifest.name, version: plugin.version, description: plugin.manifest.description ?? '', state: plugin.state, reason: plugin.reason,
  generation: plugin.generation, origin: plugin.origin, signer: plugin.signer, botUserId: plugin.botUserId, requested: { ...plugin.manifest.capabilities }, wishes: { ...wishesOf(plugin) }, granted: { ...plugin.granted },
  upgrade: plugin.pending && describeUpgrade(plugin, plugin.pending), trash: plugin.trash && { data: plugin.trash.data, at: plugin.trash.at, expiresAt: plugin.trash.expiresAt },
  binding: plugin.binding, createAt: plugin.createAt, updateAt: plugin.updateAt,
})

/** Of what it asks for and has not. */
const wishesOf = ({ wishes, granted, manifest }: InstalledPlugin): InstalledPlugin['wishes'] =>
  Object.fromEntries(Object.entries(wishes).filter(([capability]) => Object.hasOwn(manifest.capabilities, capability) && !Object.hasOwn(granted, capability)))

const describeUpgrade = (plugin: InstalledPlugin, { version, signer, packageHash, createAt, manifest }: PendingUpgrade): NonNullable<Plugin['upgrade']> =>
  ({ version, signer, packageHash, createAt, difference: differenceOf(plugin, { manifest, signer }) })
