import {
  pluginsAcceptUpgrade, pluginsDevelop, pluginsDropUpgrade, pluginsEmptyTrash, pluginsExport, pluginsInstall, pluginsInstallFromUrl, pluginsRestore, pluginsTrash, pluginsUninstall, pluginsUpgrade, RookeryError,
} from '@rookery/sdk/protocol'
import { Readable } from 'node:stream'
import type { Access } from '../auth/index.ts'
import type { Settings } from '../config/index.ts'
import { implement, type AnyImplementation, type Context } from '../operations/index.ts'
import type { PluginPackages } from '../plugin-packages/index.ts'
import type { Develop } from './develop.ts'
import type { FetchPackage } from './fetch-package.ts'
import type { Installation } from './installation.ts'
import type { DescribePlugin } from './describe-plugin.ts'
import type { InstalledPlugin } from './installed-plugin.ts'
import type { PluginExports } from './plugin-export.ts'
import { assertMayReadPlugins, assertMayWritePlugins } from './plugin-rights.ts'
import type { Registry } from './registry.ts'
import type { Upgrades } from './upgrades.ts'

interface Parts {
  readonly access: Access
  readonly registry: Registry
  readonly describePlugin: DescribePlugin
  readonly packages: PluginPackages
  readonly installation: Installation
  readonly upgrades: Upgrades
  readonly exports: PluginExports
  readonly develop: Develop
  readonly fetchPackage: FetchPackage
  readonly settings: Settings
}

/** How admins bring plugins, take in other versions of them and take them off the server. */
export function createPluginPackageOperations({ access, registry, describePlugin, packages, installation, upgrades, exports, develop, fetchPackage, settings }: Parts): AnyImplementation[] {
  const find = (context: Context, { pluginId }: { pluginId: string }): InstalledPlugin => {
    assertMayWritePlugins(access, context)
    return registry.find(pluginId)
  }
  const findTrashed = (context: Context, { pluginId }: { pluginId: string }): InstalledPlugin => {
    assertMayWritePlugins(access, context)
    return registry.findTrashed(pluginId)
  }

  return [
    implement(pluginsInstall, {
      access(context) { assertMayWritePlugins(access, context) },
      handle: async (context, input, _accessed, stream = Readable.from([])) => describePlugin(context, await installation.install(await packages.receive(stream, input))),
    }),
    implement(pluginsInstallFromUrl, {
      access(context) { assertMayWritePlugins(access, context) },
      async handle(context, { url, sha256, replace = false, allowOlder, ...input }) {
        const opened = await packages.receive(Readable.from([await fetchPackage(url, sha256)], { objectMode: false }), input)
        const isThere = replace && registry.all.has(opened.manifest.id)
        return describePlugin(context, isThere ? await upgrades.offer(opened.manifest.id, opened, { allowOlder }) : await installation.install(opened))
      },
    }),
    implement(pluginsDevelop, {
      access(context) {
        assertMayWritePlugins(access, context)
        if (!settings.plugins.development) throw new RookeryError('plugin_development_off')
      },
      handle: async (context, _input, _accessed, stream = Readable.from([])) => describePlugin(context, await develop(await packages.receive(stream, { accept: 'unsigned' }))),
    }),
    implement(pluginsUpgrade, {
      access: find,
      handle: async (context, { accept, signer, consent, allowOlder }, { id }, stream = Readable.from([])) => describePlugin(context, await upgrades.offer(id, await packages.receive(stream, { accept, signer }), { consent, allowOlder })),
    }),
    implement(pluginsAcceptUpgrade, { access: find, handle: async (context, { packageHash, consent = [] }, { id }) => describePlugin(context, await upgrades.accept(id, packageHash, consent)) }),
    implement(pluginsDropUpgrade, { access: find, handle: async (context, _input, { id }) => describePlugin(context, await upgrades.drop(id)) }),
    implement(pluginsUninstall, {
      // Nothing shall be left: then of what lies in the trash already too.
      access: (context, { pluginId, data }) => (data === 'purge' && registry.trashed.has(pluginId) ? findTrashed : find)(context, { pluginId }),
      async handle(context, { data }, { id }) {
        if (registry.trashed.has(id)) {
          await installation.emptyTrash(id)
          return null
        }
        const left = await installation.uninstall(id, data)
        return left ? describePlugin(context, left) : null
      },
    }),
    implement(pluginsTrash, {
      access(context) { assertMayReadPlugins(access, context) },
      handle: (context) => [...registry.trashed.values()].sort((one, other) => (one.id < other.id ? -1 : 1)).map((plugin) => describePlugin(context, plugin)),
    }),
    implement(pluginsRestore, { access: findTrashed, handle: async (context, _input, { id }) => describePlugin(context, await installation.restore(id)) }),
    implement(pluginsEmptyTrash, {
      access: findTrashed,
      async handle(_context, _input, { id }) {
        await installation.emptyTrash(id)
        return {}
      },
    }),
    implement(pluginsExport, {
      // All that a plugin keeps is more than what it is.
      access(context, { pluginId }) {
        assertMayWritePlugins(access, context)
        const plugin = registry.all.get(pluginId) ?? registry.trashed.get(pluginId)
        if (!plugin) throw new RookeryError('plugin_not_found', { plugin: pluginId })
        return plugin
      },
      handle: (_context, _input, plugin) => exports.download(plugin),
    }),
  ]
}
