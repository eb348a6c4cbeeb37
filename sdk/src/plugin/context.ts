import type { FragmentOf, FragmentsOf } from './capabilities.ts'
import type { Json } from './json.ts'
import type { ManifestForm, OptionalCapability, RequestedCapability, RequiredCapability } from './manifest.ts'
import type { PluginActor } from './plugin-actor.ts'

type Say = (message: string, fields?: { readonly [name: string]: Json | undefined }) => void

/** Lines for the plugin's own page and the server's log. */
export interface PluginLog {
  readonly info: Say
  readonly warn: Say
  readonly error: Say
}

interface Foundation {
  readonly log: PluginLog
  readonly actor: PluginActor
  /** Where people reach this server, without a slash at the end. */
  readonly siteUrl: string
  /** The account as which the plugin acts. */
  readonly botUserId: string
  /** When the answer is due; later ones are not heard. Milliseconds since 1970. */
  readonly deadlineAt: number
  /** Of the whole server, as an admin set them, defaults filled in. */
  readonly settings: Readonly<Record<string, Json>>
  /** A sentence of `i18n/`, in the language of whoever made this run where no other is named; in English where it is not translated, and its key where it is not there at all. */
  t(key: string, values?: Readonly<Record<string, string | number | boolean>>, locale?: string): Promise<string>
  /** The same in every language that it is translated into: for blocks, which each reads in their own. */
  inLanguages(key: string, values?: Readonly<Record<string, string | number | boolean>>): Promise<Readonly<Record<string, string>>>
  /** Whether whoever made this run holds a permission of the plugin's own: everywhere, in a team or in a channel. Who manages the system holds all. */
  holds(permission: string, place?: { readonly teamId?: string, readonly channelId?: string }): Promise<boolean>
  /** What the plugin counts and measures, for admins to see. */
  readonly metrics: { add(counter: string, by?: number): void, set(gauge: string, value: number): void }
  /** What nobody guesses: ids grow with time, tokens do not. */
  readonly random: { id(): Promise<string>, token(): Promise<string> }
  /** What holds in a place: what was set for the user goes before the channel, that before the team, that before the server. */
  settingsFor(place: { readonly teamId?: string, readonly channelId?: string, readonly userId?: string }): Promise<Readonly<Record<string, Json>>>
}

type Part<M extends ManifestForm, Capabilities> = FragmentsOf<Capabilities & RequestedCapability<M>>

/** What a handler may use: only what the manifest asks for is there. */
export type PluginContext<M extends ManifestForm> = Foundation & Part<M, RequiredCapability<M>> & {
  /** What an optional capability adds, or null where the admin did not give it. */
  optional<Name extends OptionalCapability<M>>(capability: Name): FragmentOf<Name> | null
  /** Asks an admin for one that was not given, once. What was given is there from the next invocation on. */
  request(capability: OptionalCapability<M>, reason: string): Promise<'granted' | 'waiting' | 'refused'>
} & ('act-as-user' extends RequestedCapability<M> ? {
  /** The same operations as whoever triggered this, with that user's rights. */
  readonly asActor: Part<M, RequiredCapability<M>>
  readonly mandates: {
    /** Leave to act in the name of whoever triggered this later, when nobody does: at most for a day. Keep it where nobody else reads it. */
    issue(options: { readonly durationMs: number }): Promise<{ readonly mandate: string, readonly expiresAt: number }>
  }
  /** The same operations as whoever gave this leave, with the rights that user has then. */
  withMandate(mandate: string): Part<M, RequiredCapability<M>>
} : unknown)
