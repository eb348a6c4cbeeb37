import { limitsBeyond, RookeryError, type CapabilityGrant, type CapabilityRequest, type PluginManifest, type UpgradeDifference } from '@rookery/sdk/protocol'
import { coversHost } from '../egress/index.ts'
import type { InstalledPlugin } from './installed-plugin.ts'

/** One that an admin has never consented to anything for asks for all of it when it is enabled. */
type Present = Pick<InstalledPlugin, 'id' | 'manifest' | 'granted' | 'signer' | 'botUserId'>
interface Next { readonly manifest: PluginManifest, readonly signer: string }

/** What the next version asks for beyond what the present one has. */
export function differenceOf({ manifest, granted, signer, botUserId }: Present, next: Next): UpgradeDifference {
  const newIn = (name: string, { hosts = [], plugins = [] }: CapabilityRequest): string[] => {
    const before = manifest.capabilities[name]
    return [...hosts.filter((host) => !(before?.hosts ?? []).some((asked) => coversHost(asked, host))), ...plugins.filter((id) => !before?.plugins?.includes(id))]
  }
  const asked = Object.entries(next.manifest.capabilities)
  const capabilities = Object.fromEntries(asked.filter(([name]) => !Object.hasOwn(manifest.capabilities, name)))
  const hosts = Object.fromEntries(asked
    .filter(([name]) => Object.hasOwn(granted, name))
    .map(([name, request]) => [name, newIn(name, request)] as const)
    .filter(([, added]) => added.length > 0))
  // What holds counts, and not what is stated: who says nothing any more has what everybody has, which may be more than it said.
  const limits = limitsBeyond(next.manifest, manifest)
  const commands = Object.hasOwn(granted, 'commands') ? triggersOf(next.manifest).filter((trigger) => !triggersOf(manifest).includes(trigger)) : []
  const signers = signer === next.signer ? null : { before: signer, after: next.signer }
  const wasConsentedTo = Object.keys(granted).length > 0 || botUserId !== ''
  return {
    capabilities, hosts, commands, limits, signer: signers,
    dropped: Object.keys(manifest.capabilities).filter((name) => !Object.hasOwn(next.manifest.capabilities, name)),
    needsConsent: wasConsentedTo && (signers !== null || Object.keys(limits).length > 0 || Object.keys(hosts).length > 0 || commands.length > 0 || Object.values(capabilities).some(({ optional }) => !optional)),
  }
}

const triggersOf = ({ contributes }: PluginManifest): string[] => contributes.commands.map(({ trigger }) => trigger)

/** Whether naming these capabilities is consent to all of it: a signer or limits cannot be named. */
export const isCovered = ({ capabilities, hosts, commands, limits, signer }: UpgradeDifference, consent: readonly string[]): boolean =>
  signer === null && Object.keys(limits).length === 0 && Object.keys(hosts).every((name) => consent.includes(name)) && (commands.length === 0 || consent.includes('commands'))
  && Object.entries(capabilities).every(([name, { optional }]) => optional || consent.includes(name))

export const grantOf = ({ hosts, plugins }: CapabilityRequest): CapabilityGrant => ({ ...(hosts && { hosts }), ...(plugins && { plugins }) })

/** Throws where it names what is not asked for. */
export function assertRequested({ id, capabilities }: PluginManifest, consent: readonly string[]): void {
  const strange = consent.find((capability) => !Object.hasOwn(capabilities, capability))
  if (strange !== undefined) throw new RookeryError('capability_not_requested', { plugin: id, capability: strange })
}

/** What is left of grants where another version asks: nothing that it does not ask for, and no host that it does not name. */
export function keepGrants(granted: InstalledPlugin['granted'], { capabilities }: PluginManifest): InstalledPlugin['granted'] {
  return Object.fromEntries(Object.entries(granted).flatMap(([name, { hosts, plugins }]) => {
    const request = Object.hasOwn(capabilities, name) ? capabilities[name] : undefined
    if (!request) return []
    return [[name, {
      ...(hosts && { hosts: hosts.filter((host) => (request.hosts ?? []).some((asked) => coversHost(asked, host))) }), ...(plugins && { plugins: plugins.filter((id) => request.plugins?.includes(id)) }),
    }]]
  }))
}

/** The grants of the next version: those that stay, and all that the consent names. */
export const grantsAfter = (granted: InstalledPlugin['granted'], manifest: PluginManifest, consent: readonly string[]): InstalledPlugin['granted'] => ({
  ...keepGrants(granted, manifest),
  ...Object.fromEntries(Object.entries(manifest.capabilities).filter(([name]) => consent.includes(name)).map(([name, request]) => [name, grantOf(request)])),
})

/** What was carried out in the database cannot be unsaid: the next version goes on from there. */
export function assertMigrationsGoOn(present: PluginManifest, next: PluginManifest): void {
  const changed = present.contributes.migrations.find(({ id, up }, index) => {
    const other = next.contributes.migrations[index]
    return other?.id !== id || other.up !== up
  })
  if (changed) throw new RookeryError('package_invalid', { reason: `it lacks or changes the migration ${changed.id}, which the present version has` })
}
