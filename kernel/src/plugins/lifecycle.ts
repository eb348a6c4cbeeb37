import { RookeryError } from '@rookery/sdk/protocol'
import type { Bots } from '../chat/index.ts'
import type { Log } from '../telemetry/index.ts'
import type { InstalledPlugin, PluginBundle } from './installed-plugin.ts'
import type { Observers } from './observers/index.ts'
import type { Registry } from './registry.ts'
import type { Runtime } from './runtime.ts'

/** From enabled to disabled and back. */
export interface Lifecycle {
  /** Loads the plugin first: one whose module fails is not enabled. */
  enable(pluginId: string, consent: readonly string[]): Promise<InstalledPlugin>
  disable(pluginId: string): Promise<InstalledPlugin>
  /** Starts those that are enabled; one that fails keeps nobody from starting. */
  start(): Promise<void>
}

interface LifecycleDependencies {
  readonly registry: Registry
  readonly runtime: Runtime
  readonly observers: Observers
  readonly bots: Bots
  readonly log: Log
}

export function createLifecycle({ registry, runtime, observers, bots, log }: LifecycleDependencies): Lifecycle {
  const bundleOf = (id: string): PluginBundle => {
    const bundle = registry.bundle(id)
    if (!bundle) throw new RookeryError('plugin_incomplete', { plugin: id, reason: 'its files are not there' })
    return bundle
  }

  /** What it will be allowed once the admin's consent is added. */
  const grants = ({ id, manifest, granted }: InstalledPlugin, consent: readonly string[]): InstalledPlugin['granted'] => {
    const strange = consent.find((capability) => !Object.hasOwn(manifest.capabilities, capability))
    if (strange !== undefined) throw new RookeryError('capability_not_requested', { plugin: id, capability: strange })
    const given = Object.entries(manifest.capabilities).filter(([capability]) => consent.includes(capability)).map(([capability, { hosts }]) => [capability, hosts ? { hosts } : {}])
    const all = { ...Object.fromEntries(given), ...granted } as InstalledPlugin['granted']
    const missing = Object.entries(manifest.capabilities).find(([capability, { optional }]) => !optional && !Object.hasOwn(all, capability))
    if (missing) throw new RookeryError('consent_missing', { plugin: id, capability: missing[0] })
    return all
  }

  /** Every plugin has an account of its own from the first time it runs, and keeps it. */
  const withBot = (id: string, change: Partial<InstalledPlugin>): Promise<InstalledPlugin> => registry.change(id, async (present, transaction, emit) => {
    const { manifest: { bot, name, description = '' } } = present
    const botUserId = present.botUserId || await bots.create(transaction, emit, {
      username: bot?.username ?? id.replaceAll(/[^a-z0-9-]/g, '-').slice(0, 22), displayName: bot?.displayName ?? name, description,
    })
    return { ...change, botUserId }
  })

  return {
    async enable(id, consent) {
      const plugin = registry.find(id)
      const granted = grants(plugin, consent)
      const isNew = plugin.state !== 'enabled'
      await runtime.load(plugin, bundleOf(id))
      try {
        const enabled = await withBot(id, { state: 'enabled', reason: '', granted })
        await observers.follow(enabled, { isNew })
        return enabled
      } catch (error) {
        if (isNew) runtime.unload(id)
        throw error
      }
    },
    async disable(id) {
      const disabled = await registry.change(id, () => ({ state: 'disabled', reason: '' }))
      await observers.follow(disabled, { isNew: false })
      runtime.unload(id)
      return disabled
    },
    async start() {
      const enabled = [...registry.all.values()].filter(({ state, id }) => state === 'enabled' && registry.bundle(id) !== undefined)
      await Promise.all(enabled.map(async (plugin) => {
        try {
          const ready = plugin.botUserId ? plugin : await withBot(plugin.id, {})
          await runtime.load(ready, bundleOf(plugin.id))
          await observers.follow(ready, { isNew: false })
        } catch (error) {
          log.error('A plugin did not start', { plugin: plugin.id, error })
        }
      }))
    },
  }
}
