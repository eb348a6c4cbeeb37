import { RookeryError } from '@rookery/sdk/protocol'
import type { OpenedPackage, PluginPackages } from '../plugin-packages/index.ts'
import type { Turns } from '../turns.ts'
import type { Installation } from './installation.ts'
import { assertTriggersFree } from './commands/index.ts'
import { bundleOf, versionOf, type InstalledPlugin } from './installed-plugin.ts'
import type { Lifecycle } from './lifecycle.ts'
import type { Registry } from './registry.ts'
import { assertMigrationsGoOn } from './upgrade-difference.ts'

/** Puts what somebody is writing in the place of what they wrote a moment ago: no snapshot, no trial, no second look. */
export type Develop = (opened: OpenedPackage) => Promise<InstalledPlugin>

interface DevelopDependencies {
  readonly registry: Registry
  readonly packages: PluginPackages
  readonly installation: Installation
  readonly lifecycle: Lifecycle
  readonly turns: Turns
}

export function createDevelop({ registry, packages, installation, lifecycle, turns }: DevelopDependencies): Develop {
  const replace = (opened: OpenedPackage): Promise<void> => turns.take(opened.manifest.id, async () => {
    const { manifest: { id }, hash, manifest } = opened
    const present = registry.find(id)
    if (present.origin === 'release' || present.previous) throw new RookeryError('plugin_of_release', { plugin: id })
    if (present.packageHash === hash) return
    assertMigrationsGoOn(present.manifest, manifest)
    assertTriggersFree(manifest, registry.all.values())
    await packages.keep(opened)
    // Grants of what it asks for no more go with the next enabling.
    await registry.change(id, ({ granted }) => ({ ...versionOf(opened), granted: Object.fromEntries(Object.entries(granted).filter(([name]) => Object.hasOwn(manifest.capabilities, name))), pending: null }))
    registry.setBundle(id, bundleOf(opened))
    if (present.packageHash !== '') await packages.remove(id, present.packageHash)
  })

  return async (opened) => {
    const { id, capabilities } = opened.manifest
    if (registry.all.has(id)) await replace(opened)
    else await installation.install(opened)
    return lifecycle.enable(id, Object.keys(capabilities))
  }
}
