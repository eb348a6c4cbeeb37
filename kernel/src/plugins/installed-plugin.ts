import { hashPlugin } from '@rookery/sdk/package'
import type { CapabilityGrant, CapabilityWish, PluginBinding, PluginManifest, PluginState, PluginTrash } from '@rookery/sdk/protocol'
import type { OpenedPackage } from '../plugin-packages/index.ts'

/** A plugin as its row tells it. */
export interface InstalledPlugin {
  readonly id: string
  readonly version: string
  readonly state: PluginState
  readonly reason: string
  readonly generation: number
  readonly origin: 'release' | 'installed'
  readonly manifest: PluginManifest
  readonly sourceHash: string
  /** Of the package that an admin installed; '' where its code lies ready otherwise. */
  readonly packageHash: string
  readonly signer: string
  /** A version that waits for consent. */
  readonly pending: PendingUpgrade | null
  /** The version before, while another is on trial: what to go back to. */
  readonly previous: PreviousVersion | null
  readonly trash: TrashedPlugin | null
  readonly granted: Readonly<Record<string, CapabilityGrant>>
  /** What it asked an admin for while it ran, by capability. */
  readonly wishes: Readonly<Record<string, CapabilityWish>>
  readonly binding: PluginBinding
  readonly hookOverrides: Readonly<Record<string, HookOverride>>
  /** When an admin chose it to carry out a contract, by name; the latest choice counts. */
  readonly chosenFor: Readonly<Record<string, number>>
  readonly botUserId: string
  readonly createAt: number
  readonly updateAt: number
}

export interface PendingUpgrade {
  readonly version: string
  readonly packageHash: string
  readonly signer: string
  readonly manifest: PluginManifest
  readonly createAt: number
}

/** What an upgrade changes of a row. */
export type VersionFields = Pick<InstalledPlugin, 'version' | 'manifest' | 'sourceHash' | 'packageHash' | 'signer' | 'granted'>

export interface PreviousVersion extends VersionFields {
  /** Of its data. */
  readonly snapshotId: string
}

export interface TrashedPlugin extends PluginTrash {
  /** Key of the archive with its data, '' where there is none. */
  readonly archiveKey: string
}

/** What an admin changed of a hook: its kind and operation are the key, as `guard posts.create`. */
export interface HookOverride {
  readonly deadlineMs?: number
  readonly onFailure?: 'open' | 'closed'
  readonly priority?: number
}

/** A plugin's code and what it says of itself, ready to be loaded. */
export interface PluginBundle {
  readonly manifest: PluginManifest
  readonly source: string
  /** The script from which its views come in the web app. */
  readonly web?: string | undefined
  /** Came with the release: enabled by default, and apart from all that did not. */
  readonly isTrusted: boolean
}

/** Also one that is on trial: only its trial makes it run. */
export const isRunning = ({ state }: Pick<InstalledPlugin, 'state'>): boolean => state === 'enabled' || state === 'upgrading'

/** Also one that an admin wants to run and that cannot, until somebody sees to it. What it is there for is unavailable then, and not absent: a guard of it still stands in the way. */
export const isMeantToRun = ({ state }: Pick<InstalledPlugin, 'state'>): boolean => isRunning({ state }) || state === 'quarantined' || state === 'modified'

/** What came with the release, then who was there first: in this order plugins are asked that could do the same. */
export const byStanding = (one: InstalledPlugin, other: InstalledPlugin): number =>
  Number(one.origin !== 'release') - Number(other.origin !== 'release') || one.createAt - other.createAt || (one.id < other.id ? -1 : 1)

/** Nobody outside of the release is one of us, whoever signed. */
export const bundleOf = ({ manifest, source, web }: OpenedPackage): PluginBundle => ({ manifest, source, web, isTrusted: false })

/** What a row says of the version in a package. */
export const versionOf = (opened: OpenedPackage): Omit<VersionFields, 'granted'> => ({
  version: opened.manifest.version, manifest: opened.manifest, sourceHash: hashPlugin(opened), packageHash: opened.hash, signer: opened.signer,
})
