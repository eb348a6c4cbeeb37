import { RookeryError } from '@rookery/sdk/protocol'
import type { Bots } from '../chat/index.ts'
import type { StoredKind } from '../plugin-storage/index.ts'
import type { Log } from '../telemetry/index.ts'
import type { InstalledPlugin, PluginBundle } from './installed-plugin.ts'
import type { Deliveries } from './deliveries/index.ts'
import type { PluginHosts } from './host-link.ts'
import type { PluginJobs } from './jobs/index.ts'
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
  readonly jobs: PluginJobs
  readonly deliveries: Deliveries
  readonly hosts: Pick<PluginHosts, 'onQuarantine'>
  readonly bots: Bots
  readonly log: Log
  readonly data: readonly StoredKind[]
  /** Sends what the plugin wanted done after its transactions. */
  readonly resume: (pluginId: string) => Promise<void>
}

const lifecycleMs = 5000

export function createLifecycle({ registry, runtime, observers, jobs, deliveries, hosts, bots, log, data, resume }: LifecycleDependencies): Lifecycle {
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

  /** Begins or ends all that a plugin does on its own. */
  const follow = async (plugin: InstalledPlugin, isNew: boolean): Promise<void> => {
    await observers.follow(plugin, { isNew })
    await jobs.follow(plugin, { isNew })
    if (isNew && plugin.state === 'enabled') await deliveries.resume(plugin.id)
    if (plugin.state === 'enabled') await resume(plugin.id)
  }

  /** Tells the plugin of a moment in its life, where it wants to know; that it fails changes nothing. */
  const tell = async (plugin: InstalledPlugin, moment: 'enabled' | 'disabled'): Promise<void> => {
    if (!plugin.manifest.contributes.lifecycle.includes(moment)) return
    await runtime.invoke(plugin, `lifecycle ${moment}`, null, { deadlineMs: lifecycleMs }).catch((error: unknown) => { log.warn('A plugin failed at a moment of its life', { plugin: plugin.id, moment, error }) })
  }

  /** A plugin that is stopped for what it did stays stopped after a restart. */
  const stop = async (id: string, state: InstalledPlugin['state'], reason: string): Promise<InstalledPlugin> => {
    const stopped = await registry.change(id, () => ({ state, reason }))
    // First, so that nobody waits for what it is doing.
    runtime.unload(id)
    await follow(stopped, false)
    return stopped
  }

  hosts.onQuarantine((id) => {
    stop(id, 'quarantined', 'its host died too often').catch((error: unknown) => { log.error('A plugin could not be put into quarantine', { plugin: id, error }) })
  })

  return {
    async enable(id, consent) {
      const plugin = registry.find(id)
      const granted = grants(plugin, consent)
      const isNew = plugin.state !== 'enabled'
      for (const kind of data) await kind.prepare({ ...plugin, granted })
      await runtime.load(plugin, bundleOf(id))
      try {
        const enabled = await withBot(id, { state: 'enabled', reason: '', granted })
        await follow(enabled, isNew)
        if (isNew) await tell(enabled, 'enabled')
        return enabled
      } catch (error) {
        if (isNew) runtime.unload(id)
        throw error
      }
    },
    async disable(id) {
      const plugin = registry.find(id)
      if (plugin.state === 'enabled') await tell(plugin, 'disabled')
      return stop(id, 'disabled', '')
    },
    async start() {
      const enabled = [...registry.all.values()].filter(({ state, id }) => state === 'enabled' && registry.bundle(id) !== undefined)
      await Promise.all(enabled.map(async (plugin) => {
        try {
          const ready = plugin.botUserId ? plugin : await withBot(plugin.id, {})
          for (const kind of data) await kind.prepare(ready)
          await runtime.load(ready, bundleOf(plugin.id))
          await follow(ready, false)
        } catch (error) {
          log.error('A plugin did not start', { plugin: plugin.id, error })
        }
      }))
    },
  }
}
