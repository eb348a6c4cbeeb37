import { Type, type Static } from 'typebox'
import { defineOperation } from './operation.ts'
import { ObserverStanding, PlannedHook } from './plugin-care.ts'
import { CapabilityName, Plugin, PluginId, PluginManifest, PluginUsage } from './plugin.ts'
import { At, Count, Fields, OneOf, Text } from './schema.ts'

/** `plugin.json` of a package: besides the manifest, the SHA-256 of every other file, in hexadecimal. */
export const PackagedManifest = Fields({ ...PluginManifest.properties, files: Type.Record(Type.String(), Type.String({ pattern: '^[0-9a-f]{64}$' })) })
export type PackagedManifest = Static<typeof PackagedManifest>

/**
 * Whose packages are taken: `trusted`, of signers whom this server trusts; `signed`, of anybody who signs; `unsigned`, of
 * anybody at all. A signature that is there and wrong is never taken.
 */
export const PackageAcceptance = OneOf('trusted', 'signed', 'unsigned')
export type PackageAcceptance = Static<typeof PackageAcceptance>

const accept = Type.Optional(PackageAcceptance)
/** Consent to one signer whom this server does not trust, by the public key: this package alone is taken. */
const signer = Type.Optional(Text(100))
/** Consent to a version that comes before the present one, which is refused otherwise. */
const allowOlder = Type.Optional(Type.Boolean())
const onPlugin = { pluginId: PluginId }
const packageErrors = [
  'package_unreadable', 'package_too_large', 'package_name_refused', 'package_altered', 'package_invalid', 'package_unsigned', 'package_signature_wrong', 'package_signer_unknown', 'plugin_revoked', 'plugin_of_release',
] as const

export const pluginsInstall = defineOperation({
  name: 'plugins.install', kind: 'upload',
  summary: 'Takes in the package of a plugin. It does nothing until it is enabled. Whose packages are taken is said here, or by the settings of the server.',
  input: Fields({ accept, signer }), output: Plugin, errors: [...packageErrors, 'plugin_installed_already', 'plugin_in_trash'],
})

export const pluginsInstallFromUrl = defineOperation({
  name: 'plugins.installFromUrl',
  summary: 'Fetches the package of a plugin from a public address and takes it in, as if it had been sent. With replace, in place of another version that is there.',
  input: Fields({
    url: Text(8000), accept, signer, replace: Type.Optional(Type.Boolean()), allowOlder,
    /** SHA-256 of the package in hexadecimal: nothing else is taken. */
    sha256: Type.Optional(Type.String({ pattern: '^[0-9a-f]{64}$' })),
  }),
  output: Plugin, errors: [...packageErrors, 'plugin_installed_already', 'plugin_in_trash', 'plugin_version_older', 'plugin_upgrade_failed', 'plugin_command_taken', 'host_not_allowed', 'request_failed'],
})

export const pluginsDevelop = defineOperation({
  name: 'plugins.develop', kind: 'upload',
  summary: 'Takes in a plugin that is being written, in place of what was there, gives it all that it asks for and lets it run. Only where the server allows it.',
  input: Fields({}), output: Plugin, errors: [...packageErrors, 'plugin_development_off', 'plugin_in_trash', 'plugin_command_taken', 'plugin_failed', 'plugin_unavailable'],
})

export const pluginsUpgrade = defineOperation({
  name: 'plugins.upgrade', kind: 'upload',
  summary: 'Takes in another version of a plugin, an older one only where that is said here. Where it asks for more than it has and than is consented to here, it waits and the present version runs on. Else it takes over, or everything is as it was before.',
  input: Fields({ ...onPlugin, accept, signer, consent: Type.Optional(Type.Array(CapabilityName, { maxItems: 100 })), allowOlder }), output: Plugin,
  errors: [...packageErrors, 'plugin_not_found', 'plugin_version_older', 'plugin_upgrade_failed', 'plugin_command_taken', 'capability_not_requested'],
})

export const pluginsAcceptUpgrade = defineOperation({
  name: 'plugins.acceptUpgrade', summary: 'Consents to the version that waits, as it was shown: to all that it asks for beyond what the plugin has, besides what it can do without, which is named.',
  input: Fields({ ...onPlugin, packageHash: Type.String({ pattern: '^[0-9a-f]{64}$' }), consent: Type.Optional(Type.Array(CapabilityName, { maxItems: 100 })) }), output: Plugin,
  errors: ['plugin_not_found', 'plugin_upgrade_not_found', 'plugin_upgrade_failed', 'plugin_command_taken', 'capability_not_requested', 'plugin_modified', 'plugin_revoked'],
})

export const pluginsDropUpgrade = defineOperation({
  name: 'plugins.dropUpgrade', summary: 'Forgets the version that waits for consent.', input: Fields(onPlugin), output: Plugin, errors: ['plugin_not_found', 'plugin_upgrade_not_found'],
})

export const pluginsUninstall = defineOperation({
  name: 'plugins.uninstall',
  summary: 'Takes a plugin off the server. Its data is kept for its return, written into an archive, or gone at once; what is kept or written is gone after 30 days.',
  input: Fields({ ...onPlugin, data: OneOf('keep', 'export', 'purge') }), output: Type.Union([Plugin, Type.Null()]), errors: ['plugin_not_found', 'plugin_of_release'],
})

export const pluginsTrash = defineOperation({
  name: 'plugins.trash', summary: 'Lists the plugins that were uninstalled and can be restored.', safe: true, input: Fields({}), output: Type.Array(Plugin),
})

export const pluginsRestore = defineOperation({
  name: 'plugins.restore', summary: 'Brings a plugin back from the trash, disabled, with what is left of its data.', input: Fields(onPlugin), output: Plugin, errors: ['plugin_not_found'],
})

export const pluginsEmptyTrash = defineOperation({
  name: 'plugins.emptyTrash', summary: 'Removes what the trash holds of a plugin, for good.', input: Fields(onPlugin), output: Fields({}), errors: ['plugin_not_found'],
})

export const pluginsExport = defineOperation({
  name: 'plugins.export', summary: 'Reads all that a plugin keeps and that is not secret, as a zip archive; of one in the trash too.', kind: 'download', safe: true,
  input: Fields(onPlugin), output: Fields({ pluginId: PluginId }), errors: ['plugin_not_found'],
})

export const pluginsUsage = defineOperation({
  name: 'plugins.usage', summary: 'Tells what a plugin has used and done since the server started, what each of its hooks costs, and where its observers stand.', safe: true,
  input: Fields(onPlugin),
  output: Fields({
    usage: PluginUsage, hooks: Type.Array(PlannedHook), observers: Type.Array(ObserverStanding),
    /** Events and jobs on which it failed for good. */
    deadLetters: Count,
    /** How often its isolate was thrown away for breaking a limit, and its host died while it was alone in it. */
    disposals: Count, deaths: Count,
    /** What it keeps at this moment. */
    stored: Fields({ valueKeys: Count, valueBytes: Count, fileBytes: Count, databaseBytes: Count }),
  }),
  errors: ['plugin_not_found'],
})

/** What a plugin said, or what was said of it. */
export const PluginLogLine = Fields({
  /** Rises with every line of this plugin. */
  number: Count, at: At, level: OneOf('info', 'warn', 'error'), message: Type.String(), fields: Type.String(),
})
export type PluginLogLine = Static<typeof PluginLogLine>

export const pluginsLogs = defineOperation({
  name: 'plugins.logs', summary: 'Reads the last 200 lines of a plugin since the server started, or those after a line; all where the server has started since that line.', safe: true,
  input: Fields({ ...onPlugin, after: Type.Optional(Count) }), output: Type.Array(PluginLogLine), errors: ['plugin_not_found'],
})
