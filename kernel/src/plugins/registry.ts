import { pluginChanged, PluginManifest, RookeryError } from '@rookery/sdk/protocol'
import type { Clock } from '../clock.ts'
import type { Emit, Writer } from '../events/index.ts'
import type { Validation } from '../operations/index.ts'
import type { Database, Transaction } from '../storage/index.ts'
import type { Log } from '../telemetry/index.ts'
import { hashBundle, type InstalledPlugin, type PluginBundle } from './installed-plugin.ts'
import { assertManifest } from './manifest-form.ts'
import { insertPlugin, lockPlugin, selectPlugin, selectPlugins, updatePlugin } from './plugin-rows.ts'

type Change = Partial<Omit<InstalledPlugin, 'id' | 'generation' | 'origin' | 'createAt' | 'updateAt'>>

/** Which plugins there are and what each may do: one row each, held in memory. */
export interface Registry {
  readonly all: ReadonlyMap<string, InstalledPlugin>
  /** Throws `plugin_not_found`. */
  find(id: string): InstalledPlugin
  /** Its code, where it lies ready. */
  bundle(id: string): PluginBundle | undefined
  /** Changes the row under its lock, tells of it, and has memory know before it answers. */
  change(id: string, decide: (present: InstalledPlugin, transaction: Transaction, emit: Emit) => Promise<Change> | Change): Promise<InstalledPlugin>
  /** Hears of every plugin whose row changed. */
  onChange(listener: (plugin: InstalledPlugin, before: InstalledPlugin | undefined) => void): void
  /** Reads the rows, and writes those of bundles that are new or differ. */
  load(): Promise<void>
}

interface RegistryDependencies {
  readonly db: Database
  readonly writer: Writer
  readonly clock: Clock
  readonly log: Log
  readonly validation: Validation
  readonly bundles: readonly PluginBundle[]
}

export function createRegistry({ db, writer, clock, log, validation, bundles }: RegistryDependencies): Registry {
  const plugins = new Map<string, InstalledPlugin>()
  const code = new Map<string, PluginBundle>()
  const listeners: ((plugin: InstalledPlugin, before: InstalledPlugin | undefined) => void)[] = []

  const learn = (plugin: InstalledPlugin): void => {
    const before = plugins.get(plugin.id)
    // Two changes may be read in the other order than they were made.
    if (before && before.generation > plugin.generation) return
    plugins.set(plugin.id, plugin)
    for (const listener of listeners) listener(plugin, before)
  }

  const find = (id: string): InstalledPlugin => {
    const plugin = plugins.get(id)
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

  /** What came with the release may do what it asks for: it was consented to with the release. */
  const add = async (bundle: PluginBundle): Promise<void> => {
    const { manifest, isTrusted } = bundle
    const now = clock.now()
    await insertPlugin(db, {
      id: manifest.id, version: manifest.version, state: isTrusted ? 'enabled' : 'disabled', reason: '', generation: 1, origin: isTrusted ? 'release' : 'installed',
      manifest, sourceHash: hashBundle(bundle), granted: isTrusted ? grantsOf(bundle) : {}, binding: { scope: 'server' }, hookOverrides: {}, chosenFor: {}, botUserId: '', createAt: now, updateAt: now,
    })
    learn(await selectPlugin(db, manifest.id) as InstalledPlugin)
  }

  const renew = (present: InstalledPlugin, bundle: PluginBundle): Promise<InstalledPlugin> => change(present.id, (row) => {
    if (row.origin === 'installed') return { state: row.state === 'enabled' ? 'modified' : row.state, reason: 'its files are not those that were enabled' }
    const { manifest } = bundle
    const asked = Object.entries(grantsOf(bundle)).filter(([name]) => !(name in row.manifest.capabilities))
    return { manifest, version: manifest.version, sourceHash: hashBundle(bundle), granted: { ...row.granted, ...Object.fromEntries(asked) } }
  })

  return {
    all: plugins, find, change,
    bundle: (id) => code.get(id),
    onChange(listener) { listeners.push(listener) },
    async load() {
      for (const plugin of await selectPlugins(db)) learn(plugin)
      for (const bundle of bundles) {
        try {
          validation.assert(PluginManifest, bundle.manifest)
          assertManifest(bundle.manifest)
        } catch (error) {
          log.error('A plugin was left out', { plugin: String(bundle.manifest.id).slice(0, 100), error })
          continue
        }
        const { id } = bundle.manifest
        code.set(id, bundle)
        const present = plugins.get(id)
        if (!present) await add(bundle)
        else if (present.sourceHash !== hashBundle(bundle)) await renew(present, bundle)
      }
    },
  }
}

const grantsOf = ({ manifest }: PluginBundle): InstalledPlugin['granted'] =>
  Object.fromEntries(Object.entries(manifest.capabilities).map(([name, { hosts }]) => [name, hosts ? { hosts } : {}]))
