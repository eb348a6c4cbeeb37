import { Type, type Static } from 'typebox'
import { defineEvent } from './event.ts'
import { defineOperation } from './operation.ts'
import { Contributions } from './plugin-contributions.ts'
import { PluginLimits } from './plugin-limits.ts'
import { WebCode } from './plugin-web.ts'
import { At, Count, Fields, Id, OneOf, Props, Text } from './schema.ts'

/** Lower case, in parts with dots between them where the author has a domain. */
export const PluginId = Type.String({ pattern: '^[a-z][a-z0-9-]*(\\.[a-z0-9][a-z0-9-]*)*$', minLength: 2, maxLength: 50 })

/** Named noun:verb, as `posts:read`. */
export const CapabilityName = Type.String({ pattern: '^[a-zA-Z-]+(:[a-zA-Z]+)?$', maxLength: 64 })

/** What a plugin asks for, and why, in words for the admin who decides. */
export const CapabilityRequest = Fields({
  reason: Text(300, { minLength: 1 }),
  /** It works without: the admin may leave it out. */
  optional: Type.Optional(Type.Boolean()),
  /** Of `http`: the hosts it speaks with, `*.` in front for all below a name, `*` for every one, a port behind a colon where only that one is meant. */
  hosts: Type.Optional(Type.Array(Text(253), { maxItems: 50 })),
  /** Of `plugins:call`: the plugins that it asks. */
  plugins: Type.Optional(Type.Array(PluginId, { maxItems: 50 })),
})
export type CapabilityRequest = Static<typeof CapabilityRequest>

/** What an admin gave: never more than was asked for. */
export const CapabilityGrant = Fields({ hosts: Type.Optional(Type.Array(Text(253), { maxItems: 50 })), plugins: Type.Optional(Type.Array(PluginId, { maxItems: 50 })) })
export type CapabilityGrant = Static<typeof CapabilityGrant>

/** What a plugin asked an admin for while it ran, and why in its words. */
export const CapabilityWish = Fields({ reason: Type.String(), at: At, isRefused: Type.Boolean() })
export type CapabilityWish = Static<typeof CapabilityWish>

/** A plugin as its author describes it, in `plugin.json`. */
const description = {
  id: PluginId,
  version: Type.String({ pattern: '^\\d{1,5}\\.\\d{1,5}\\.\\d{1,5}(-[0-9A-Za-z.-]{1,40})?$' }),
  name: Text(64, { minLength: 1 }),
  description: Type.Optional(Text(500)),
  apiVersion: Type.Literal(1),
  author: Type.Optional(Text(100)),
  license: Type.Optional(Text(64)),
  homepage: Type.Optional(Text(300)),
  bot: Type.Optional(Fields({ username: Type.String({ pattern: '^[a-z][a-z0-9._-]{2,21}$' }), displayName: Type.Optional(Text(64)) })),
  capabilities: Type.Record(CapabilityName, CapabilityRequest),
  /** JSON Schema of what can be set, by scope. */
  settings: Type.Optional(Fields({ system: Type.Optional(Props), team: Type.Optional(Props), channel: Type.Optional(Props), user: Type.Optional(Props) })),
  limits: Type.Optional(PluginLimits),
}

export const PluginDescription = Fields(description)
export type PluginDescription = Static<typeof PluginDescription>

/** As `de` or `pt-BR`. */
export const Locale = Type.String({ pattern: '^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2}|-[0-9]{3})?$' })

/** Sentences by language and key, as they stand in `i18n/<language>.json`. Keys that begin with `plugin.` stand for what the manifest says there. */
export const PluginTranslations = Type.Record(Locale, Type.Record(Text(200, { minLength: 1, pattern: '^[^\\u0000-\\u001f]*$' }), Text(2000), { maxProperties: 2000, additionalProperties: false }), { maxProperties: 100, additionalProperties: false })

/** Somebody else's code that is in it, and its licence as an SPDX expression; '' where its package does not say. */
export const PluginMaterial = Fields({ name: Text(214), version: Text(100), license: Text(100) })
export type PluginMaterial = Static<typeof PluginMaterial>

/** With all that it adds and is made of, written by the bundler: readable without running the plugin. The kernel trusts only this. */
export const PluginManifest = Fields({ ...description, contributes: Contributions, materials: Type.Optional(Type.Array(PluginMaterial, { maxItems: 2000 })), web: Type.Optional(WebCode), translations: Type.Optional(PluginTranslations) })
export type PluginManifest = Static<typeof PluginManifest>

/**
 * `quarantined`: its host died too often. `modified`: its files are not those that were enabled. In both states nothing
 * of it runs until an admin enables it again, and what it is there for is unavailable. `upgrading`: nothing of it runs until the next version stands or falls.
 * `trashed`: it was uninstalled and can be restored for a while.
 */
export const PluginState = OneOf('enabled', 'disabled', 'upgrading', 'quarantined', 'modified', 'trashed')
export type PluginState = Static<typeof PluginState>

/** Where a plugin is at work: it sees data of nothing else. */
export const PluginBinding = Fields({
  scope: OneOf('server', 'teams', 'channels'),
  /** Of teams or of channels. */
  ids: Type.Optional(Type.Array(Id, { maxItems: 1000 })),
})
export type PluginBinding = Static<typeof PluginBinding>

/** What another version asks for beyond what the present one has. */
export const UpgradeDifference = Fields({
  /** Capabilities that the present version does not ask for. */
  capabilities: Type.Record(Type.String(), CapabilityRequest),
  /** Which it asks for no more. */
  dropped: Type.Array(Type.String()),
  /** Hosts and plugins with which it may not speak yet, by capability. */
  hosts: Type.Record(Type.String(), Type.Array(Type.String())),
  /** Words after a slash, behind which it hears from now on what people type. */
  commands: Type.Array(Type.String()),
  /** Limits that are larger than before. */
  limits: Type.Record(Type.String(), Type.Integer()),
  /** Somebody else made it: public keys, '' for nobody who says so. */
  signer: Type.Union([Fields({ before: Type.String(), after: Type.String() }), Type.Null()]),
  /** It waits until an admin agrees. What the plugin can do without does not count. */
  needsConsent: Type.Boolean(),
})
export type UpgradeDifference = Static<typeof UpgradeDifference>

/** A version that waits for consent while the present one runs on. */
export const WaitingUpgrade = Fields({ version: Type.String(), signer: Type.String(), packageHash: Type.String(), createAt: At, difference: UpgradeDifference })
export type WaitingUpgrade = Static<typeof WaitingUpgrade>

/** What became of the data of a plugin that was uninstalled: kept for its return, or written into an archive to be fetched. */
export const PluginTrash = Fields({ data: OneOf('kept', 'exported', 'purged'), at: At, expiresAt: At })
export type PluginTrash = Static<typeof PluginTrash>

export const Plugin = Fields({
  id: PluginId,
  name: Type.String(),
  version: Type.String(),
  description: Type.String(),
  state: PluginState,
  /** Why it is in this state, where that needs words. */
  reason: Type.String(),
  /** Grows with every change of this row. */
  generation: Count,
  /** Came with the release, or an admin installed it. */
  origin: OneOf('release', 'installed'),
  /** Public key of who signed its package; '' where nobody did, or where there is none. */
  signer: Type.String(),
  upgrade: Type.Union([WaitingUpgrade, Type.Null()]),
  trash: Type.Union([PluginTrash, Type.Null()]),
  botUserId: Type.String(),
  requested: Type.Record(Type.String(), CapabilityRequest),
  granted: Type.Record(Type.String(), CapabilityGrant),
  /** Of what it was not given. */
  wishes: Type.Record(Type.String(), CapabilityWish),
  binding: PluginBinding,
  createAt: At,
  updateAt: At,
})
export type Plugin = Static<typeof Plugin>

const onPlugin = { pluginId: PluginId }

export const pluginsList = defineOperation({
  name: 'plugins.list', summary: 'Lists the plugins of this server with what they may do.', safe: true,
  input: Fields({}), output: Type.Array(Plugin),
})

/** What a plugin has used since the server started. */
export const PluginUsage = Fields({
  isLoaded: Type.Boolean(), cpuTimeMs: Type.Number(), heapBytes: Count, invocations: Count, calls: Count, refusedCalls: Count,
  /** When each capability was last used, by name. */
  lastUsedAt: Type.Record(Type.String(), At),
  /** Requests to other servers, by host. */
  requestsByHost: Type.Record(Type.String(), Count),
  /** What it counted and measured itself. */
  metrics: Type.Record(Type.String(), Type.Number()),
})
export type PluginUsage = Static<typeof PluginUsage>

/** How a plugin is, as it says itself. */
export const PluginHealth = Fields({ isHealthy: Type.Boolean(), detail: Type.String(), at: At })
export type PluginHealth = Static<typeof PluginHealth>

export const pluginsGet = defineOperation({
  name: 'plugins.get', summary: 'Reads one plugin: what it adds, may do, and has used, and how it is.', safe: true,
  input: Fields(onPlugin), output: Fields({
    plugin: Plugin, contributes: Contributions,
    /** Limits that are larger than the usual ones. */
    limits: Type.Record(Type.String(), Type.Integer()),
    usage: PluginUsage, health: Type.Union([PluginHealth, Type.Null()]),
    /** Whose other code is in it, and under which licences. */
    materials: Type.Array(PluginMaterial),
    /** Who signed it, as admins call them ('' for nobody they know), and whether they are trusted. */
    signer: Fields({ name: Type.String(), isTrusted: Type.Boolean() }),
  }), errors: ['plugin_not_found'],
})

export const pluginsEnable = defineOperation({
  name: 'plugins.enable',
  summary: 'Lets a plugin run. Consent names the capabilities that it is given besides those that it has; all that it cannot do without must be among them.',
  input: Fields({ ...onPlugin, consent: Type.Optional(Type.Array(CapabilityName, { maxItems: 100 })) }),
  output: Plugin, errors: ['plugin_not_found', 'consent_missing', 'capability_not_requested', 'plugin_failed', 'plugin_unavailable', 'plugin_modified', 'plugin_incomplete', 'plugin_revoked', 'plugin_command_taken'],
})

export const pluginsDisable = defineOperation({
  name: 'plugins.disable', summary: 'Stops a plugin: nothing of it runs, and what it adds is gone.', input: Fields(onPlugin), output: Plugin, errors: ['plugin_not_found'],
})

export const pluginsSetGrants = defineOperation({
  name: 'plugins.setGrants', summary: 'Says what a plugin may do, narrowed where it asked for more. It counts from its next call on.',
  input: Fields({ ...onPlugin, granted: Type.Record(CapabilityName, CapabilityGrant) }),
  output: Plugin, errors: ['plugin_not_found', 'capability_not_requested'],
})

export const pluginsRefuseWish = defineOperation({
  name: 'plugins.refuseWish', summary: 'Tells a plugin that it is not given what it asked for while it runs; it does not ask again. With plugins.setGrants it is given that all the same.',
  input: Fields({ ...onPlugin, capability: CapabilityName }), output: Plugin, errors: ['plugin_not_found', 'capability_not_requested'],
})

export const pluginsSetBinding = defineOperation({
  name: 'plugins.setBinding', summary: 'Says where a plugin is at work: on the whole server, in teams or in channels.',
  input: Fields({ ...onPlugin, binding: PluginBinding }), output: Plugin, errors: ['plugin_not_found'],
})

export const pluginChanged = defineEvent({
  name: 'plugin.changed', summary: 'A plugin was added, enabled, disabled, or may do something else.',
  payload: Fields({ pluginId: PluginId, version: Type.String(), state: PluginState, generation: Count }),
})

/** How all plugins stand, for those who look at a list of them. */
export const pluginStatusesChanged = defineEvent({
  name: 'plugin.statusesChanged', summary: 'One of the plugins stands otherwise; tells how all of them do.', durable: false,
  payload: Fields({ plugins: Type.Array(Fields({ id: PluginId, name: Type.String(), version: Type.String(), description: Type.String(), state: PluginState, reason: Type.String() })) }),
})

export const pluginRemoved = defineEvent({ name: 'plugin.removed', summary: 'A plugin is gone.', payload: Fields({ pluginId: PluginId }) })
