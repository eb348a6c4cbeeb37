import { createHash } from 'node:crypto'
import type { CapabilityGrant, Plugin, PluginBinding, PluginManifest, PluginState } from '@rookery/sdk/protocol'

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
  readonly granted: Readonly<Record<string, CapabilityGrant>>
  readonly binding: PluginBinding
  readonly hookOverrides: Readonly<Record<string, HookOverride>>
  /** When an admin chose it to carry out a contract, by name; the latest choice counts. */
  readonly chosenFor: Readonly<Record<string, number>>
  readonly botUserId: string
  readonly createAt: number
  readonly updateAt: number
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
  /** Came with the release: enabled by default, and apart from all that did not. */
  readonly isTrusted: boolean
}

/** Tells one version of the files from another. */
export const hashBundle = ({ manifest, source }: PluginBundle): string => createHash('sha256').update(JSON.stringify(manifest)).update('\0').update(source).digest('hex')

/** As the protocol shows it. */
export const describePlugin = (plugin: InstalledPlugin): Plugin => ({
  id: plugin.id, name: plugin.manifest.name, version: plugin.version, description: plugin.manifest.description ?? '', state: plugin.state, reason: plugin.reason,
  generation: plugin.generation, origin: plugin.origin, botUserId: plugin.botUserId, requested: { ...plugin.manifest.capabilities }, granted: { ...plugin.granted },
  binding: plugin.binding, createAt: plugin.createAt, updateAt: plugin.updateAt,
})
