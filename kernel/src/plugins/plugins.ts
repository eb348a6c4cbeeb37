import { setTimeout } from 'node:timers/promises'
import { pluginSettingsChanged, pluginStatusesChanged, pluginTrustChanged, type Contract, type PayloadOf } from '@rookery/sdk/protocol'
import type { Access, Directory, SessionStore, Tokens } from '../auth/index.ts'
import { createPastEvents, createStoredProps, type AddedPermissions, type BlockKeeping, type Bots, type PostKinds } from '../chat/index.ts'
import type { Clock } from '../clock.ts'
import type { Settings } from '../config/index.ts'
import { createEgress } from '../egress/index.ts'
import type { Tail, Writer } from '../events/index.ts'
import type { Ids } from '../ids.ts'
import type { DueWork } from '../jobs/index.ts'
import type { Languages } from '../languages/index.ts'
import type { AddedOperations, AnyImplementation, Hooks, Operations, Validation } from '../operations/index.ts'
import { createPluginDatabase } from '../plugin-database/index.ts'
import { createPluginPackages } from '../plugin-packages/index.ts'
import { createKeyValues, createLeases, createOwnFiles, createPluginSettings, createSecrets, createSnapshots, createStoredRows, createTextSeal, type SecretBox } from '../plugin-storage/index.ts'
import type { Database, FileStore } from '../storage/index.ts'
import type { Log } from '../telemetry/index.ts'
import { createTurns } from '../turns.ts'
import { createActivity } from './activity.ts'
import { createAudit } from './audit/index.ts'
import { createBlockDialogs, createBlockKeeping, createBlockPresses, createJudgeBlocks, createPanels } from './blocks/index.ts'
import { createBridge } from './bridge.ts'
import { createCapabilityUses } from './capability-uses.ts'
import {
  createAuditMethods, createCapabilities, createChatFileMethods, createDatabaseMethods, createHttpMethods, createJobMethods, createKeyValueMethods, createLogMethods, createMandateMethods, createMetricMethods, createOwnFileMethods, createPermissionMethods, createRandomMethods,
  createRealtimeMethods, createSecretMethods, createSettingMethods, createTranslationMethods, createWishMethods,
} from './capabilities/index.ts'
import { createComplaints } from './complaints.ts'
import { createContractChoice, createContractOperations, createProviders } from './contracts/index.ts'
import { createDeliveries } from './deliveries/index.ts'
import { createDescribePlugin } from './describe-plugin.ts'
import { createDevelop } from './develop.ts'
import { createEffects } from './effects.ts'
import { createPluginHosts, type PluginHosts } from './host-link.ts'
import type { PluginHostSettings } from './host-settings.ts'
import { createFetchPackage } from './fetch-package.ts'
import { createFollowOthers } from './follow-others.ts'
import { createHooks } from './hooks/index.ts'
import { createInstallation } from './installation.ts'
import type { PluginBundle } from './installed-plugin.ts'
import { createAskIntegration, createDialogs, createPostActions, createTriggers } from './interactions/index.ts'
import { createInvocations } from './invocations.ts'
import { createPluginJobs } from './jobs/index.ts'
import type { CountListeners } from './listener-bytes.ts'
import { createLifecycle } from './lifecycle.ts'
import { createMandates } from './mandates.ts'
import { createMoments } from './moments.ts'
import { assertManifest } from './manifest-form.ts'
import { createOutboxLetters } from './outbox-letters.ts'
import { createObservers } from './observers/index.ts'
import { createOwnOperations } from './own-operations/index.ts'
import { createPersonalData } from './personal-data/index.ts'
import { createPluginPermissions, createStoredPermissions } from './permissions/index.ts'
import { createPluginCareOperations } from './plugin-care-operations.ts'
import { createPluginCommandOperations } from './plugin-command-operations.ts'
import { combineData } from './plugin-data.ts'
import { createPluginDoorOperations } from './plugin-door-operations.ts'
import { createPluginDoors } from './plugin-doors.ts'
import { createPluginExports } from './plugin-export.ts'
import { createPluginHealth } from './plugin-health.ts'
import { createPluginLogs } from './plugin-logs.ts'
import { createPluginMetrics } from './plugin-metrics.ts'
import { createPluginOperations } from './plugin-operations.ts'
import { createPluginPackageOperations } from './plugin-package-operations.ts'
import { createPluginSettingsOperations } from './plugin-settings-operations.ts'
import { createPluginTrustOperations } from './plugin-trust-operations.ts'
import { createPluginUsages } from './plugin-usages.ts'
import { createPostKinds } from './post-kinds/index.ts'
import { createRegistry, type Registry } from './registry.ts'
import { createRuntime } from './runtime.ts'
import { createTranslations } from './translations/index.ts'
import { createTrust } from './trust.ts'
import { createUpgrades } from './upgrades.ts'
import { createWebParts, faultOfWebCode, type WebParts } from './web-parts/index.ts'

/** The plugins of this server and all that goes between them and the kernel. */
export interface Plugins {
  readonly implementations: readonly AnyImplementation[]
  readonly hooks: Hooks
  readonly registry: Registry
  readonly hosts: PluginHosts
  readonly postKinds: PostKinds
  readonly blocks: BlockKeeping
  readonly permissions: AddedPermissions
  readonly operations: AddedOperations
  readonly webParts: WebParts
  /** Whether some plugin carries out a contract at this moment. */
  isProvided(contract: Contract): boolean
  /** Reads what plugins there are; nothing runs yet. */
  load(): Promise<void>
  /** Starts those that are enabled. */
  start(): Promise<void>
  stop(): Promise<void>
}

export interface PluginsDependencies {
  readonly db: Database
  readonly files: FileStore
  readonly writer: Writer
  readonly tail: Tail
  readonly dueWork: DueWork
  readonly access: Access
  readonly directory: Directory
  readonly sessions: SessionStore
  readonly bots: Bots
  readonly validation: Validation
  readonly languages: Languages
  readonly settings: Settings
  readonly ids: Ids
  readonly tokens: Tokens
  readonly clock: Clock
  readonly log: Log
  readonly bundles: readonly PluginBundle[]
  readonly box: SecretBox
  readonly hostSettings?: Partial<PluginHostSettings>
  /** Who would hear of an event, about. */
  readonly countListeners: CountListeners
  /** The table, which is made after this. */
  readonly operations: () => Pick<Operations, 'find' | 'dispatch'>
}

/** How long the start of the server waits for plugins. */
const startPatienceMs = 5000
/** And its end: what is not told as done by then is done again. */
const stopPatienceMs = 2000

export function createPlugins(parts: PluginsDependencies): Plugins {
  const { log, clock, hostSettings = {} } = parts
  const trust = createTrust(parts)
  const packages = createPluginPackages({ ...parts, trust, assertManifest, faultOfWebCode })
  const registry = createRegistry({ ...parts, packages })
  const texts = createTranslations()
  const describePlugin = createDescribePlugin({ texts })
  const hosts = createPluginHosts({ log, clock, settings: hostSettings })
  const invocations = createInvocations()
  const { box } = parts
  const egress = createEgress(parts.settings.egress)
  const triggers = createTriggers(parts)
  const ask = createAskIntegration({ ...parts, egress, siteUrl: () => parts.settings.url })
  const mandates = createMandates({ ...parts, box })
  const logs = createPluginLogs(parts)
  hosts.onIncident((pluginId, what, times) => { logs.note(pluginId, what, times) })
  const settingsStore = createPluginSettings({ ...parts, box })
  const keyValues = createKeyValues(parts)
  const ownFiles = createOwnFiles(parts)
  // Calls come from what runs, and what runs is asked from jobs: the bridge is the last to be there.
  const complaints = createComplaints(parts)
  const uses = createCapabilityUses({ clock })
  const runtime = createRuntime({ hosts, invocations, clock, complaints, logs, uses, siteUrl: parts.settings.url, settingsOf: (plugin) => settingsStore.effective(plugin), answerCalls: (pluginId) => bridge.answerCalls(pluginId) })
  const deliveries = createDeliveries({ ...parts, registry })
  const jobs = createPluginJobs({ ...parts, registry, runtime, deliveries })
  const snapshots = createSnapshots(parts)
  const database = createPluginDatabase({ ...parts, snapshots, send: createOutboxLetters({ ...parts, registry, deliveries, bridge: () => bridge }) })
  invocations.onClose(database.endOfInvocation)
  const data = combineData([createStoredRows({ ...parts, snapshots, onChange: (pluginId) => settingsStore.reload(pluginId) }), database.tables, createStoredProps({ ...parts, snapshots }), createStoredPermissions(parts)])
  const audit = createAudit({ ...parts, registry, texts })
  const metrics = createPluginMetrics()
  const permissions = createPluginPermissions({ ...parts, registry, texts })
  const capabilities = createCapabilities([
    ...createLogMethods({ log, logs }), ...createJobMethods({ ...parts, jobs }), ...createRealtimeMethods(parts), ...createKeyValueMethods({ keyValues, leases: createLeases(parts) }),
    ...createSecretMethods({ secrets: createSecrets({ ...parts, box }) }), ...createSettingMethods({ settingsStore }), ...createHttpMethods({ egress }), ...createMandateMethods({ mandates }), ...createRandomMethods(parts), ...createTranslationMethods({ texts }), ...createPermissionMethods({ ...parts, permissions }),
    ...createAuditMethods({ audit }), ...createMetricMethods({ metrics }), ...createWishMethods({ ...parts, registry }),
    ...createOwnFileMethods({ ownFiles }), ...createChatFileMethods(),
    ...createDatabaseMethods({ ...parts, database, assertCallable: ({ plugin }, operation) => { bridge.assertCallable(plugin, operation) } }),
  ])
  const effects = createEffects(parts)
  const bridge = createBridge({ ...parts, registry, invocations, logs, capabilities, uses, effects, mandates })
  const hooks = createHooks({ ...parts, registry, runtime, complaints, logs })
  registry.onChange(() => {
    const plugins = [...registry.all.values()].map(({ id, version, manifest, state, reason }) => ({ id, name: manifest.name, version, description: manifest.description ?? '', state, reason }))
    parts.writer.publish(pluginStatusesChanged, { plugins }, { adminsOnly: true })
  })
  const providers = createProviders({ registry })
  const observers = createObservers({ ...parts, registry, runtime, deliveries, effects, pastEvents: createPastEvents(parts) })
  const activity = createActivity({ observers, jobs, deliveries, database })
  const health = createPluginHealth({ ...parts, runtime })
  const life = { ...parts, registry, packages, runtime, moments: createMoments({ runtime, log }), activity, data, health, trust, turns: createTurns() }
  const upgrades = createUpgrades(life)
  const lifecycle = createLifecycle({ ...life, upgrades, hosts })
  const exports = createPluginExports(life)
  // Before, and where plugins are off, nothing of them runs whatever others do.
  let isStarted = false
  const forget = (pluginId: string): void => { for (const memory of [bridge, uses, logs, metrics, health]) memory.forget(pluginId) }
  const installation = createInstallation({ ...life, upgrades, lifecycle, exports, forget })
  const doors = createPluginDoors({ registry })
  const webParts = createWebParts({ ...parts, registry, uses, texts, doors })
  const postKinds = createPostKinds({ ...parts, registry, texts })
  const actionSeal = createTextSeal(box, 'post action')
  const judge = createJudgeBlocks(parts)
  const presses = createBlockPresses({ ...parts, runtime, doors, logs, triggers, actionSeal, judge })
  const blockDialogs = createBlockDialogs({ ...parts, registry, doors, triggers, judge, presses, dialogSeal: createTextSeal(box, 'block dialog') })
  const usage = createPluginUsages({ hosts, bridge, uses, keyValues, ownFiles, database, metrics })
  return {
    registry, hosts, hooks, postKinds, permissions, webParts, blocks: createBlockKeeping({ registry, judge, actionSeal }),
    operations: createOwnOperations({ registry, runtime, permissions, doors }),
    isProvided: (contract) => providers.of(contract).length > 0,
    implementations: [
      ...postKinds.implementations, ...webParts.implementations, ...audit.implementations,
      ...createPluginOperations({ ...life, lifecycle, usage, describePlugin, texts }),
      ...createPluginPackageOperations({
        ...parts, registry, describePlugin, packages, installation, upgrades, exports, develop: createDevelop({ ...life, installation, lifecycle }), fetchPackage: createFetchPackage({ egress }),
      }),
      ...createPluginCareOperations({ ...parts, registry, hooks, deliveries, observers, usage, logs }),
      ...createPluginDoorOperations({ ...parts, runtime, permissions, doors }),
      ...createDialogs({ ...parts, triggers, ask, blockDialogs }),
      ...createPostActions({ ...parts, triggers, ask, actionSeal, presses, blockDialogs }),
      ...createPanels({ ...parts, registry, runtime, doors, logs, texts, actionSeal, judge, presses, dialogs: blockDialogs }),
      ...createPluginCommandOperations({ ...parts, registry, runtime, doors, texts, permissions }),
      ...createContractOperations({ ...parts, providers, runtime }),
      ...createContractChoice({ ...parts, registry, providers }),
      ...createPersonalData({ ...parts, registry, runtime, deliveries, exports }),
      ...createPluginSettingsOperations({ ...parts, registry, settingsStore, texts }),
      ...createPluginTrustOperations({ ...parts, trust, lifecycle }),
    ],
    async load() {
      await trust.load()
      await registry.load()
      await settingsStore.load()
      const followOthers = createFollowOthers({ registry, lifecycle, log })
      // Another node may have changed them.
      parts.tail.onEvents((events) => {
        if (isStarted) followOthers(events)
        if (events.some(({ name }) => name === pluginTrustChanged.name)) trust.load().then(() => lifecycle.stopRevoked()).catch((error: unknown) => { log.warn('What is revoked was not read again', { error }) })
        for (const { name, payload } of events) if (name === pluginSettingsChanged.name) settingsStore.reload((payload as PayloadOf<typeof pluginSettingsChanged>).pluginId).catch((error: unknown) => { log.warn('Settings of a plugin were not read again', { error }) })
      })
    },
    async start() {
      keyValues.start()
      observers.start()
      if (!parts.settings.plugins.enabled) return
      // Doors open with plugins in their places, but not for ever later because of one.
      isStarted = true
      const started = lifecycle.start()
      const impatience = new AbortController()
      await Promise.race([started, setTimeout(startPatienceMs, undefined, { signal: impatience.signal }).catch(() => {})])
      impatience.abort()
    },
    async stop() {
      // Whoever waits for a plugin hears at once that it is gone; what they had in hand is there after the next start.
      isStarted = false
      lifecycle.end()
      const stopped = observers.stop()
      hosts.stop()
      await stopped
      await keyValues.stop()
      const impatience = new AbortController()
      await Promise.race([parts.dueWork.idle(), setTimeout(stopPatienceMs, undefined, { signal: impatience.signal }).catch(() => {})])
      impatience.abort()
      await database.stop()
    },
  }
}
