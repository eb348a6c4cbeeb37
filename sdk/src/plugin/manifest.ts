import type { CapabilityRequest, PluginDescription } from '../protocol/plugin.ts'
import type { Capability } from './capabilities.ts'

/** `plugin.json` as TypeScript sees it when it is imported: words are plain strings there, names of fields are exact. */
export interface ManifestForm extends Omit<PluginDescription, 'apiVersion' | 'capabilities'> {
  readonly apiVersion: number
  readonly capabilities: { readonly [Name in Capability]?: CapabilityRequest }
}

type Requests<M extends ManifestForm> = M['capabilities']
export type RequestedCapability<M extends ManifestForm> = keyof Requests<M> & Capability

/** Those without which the plugin does not run: their part of the context is always there. */
export type RequiredCapability<M extends ManifestForm> = {
  [Name in RequestedCapability<M>]: Requests<M>[Name] extends { readonly optional: boolean } ? never : Name
}[RequestedCapability<M>]

export type OptionalCapability<M extends ManifestForm> = Exclude<RequestedCapability<M>, RequiredCapability<M>>

/** Makes a capability that nobody knows a compile error. */
export type KnownCapabilities<M extends ManifestForm> = { readonly capabilities: { readonly [Name in Exclude<keyof Requests<M>, Capability>]: never } }
