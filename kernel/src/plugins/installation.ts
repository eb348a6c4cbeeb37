import { RookeryError, type InputOf, type pluginsUninstall } from '@rookery/sdk/protocol'
import type { Bots } from '../chat/index.ts'
import type { Clock } from '../clock.ts'
import type { DueWork } from '../jobs/index.ts'
import type { OpenedPackage, PluginPackages } from '../plugin-packages/index.ts'
import type { Turns } from '../turns.ts'
import type { Activity } from './activity.ts'
import { bundleOf, versionOf, type InstalledPlugin } from './installed-plugin.ts'
import type { Lifecycle } from './lifecycle.ts'
import type { PluginData } from './plugin-data.ts'
import type { Moments } from './moments.ts'
import type { PluginExports } from './plugin-export.ts'
import type { Registry } from './registry.ts'
import { assertMigrationsGoOn } from './upgrade-difference.ts'
import type { Upgrades } from './upgrades.ts'

/** How plugins come to the server and leave it. */
export interface Installation {
  install(opened: OpenedPackage): Promise<InstalledPlugin>
  /** Answers what is in the trash; nothing where nothing is left. */
  uninstall(pluginId: string, data: InputOf<typeof pluginsUninstall>['data']): Promise<InstalledPlugin | undefined>
  restore(pluginId: string): Promise<InstalledPlugin>
  emptyTrash(pluginId: string): Promise<void>
}

interface InstallationDependencies {
  readonly registry: Registry
  readonly packages: PluginPackages
  readonly lifecycle: Lifecycle
  readonly moments: Moments
  readonly upgrades: Upgrades
  readonly activity: Activity
  readonly data: PluginData
  readonly exports: PluginExports
  readonly turns: Turns
  readonly bots: Bots
  readonly dueWork: DueWork
  readonly clock: Clock
  /** What is remembered of a plugin outside of its row. */
  readonly forget: (pluginId: string) => void
}

const dueKind = 'plugins.emptyTrash'
const trashMs = 30 * 24 * 3_600_000

export function createInstallation({ registry, packages, lifecycle, moments, upgrades, activity, data, exports, turns, bots, dueWork, clock, forget }: InstallationDependencies): Installation {
  /** May be done again where it was broken off: the row goes last. */
  const empty = async (left: InstalledPlugin): Promise<void> => {
    const { id, packageHash, pending, previous } = left
    if (previous) await data.forgetSnapshot(id, previous.snapshotId)
    await data.purge(id)
    for (const hash of new Set([packageHash, pending?.packageHash, previous?.packageHash])) if (hash) await packages.remove(id, hash)
    await exports.removeOf(left)
    await registry.remove(id, async (transaction) => {
      await activity.forget(transaction, id, { isGone: true })
      await dueWork.remove(transaction, dueKind, id)
    })
  }

  dueWork.on(dueKind, ({ key: id }) => turns.take(id, async () => {
    const plugin = registry.trashed.get(id)
    // It may have come back and gone again since.
    if (plugin?.trash && plugin.trash.expiresAt <= clock.now()) await empty(plugin)
  }))

  /** A package takes up what one of the same signer has left. */
  const takeUp = async (left: InstalledPlugin, opened: OpenedPackage): Promise<InstalledPlugin> => {
    const { id, trash, signer, manifest, packageHash } = left
    if (trash?.data === 'kept') {
      if (signer !== opened.signer) throw new RookeryError('plugin_in_trash', { plugin: id })
      assertMigrationsGoOn(manifest, opened.manifest)
    }
    const installed = await registry.change(id, async (_present, transaction) => {
      await dueWork.remove(transaction, dueKind, id)
      return { ...versionOf(opened), granted: {}, state: 'disabled', reason: '', trash: null }
    })
    registry.setBundle(id, bundleOf(opened))
    if (packageHash !== '' && packageHash !== opened.hash) await packages.remove(id, packageHash)
    return installed
  }

  const uninstall: Installation['uninstall'] = async (id, how) => {
    const found = registry.find(id)
    // What goes for good need not go back first, which may be what does not work.
    const present = how === 'purge' ? found : await upgrades.recover(found)
    if (present.origin === 'release') throw new RookeryError('plugin_of_release', { plugin: id })
    if (present.state === 'enabled') await moments.tell(present, 'uninstalled')
    const stopped = await lifecycle.stop(present, 'disabled', '')
    const archiveKey = how === 'export' ? await exports.write(stopped) : ''
    const at = clock.now()
    const expiresAt = how === 'purge' ? at : at + trashMs
    const left = await registry.change(id, async ({ botUserId }, transaction, emit) => {
      // What is kept waits with it, and goes on when it comes back.
      if (how !== 'keep') await activity.forget(transaction, id, { isGone: false })
      if (botUserId !== '') await bots.setActive(transaction, emit, botUserId, false)
      await dueWork.put(transaction, { kind: dueKind, key: id, dueAt: expiresAt, payload: {} })
      return { state: 'trashed', pending: null, trash: { data: how === 'keep' ? 'kept' : how === 'export' ? 'exported' : 'purged', at, expiresAt, archiveKey } }
    })
    forget(id)
    if (present.pending && present.pending.packageHash !== left.packageHash) await packages.remove(id, present.pending.packageHash)
    if (how === 'export') await data.purge(id)
    if (how !== 'purge') return left
    await empty(left)
    return undefined
  }

  return {
    install: (opened) => turns.take(opened.manifest.id, async () => {
      const { id } = opened.manifest
      const present = registry.all.get(id)
      if (present) throw new RookeryError(present.origin === 'release' ? 'plugin_of_release' : 'plugin_installed_already', { plugin: id })
      const broken = registry.trashed.get(id)
      if (broken?.trash?.data === 'purged') await empty(broken)
      const left = registry.trashed.get(id)
      await packages.keep(opened)
      try {
        return await (left ? takeUp(left, opened) : registry.add(opened))
      } catch (error) {
        if (left?.packageHash !== opened.hash) await packages.remove(id, opened.hash)
        throw error
      }
    }),
    uninstall: (id, how) => turns.take(id, () => uninstall(id, how)),
    restore: (id) => turns.take(id, async () => {
      const left = registry.findTrashed(id)
      if (left.trash?.data === 'purged') throw new RookeryError('plugin_not_found', { plugin: id })
      const restored = await registry.change(id, async (_present, transaction) => {
        await dueWork.remove(transaction, dueKind, id)
        return { state: 'disabled', reason: '', trash: null }
      })
      if (left.packageHash !== '') {
        const opened = await packages.read(id, left.packageHash)
        if (opened) registry.setBundle(id, bundleOf(opened))
      }
      if (left.trash && left.trash.archiveKey !== '') await exports.remove(left.trash.archiveKey)
      return restored
    }),
    emptyTrash: (id) => turns.take(id, () => empty(registry.findTrashed(id))),
  }
}
