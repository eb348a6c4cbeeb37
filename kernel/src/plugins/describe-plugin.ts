import type { Plugin } from '@rookery/sdk/protocol'
import type { InstalledPlugin, PendingUpgrade } from './installed-plugin.ts'
import { differenceOf } from './upgrade-difference.ts'

/** As the protocol shows it. */
export const describePlugin = (plugin: InstalledPlugin): Plugin => ({
  id: plugin.id, name: plugin.manifest.name, version: plugin.version, description: plugin.manifest.description ?? '', state: plugin.state, reason: plugin.reason,
  generation: plugin.generation, origin: plugin.origin, signer: plugin.signer, botUserId: plugin.botUserId, requested: { ...plugin.manifest.capabilities }, granted: { ...plugin.granted },
  upgrade: plugin.pending && describeUpgrade(plugin, plugin.pending), trash: plugin.trash && { data: plugin.trash.data, at: plugin.trash.at, expiresAt: plugin.trash.expiresAt },
  binding: plugin.binding, createAt: plugin.createAt, updateAt: plugin.updateAt,
})

const describeUpgrade = (plugin: InstalledPlugin, { version, signer, packageHash, createAt, manifest }: PendingUpgrade): NonNullable<Plugin['upgrade']> =>
  ({ version, signer, packageHash, createAt, difference: differenceOf(plugin, { manifest, signer }) })
