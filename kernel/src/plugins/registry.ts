import { hashPlugin } from '@rookery/sdk/package'
import { pluginChanged, pluginRemoved, PluginManifest, RookeryError } from '@rookery/sdk/protocol'
import type { Clock } from '../clock.ts'
import type { Emit, Writer } from '../events/index.ts'
import type { Validation } from '../operations/index.ts'
import type { OpenedPackage, PluginPackages } from '../plugin-packages/index.ts'
import type { Database, Transaction } from '../storage/index.ts'
import type { Log } from '../telemetry/index.ts'
import { bundleOf, versionOf, type InstalledPlugin, type PluginBundle } from './installed-plugin.ts'
import { assertManifest } from './manifest-form.ts'
import { deletePlugin, insertPlugin, lockPlugin, selectPlugin, selectPlugins, updatePlugin } from './plugin-rows.ts'
import { grantOf, keepGrants } from './upgrade-difference.ts'

type Change = Partial<Omit<InstalledPlugin, 'id' | 'generation' | 'origin' | 'createAt' | 'updateAt'>>
type Decide = (present: InstalledPlugin, transaction: Transaction, emit: Emit) => Promise<Change> | Change

/** Which plugins there are and what each may do: one row each, held in memory. */
export interface Registry {
  /** All but those in the trash. */
  readonly all: ReadonlyMap<string, InstalledPlugin>
  readonly trashed: ReadonlyMap<string, InstalledPlugin>
  /** Throws `plugin_not_found`. */
  find(id: string): InstalledPlugin
  findTrashed(id: string): InstalledPlugin
  /** Its code, where it lies ready. */
  bundle(id: string): PluginBundle | undefined
  /** Looks at the files again. Throws where they are gone or are not those that were installed, and remembers that. */
  readBundle(plugin: InstalledPlugin): Promise<PluginBundle>
  setBundle(id: string, bundle: PluginBundle): void
  /** Changes the row under its lock, tells of it, and has memory know before it answers. */
  change(id: string, decide: Decide): Promise<InstalledPlugin>
  /** A plugin that was never here, disabled and with nothing granted. Throws where it is here all the same. */
  add(opened: OpenedPackage): Promise<InstalledPlugin>
  /** Nothing of it is left. */
  remove(id: string, work: (transaction: Transaction) => Promise<void>): Promise<void>
  /** Of the row as it is known here; undefined where none is. */
  generationOf(id: string): number | undefined
  /** Reads the row again, as another server may have left it; undefined where it is gone. */
  reread(id: string): Promise<InstalledPlugin | undefined>
  /** Hears of every plugin whose row changed. */
  onChange(listener: (plugin: InstalledPlugin, before: InstalledPlugin | undefined) => void): void
  /** Reads the rows and the files, and writes the rows of bundles that are new or differ. */
  load(): Promise<void>
}

interface RegistryDependencies {
  readonly db: Database
  readonly writer: Writer
  readonly clock: Clock
  readonly log: Log
  readonly validation: Validation
  readonly packages: PluginPackages
  readonly bundles: readonly PluginBundle[]
}

const otherFiles = 'its files are not those that were installed'

export function createRegistry({ db, writer, clock, log, validation, packages, bundles }: RegistryDependencies): Registry {
  const plugins = new Map<string, InstalledPlugin>()
  const trashed = new Map<string, InstalledPlugin>()
  const code = new Map<string, PluginBundle>()
  const listeners: ((plugin: InstalledPlugin, before: InstalledPlugin | undefined) => void)[] = []

  const learn = (plugin: InstalledPlugin): void => {
    const before = plugins.get(plugin.id) ?? trashed.get(plugin.id)
    // Two changes may be read in the other order than they were made.
    if (before && before.generation > plugin.generation) return
    const [home, other] = plugin.state === 'trashed' ? [trashed, plugins] : [plugins, trashed]
    other.delete(plugin.id)
    home.set(plugin.id, plugin)
    for (const listener of listeners) listener(plugin, before)
  }

  const findIn = (table: ReadonlyMap<string, InstalledPlugin>) => (id: string): InstalledPlugin => {
    const plugin = table.get(id)
    if (!plugin) throw new RookeryError('plugin_not_found', { plugin: id })
    return plugin
  }

  const change: Registry['change'] = async (id, decide) => {
    const changed = await writer.write(async (transaction, emit) => {
      const present = await lockPlugin(transaction, id)
      if (!present) throw new RookeryError('plugin_not_found', { plugin: id })
      const next: InstalledPlugin = { ...present, ...await decide(present, transaction, emit), generation: present.generation + 1, updateAt: clock.now() }
      await updatePlugin(transaction, next)
      emit(pluginChanged, { pluginId: id, version: next.version, state: next.state, generation: next.generation }, {})
      return next
    })
    learn(changed)
    return changed
  }

  const newPlugin = (parts: Pick<InstalledPlugin, 'version' | 'manifest' | 'sourceHash' | 'packageHash' | 'signer'>, isTrusted: boolean): InstalledPlugin => {
    const now = clock.now()
    return {
      ...parts, id: parts.manifest.id, state: isTrusted ? 'enabled' : 'disabled', reason: '', generation: 1, origin: isTrusted ? 'release' : 'installed', granted: isTrusted ? grantsOf(parts.manifest) : {},
      pending: null, previous: null, trash: null, wishes: {}, binding: { scope: 'server' }, hookOverrides: {}, chosenFor: {}, botUserId: '', createAt: now, updateAt: now,
    }
  }

  /** What came with the release may do what it asks for: it was consented to with the release. */
  const addBundle = async (bundle: PluginBundle): Promise<void> => {
    const { manifest } = bundle
    await insertPlugin(db, newPlugin({ version: manifest.version, manifest, sourceHash: hashPlugin(bundle), packageHash: '', signer: '' }, bundle.isTrusted))
    learn(await selectPlugin(db, manifest.id) as InstalledPlugin)
  }

  const renew = (present: InstalledPlugin, bundle: PluginBundle): Promise<InstalledPlugin> => change(present.id, (row) => {
    if (row.origin === 'installed' || !bundle.isTrusted) return { state: row.state === 'enabled' ? 'modified' : row.state, reason: 'its files are not those that were enabled' }
    const { manifest } = bundle
    const asked = Object.entries(grantsOf(manifest)).filter(([name]) => !(name in row.manifest.capabilities))
    return { manifest, version: manifest.version, sourceHash: hashPlugin(bundle), granted: { ...keepGrants(row.granted, manifest), ...Object.fromEntries(asked) } }
  })

  /** Packages are read anew at every start: bytes that are not those of the row never run. */
  const readPackage = async ({ id, packageHash, state, reason }: InstalledPlugin): Promise<PluginBundle | undefined> => {
    const opened = await packages.read(id, packageHash)
    if (opened) {
      code.set(id, bundleOf(opened))
      return code.get(id)
    }
    code.delete(id)
    log.error('The files of a plugin are gone, or are not those that were installed', { plugin: id })
    // What an admin turned off stays off, and stands in nobody's way.
    if (state === 'enabled' || state === 'quarantined') await change(id, () => ({ state: 'modified', reason: otherFiles }))
    else if (state === 'disabled' && reason !== otherFiles) await change(id, () => ({ reason: otherFiles }))
    return undefined
  }

  const loadBundle = async (bundle: PluginBundle): Promise<void> => {
    try {
      validation.assert(PluginManifest, bundle.manifest)
      assertManifest(bundle.manifest)
    } catch (error) {
      log.error('A plugin was left out', { plugin: String(bundle.manifest.id).slice(0, 100), error })
      return
    }
    const { id } = bundle.manifest
    const present = plugins.get(id)
    // An upgrade was broken off, which goes back to this.
    if (present?.previous?.packageHash === '') { code.set(id, bundle); return }
    if (trashed.has(id) || (present && present.packageHash !== '')) {
      log.warn('A plugin was left out: an admin has installed or uninstalled another of that name', { plugin: id })
      return
    }
    code.set(id, bundle)
    if (!present) await addBundle(bundle)
    else if (present.sourceHash !== hashPlugin(bundle)) await renew(present, bundle)
  }

  return {
    all: plugins, trashed, change,
    find: findIn(plugins), findTrashed: findIn(trashed),
    bundle: (id) => code.get(id),
    setBundle(id, bundle) { code.set(id, bundle) },
    async readBundle(plugin) {
      if (plugin.packageHash === '') {
        const bundle = code.get(plugin.id)
        if (!bundle) throw new RookeryError('plugin_incomplete', { plugin: plugin.id, reason: 'its files are not there' })
        return bundle
      }
      const bundle = await readPackage(plugin)
      if (!bundle) throw new RookeryError('plugin_modified', { plugin: plugin.id })
      return bundle
    },
    async add(opened) {
      const plugin = newPlugin(versionOf(opened), false)
      await writer.write(async (transaction, emit) => {
        if (!await insertPlugin(transaction, plugin)) throw new RookeryError('plugin_installed_already', { plugin: plugin.id })
        emit(pluginChanged, { pluginId: plugin.id, version: plugin.version, state: plugin.state, generation: plugin.generation }, {})
      })
      code.set(plugin.id, bundleOf(opened))
      learn(plugin)
      return plugin
    },
    async remove(id, work) {
      await writer.write(async (transaction, emit) => {
        await lockPlugin(transaction, id)
        await work(transaction)
        await deletePlugin(transaction, id)
        emit(pluginRemoved, { pluginId: id }, {})
      })
      plugins.delete(id)
      trashed.delete(id)
      code.delete(id)
    },
    generationOf: (id) => (plugins.get(id) ?? trashed.get(id))?.generation,
    async reread(id) {
      const row = await selectPlugin(db, id)
      if (row) learn(row)
      else for (const memory of [plugins, trashed, code]) memory.delete(id)
      return plugins.get(id)
    },
    onChange(listener) { listeners.push(listener) },
    async load() {
      for (const plugin of await selectPlugins(db)) learn(plugin)
      for (const plugin of plugins.values()) if (plugin.packageHash !== '') await readPackage(plugin)
      for (const bundle of bundles) await loadBundle(bundle)
    },
  }
}

const grantsOf = ({ capabilities }: PluginManifest): InstalledPlugin['granted'] => Object.fromEntries(Object.entries(capabilities).map(([name, request]) => [name, grantOf(request)]))
