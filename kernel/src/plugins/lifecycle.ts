import { hashPlugin } from '@rookery/sdk/package'
import { RookeryError } from '@rookery/sdk/protocol'
import type { Bots } from '../chat/index.ts'
import type { Log } from '../telemetry/index.ts'
import type { Turns } from '../turns.ts'
import type { Activity } from './activity.ts'
import { assertTriggersFree } from './commands/index.ts'
import { failureOf } from './failure.ts'
import type { PluginHosts } from './host-link.ts'
import { isMeantToRun, type InstalledPlugin, type PluginBundle } from './installed-plugin.ts'
import type { Moments } from './moments.ts'
import type { PluginData } from './plugin-data.ts'
import type { Registry } from './registry.ts'
import type { Runtime } from './runtime.ts'
import { createStartAgain } from './start-again.ts'
import type { Trust } from './trust.ts'
import { assertRequested, grantOf, keepGrants } from './upgrade-difference.ts'
import type { Upgrades } from './upgrades.ts'

/** From enabled to disabled and back. */
export interface Lifecycle {
  /** Loads the plugin first: one whose module fails is not enabled. */
  enable(pluginId: string, consent: readonly string[]): Promise<InstalledPlugin>
  disable(pluginId: string): Promise<InstalledPlugin>
  /** Ends all that a plugin does, and says so to it first; it is its caller's turn. */
  stop(plugin: InstalledPlugin, state: InstalledPlugin['state'], reason: string): Promise<InstalledPlugin>
  /** Stops whatever an admin has revoked. */
  stopRevoked(): Promise<void>
  /** Starts those that are enabled; one that fails keeps nobody from starting, and is tried again. */
  start(): Promise<void>
  /** Does here what another server did: what runs is what the row says. */
  followRow(pluginId: string): Promise<void>
  /** Nothing is tried any more. */
  end(): void
}

interface LifecycleDependencies {
  readonly registry: Registry
  readonly runtime: Runtime
  readonly moments: Moments
  readonly activity: Activity
  readonly data: PluginData
  readonly upgrades: Upgrades
  readonly turns: Turns
  readonly trust: Trust
  readonly hosts: Pick<PluginHosts, 'onQuarantine' | 'state'>
  readonly bots: Bots
  readonly log: Log
}

const triedAgain = '; it is tried again'

export function createLifecycle({ registry, runtime, moments, activity, data, upgrades, turns, trust, hosts, bots, log }: LifecycleDependencies): Lifecycle {
  /** What it will be allowed once the admin's consent is added. */
  const grants = ({ id, manifest, granted }: InstalledPlugin, consent: readonly string[]): InstalledPlugin['granted'] => {
    assertRequested(manifest, consent)
    const given = Object.entries(manifest.capabilities).filter(([capability]) => consent.includes(capability)).map(([capability, request]) => [capability, grantOf(request)])
    const all = { ...Object.fromEntries(given), ...granted } as InstalledPlugin['granted']
    const missing = Object.entries(manifest.capabilities).filter(([capability, { optional }]) => !optional && !Object.hasOwn(all, capability)).map(([capability]) => capability)
    if (missing.length > 0) throw new RookeryError('consent_missing', { plugin: id, capability: missing.join(', ') })
    return all
  }

  /** Every plugin has an account of its own from the first time it runs, and keeps it. */
  const withBot = (id: string, decide: (present: InstalledPlugin) => Partial<InstalledPlugin>): Promise<InstalledPlugin> => registry.change(id, async (present, transaction, emit) => {
    const change = decide(present)
    const { manifest: { bot, name, description = '' } } = { ...present, ...change }
    if (present.botUserId) {
      await bots.setActive(transaction, emit, present.botUserId, true)
      return change
    }
    const botUserId = await bots.create(transaction, emit, {
      username: bot?.username ?? id.replaceAll(/[^a-z0-9-]/g, '-').slice(0, 22), displayName: bot?.displayName ?? name, description,
    })
    return { ...change, botUserId }
  })

  /** A plugin that is stopped for what it did stays stopped after a restart. */
  const halt = async (id: string, state: InstalledPlugin['state'], reason: string): Promise<InstalledPlugin> => {
    const stopped = await registry.change(id, () => ({ state, reason }))
    // First, so that nobody waits for what it is doing.
    runtime.unload(id)
    await activity.follow(stopped, { isNew: false })
    return stopped
  }

  const stop: Lifecycle['stop'] = async (plugin, state, reason) => {
    if (plugin.state === 'enabled') await moments.tell(plugin, 'disabled')
    return halt(plugin.id, state, reason)
  }

  hosts.onQuarantine((id, reason) => {
    const quarantine = async (): Promise<void> => {
      // It may have been upgraded, or taken off the server, until its turn came.
      if (hosts.state(id) === 'quarantined' && registry.all.get(id)?.state === 'enabled') await halt(id, 'quarantined', reason)
    }
    turns.take(id, quarantine).catch((error: unknown) => { log.error('A plugin could not be put into quarantine', { plugin: id, error }) })
  })

  /** With the files as they are now: whoever enables a plugin enables these. */
  const renewed = (plugin: InstalledPlugin, bundle: PluginBundle): InstalledPlugin => {
    const sourceHash = hashPlugin(bundle)
    if (sourceHash === plugin.sourceHash) return plugin
    const { manifest } = bundle
    return { ...plugin, manifest, version: manifest.version, sourceHash, granted: keepGrants(plugin.granted, manifest) }
  }

  const enable = async (id: string, consent: readonly string[]): Promise<InstalledPlugin> => {
    const present = await upgrades.recover(registry.find(id))
    trust.assertNotRevoked(present)
    const isNew = present.state !== 'enabled'
    const bundle = await registry.readBundle(present)
    const offered = renewed(present, bundle)
    const next: InstalledPlugin = { ...offered, granted: grants(offered, consent) }
    const { manifest, version, sourceHash } = next
    assertTriggersFree(manifest, registry.all.values())
    await data.prepare(next)
    try {
      await runtime.load(next, bundle)
    } catch (error) {
      // What ran before is gone: it must not seem to run.
      if (!isNew) await halt(id, 'disabled', 'it did not start')
      throw error
    }
    try {
      // By the row as it is now: an admin may have taken something away while the module ran.
      const enabled = await withBot(id, (row) => ({ manifest, version, sourceHash, granted: grants(renewed(row, bundle), consent), state: 'enabled', reason: '' }))
      await activity.follow(enabled, { isNew })
      if (isNew) await moments.tell(enabled, 'enabled')
      return enabled
    } catch (error) {
      if (isNew) runtime.unload(id)
      throw error
    }
  }

  /** Whoever looks at it reads why it does not run, and that this is not the end. */
  const tellFailure = async (id: string, error: unknown): Promise<void> => {
    const failure = failureOf(error)
    const waitMs = again.later(id)
    const reason = `it did not start${failure.kind === 'failed' ? `: ${failure.reason}` : ''}${triedAgain}`.slice(-500)
    log.error('A plugin did not start', { plugin: id, againInMs: waitMs, error })
    if (registry.all.get(id)?.state === 'enabled' && registry.find(id).reason !== reason) await registry.change(id, () => ({ reason }))
  }

  const tryStart = async (id: string): Promise<void> => {
    const plugin = registry.all.get(id)
    // An admin may have seen to it meanwhile.
    if (!plugin || (plugin.state !== 'enabled' && !plugin.previous) || runtime.isLoaded(id)) {
      again.forget(id)
      return
    }
    try {
      await startOne(plugin)
      again.forget(id)
      if (registry.all.get(id)?.state === 'enabled' && plugin.reason.endsWith(triedAgain)) await registry.change(id, () => ({ reason: '' }))
    } catch (error) {
      await tellFailure(id, error)
    }
  }

  const again = createStartAgain((id) => { turns.take(id, () => tryStart(id)).catch((error: unknown) => { log.error('A plugin was not started again', { plugin: id, error }) }) })

  const startOne = async (plugin: InstalledPlugin): Promise<void> => {
    const present = await upgrades.recover(plugin)
    // Who went back to the version before is running already.
    if (present !== plugin || present.state !== 'enabled') return
    const revoked = trust.revocationOf(present)
    if (revoked !== undefined) {
      await registry.change(plugin.id, () => ({ state: 'disabled', reason: revoked }))
      return
    }
    const bundle = registry.bundle(plugin.id)
    if (!bundle) return
    const ready = plugin.botUserId ? plugin : await withBot(plugin.id, () => ({}))
    await data.prepare(ready)
    await runtime.load(ready, bundle)
    await activity.follow(ready, { isNew: false })
  }

  return {
    stop,
    enable: (id, consent) => turns.take(id, () => enable(id, consent)),
    disable: (id) => turns.take(id, async () => stop(await upgrades.recover(registry.find(id)), 'disabled', '')),
    async stopRevoked() {
      const revoked = [...registry.all.values()].filter((plugin) => isMeantToRun(plugin) && trust.revocationOf(plugin) !== undefined)
      await Promise.all(revoked.map(({ id }) => turns.take(id, async () => {
        const present = await upgrades.recover(registry.find(id))
        const reason = trust.revocationOf(present)
        // It is not asked to say good-bye: nothing of it runs any more.
        if (reason !== undefined && isMeantToRun(present)) await halt(id, 'disabled', reason)
      })))
    },
    async start() {
      await Promise.all([...registry.all.keys()].map((id) => turns.take(id, () => tryStart(id)).catch((error: unknown) => { log.error('A plugin did not start', { plugin: id, error }) })))
    },
    followRow: (id) => turns.take(id, async () => {
      const before = registry.all.get(id)
      const known = registry.generationOf(id)
      const plugin = await registry.reread(id)
      if (!plugin) runtime.unload(id)
      if (!plugin || plugin.generation === known) return
      const isOther = before?.sourceHash !== plugin.sourceHash || before.packageHash !== plugin.packageHash
      // While it is on trial elsewhere nothing of it runs here.
      if (plugin.state !== 'enabled') runtime.unload(id)
      else if (isOther || !runtime.isLoaded(id)) await runtime.load(plugin, await registry.readBundle(plugin))
      await activity.follow(plugin, { isNew: false })
      if (plugin.state === 'enabled') await activity.resume(id)
    }),
    end() { again.stop() },
  }
}
