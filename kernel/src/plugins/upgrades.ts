import { RookeryError } from '@rookery/sdk/protocol'
import type { Ids } from '../ids.ts'
import type { OpenedPackage, PluginPackages } from '../plugin-packages/index.ts'
import type { Clock } from '../clock.ts'
import type { Log } from '../telemetry/index.ts'
import type { Turns } from '../turns.ts'
import type { Activity } from './activity.ts'
import { assertTriggersFree } from './commands/index.ts'
import { compareVersions } from './compare-versions.ts'
import { failureOf } from './failure.ts'
import { bundleOf, isMeantToRun, versionOf, type InstalledPlugin, type PreviousVersion } from './installed-plugin.ts'
import type { Moments } from './moments.ts'
import type { PluginData } from './plugin-data.ts'
import type { PluginHealthChecks } from './plugin-health.ts'
import type { Registry } from './registry.ts'
import type { Runtime } from './runtime.ts'
import type { Trust } from './trust.ts'
import { assertMigrationsGoOn, assertRequested, differenceOf, grantsAfter, isCovered } from './upgrade-difference.ts'

/** From one version to the next, or back. */
export interface Upgrades {
  /** Carries it out, or lets it wait where it asks for more than is consented to. */
  offer(pluginId: string, opened: OpenedPackage, agreed?: Agreed): Promise<InstalledPlugin>
  /** Consents to the version that waits, as it is in this package, and to capabilities that it can do without. */
  accept(pluginId: string, packageHash: string, consent: readonly string[]): Promise<InstalledPlugin>
  drop(pluginId: string): Promise<InstalledPlugin>
  /** Goes back to the version before where an upgrade was broken off; else answers the plugin as it is. It is its caller's turn. */
  recover(plugin: InstalledPlugin): Promise<InstalledPlugin>
}

/** What an admin has agreed to with the package itself. */
interface Agreed {
  readonly consent?: readonly string[] | undefined
  readonly allowOlder?: boolean | undefined
}

interface UpgradesDependencies {
  readonly registry: Registry
  readonly packages: PluginPackages
  readonly runtime: Runtime
  readonly moments: Moments
  readonly activity: Activity
  readonly data: PluginData
  readonly health: PluginHealthChecks
  readonly turns: Turns
  readonly trust: Trust
  readonly ids: Ids
  readonly clock: Clock
  readonly log: Log
}

export function createUpgrades({ registry, packages, runtime, moments, activity, data, health, turns, trust, ids, clock, log }: UpgradesDependencies): Upgrades {
  const removePackage = async (pluginId: string, hash: string, ...stillUsed: (string | undefined)[]): Promise<void> => {
    if (hash !== '' && !stillUsed.includes(hash)) await packages.remove(pluginId, hash)
  }

  /** The version before runs again, with its data as it was. Whatever has happened, this may be begun anew. */
  const rollBack = async (plugin: InstalledPlugin, previous: PreviousVersion, reason: string): Promise<InstalledPlugin> => {
    const { snapshotId, ...version } = previous
    const before: InstalledPlugin = { ...plugin, ...version }
    runtime.unload(plugin.id)
    await data.restore(before, snapshotId)
    const restored = await registry.change(plugin.id, () => ({ ...version, state: 'enabled', previous: null, reason }))
    try {
      await runtime.load(restored, await registry.readBundle(restored))
      await resume(restored)
    } catch (error) {
      log.error('A plugin went back to the version before, which does not start', { plugin: plugin.id, error })
    }
    await data.forgetSnapshot(plugin.id, snapshotId)
    await removePackage(plugin.id, plugin.packageHash, restored.packageHash, restored.pending?.packageHash)
    return registry.all.get(plugin.id) ?? restored
  }

  const resume = async (plugin: InstalledPlugin): Promise<void> => {
    await activity.follow(plugin, { isNew: false })
    await activity.resume(plugin.id)
  }

  /** Nothing of the plugin runs on any node as long as it is `upgrading`; what happens meanwhile waits. */
  const carryOut = async (present: InstalledPlugin, opened: OpenedPackage, granted: InstalledPlugin['granted']): Promise<InstalledPlugin> => {
    const { id, version, manifest, sourceHash, packageHash, signer } = present
    const bundle = registry.bundle(id)
    await packages.keep(opened)
    if (present.state !== 'enabled') {
      // What does not run has its data brought on when it is enabled; and what stood in people's way is not out of it by another version.
      const next = isMeantToRun(present) ? { state: 'quarantined', reason: 'another version of it waits to be enabled' } as const : { state: 'disabled', reason: '' } as const
      const replaced = await registry.change(id, () => ({ ...versionOf(opened), granted, pending: null, ...next }))
      registry.setBundle(id, bundleOf(opened))
      await removePackage(id, packageHash, replaced.packageHash)
      return replaced
    }
    const previous: PreviousVersion = { version, manifest, sourceHash, packageHash, signer, granted: present.granted, snapshotId: ids.next() }
    const upgrading = await registry.change(id, () => ({ ...versionOf(opened), granted, pending: null, previous, state: 'upgrading', reason: '' }))
    try {
      runtime.unload(id)
      await activity.follow({ ...present, state: 'upgrading' }, { isNew: false })
      await data.snapshot(present, previous.snapshotId)
      await data.prepare(upgrading)
      registry.setBundle(id, bundleOf(opened))
      await runtime.load(upgrading, bundleOf(opened))
      await health.assertHealthy(upgrading)
    } catch (error) {
      const failure = failureOf(error)
      const reason = failure.kind === 'failed' ? failure.reason : 'it is not available'
      log.warn('An upgrade of a plugin failed, and it goes back', { plugin: id, version: opened.manifest.version, error })
      if (bundle) registry.setBundle(id, bundle)
      await rollBack(upgrading, previous, `version ${opened.manifest.version} did not work: ${reason}`.slice(0, 500))
      throw new RookeryError('plugin_upgrade_failed', { plugin: id, version: opened.manifest.version, reason: reason.slice(0, 300) }, { cause: error })
    }
    const done = await registry.change(id, () => ({ state: 'enabled', previous: null }))
    await resume(done)
    await moments.tell(done, 'upgraded', { from: version })
    await data.forgetSnapshot(id, previous.snapshotId)
    await removePackage(id, packageHash, done.packageHash)
    return done
  }

  const assertFits = (present: InstalledPlugin, { manifest }: OpenedPackage): void => {
    if (present.origin === 'release') throw new RookeryError('plugin_of_release', { plugin: present.id })
    if (manifest.id !== present.id) throw new RookeryError('package_invalid', { reason: `it is of the plugin ${manifest.id}, not of ${present.id}` })
    assertMigrationsGoOn(present.manifest, manifest)
    // What is off has words for nobody, and is asked when it is enabled.
    if (isMeantToRun(present)) assertTriggersFree(manifest, registry.all.values())
  }

  /** What was signed once stays signed for ever: a fault that was mended does not come back because somebody sends it again. */
  const assertNotOlder = ({ id, version }: InstalledPlugin, { manifest }: OpenedPackage): void => {
    if (compareVersions(manifest.version, version) < 0) throw new RookeryError('plugin_version_older', { plugin: id, version: manifest.version, present: version })
  }

  const wait = async (present: InstalledPlugin, opened: OpenedPackage): Promise<InstalledPlugin> => {
    const { manifest, signer, hash: packageHash } = opened
    await packages.keep(opened)
    const waiting = await registry.change(present.id, () => ({ pending: { version: manifest.version, packageHash, signer, manifest, createAt: clock.now() } }))
    await removePackage(present.id, present.pending?.packageHash ?? '', packageHash, present.packageHash)
    return waiting
  }

  const recover: Upgrades['recover'] = async (plugin) =>
    plugin.previous ? rollBack(plugin, plugin.previous, `version ${plugin.version} was broken off`) : plugin

  return {
    recover,
    offer: (id, opened, { consent = [], allowOlder = false } = {}) => turns.take(id, async () => {
      const present = await recover(registry.find(id))
      assertFits(present, opened)
      if (!allowOlder) assertNotOlder(present, opened)
      assertRequested(opened.manifest, consent)
      const difference = differenceOf(present, opened)
      if (difference.needsConsent && !isCovered(difference, consent)) return wait(present, opened)
      try {
        return await carryOut(present, opened, grantsAfter(present.granted, opened.manifest, consent))
      } finally {
        // Another one that waited has been overtaken.
        await removePackage(id, present.pending?.packageHash ?? '', registry.find(id).packageHash)
      }
    }),
    accept: (id, packageHash, consent) => turns.take(id, async () => {
      const present = await recover(registry.find(id))
      const { pending } = present
      if (pending?.packageHash !== packageHash) throw new RookeryError('plugin_upgrade_not_found', { plugin: id })
      trust.assertNotRevoked({ id, version: pending.version, signer: pending.signer })
      assertRequested(pending.manifest, consent)
      const opened = await packages.read(id, packageHash)
      if (!opened) throw new RookeryError('plugin_modified', { plugin: id })
      assertFits(present, opened)
      const { capabilities, hosts } = differenceOf(present, pending)
      const asked = Object.entries(capabilities).filter(([, { optional }]) => !optional).map(([name]) => name)
      return carryOut(present, opened, grantsAfter(present.granted, pending.manifest, [...asked, ...Object.keys(hosts), ...consent]))
    }),
    drop: (id) => turns.take(id, async () => {
      const present = registry.find(id)
      if (!present.pending) throw new RookeryError('plugin_upgrade_not_found', { plugin: id })
      const changed = await registry.change(id, () => ({ pending: null }))
      await removePackage(id, present.pending.packageHash, changed.packageHash, changed.previous?.packageHash)
      return changed
    }),
  }
}
