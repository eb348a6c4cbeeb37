import { Type, type Static } from 'typebox'
import { defineEvent } from './event.ts'
import { defineOperation } from './operation.ts'
import { PluginId } from './plugin.ts'
import { Fields, Id, OneOf, Props } from './schema.ts'

/** Whom a setting of a plugin concerns. */
export const SettingScope = OneOf('system', 'team', 'channel', 'user')
export type SettingScope = Static<typeof SettingScope>

export const PluginSettings = Fields({
  /** JSON Schema of what can be set here. */
  schema: Props,
  /** What was set; secrets are masked. */
  chosen: Props,
  /** What holds: defaults filled in. */
  values: Props,
})
export type PluginSettings = Static<typeof PluginSettings>

const where = {
  pluginId: PluginId, scope: SettingScope,
  /** Of the team, channel or user. */
  scopeId: Type.Optional(Id),
}

export const pluginsGetSettings = defineOperation({
  name: 'plugins.getSettings', safe: true,
  summary: 'Reads the settings of a plugin: of the whole server for its admins, of a team or channel for those who manage it, or one\'s own.',
  input: Fields(where), output: PluginSettings, errors: ['plugin_not_found', 'team_not_found', 'channel_not_found'],
})

export const pluginsSetSettings = defineOperation({
  name: 'plugins.setSettings', summary: 'Changes those settings of a plugin that are named; null goes back to the default. The plugin has them from its next invocation on.',
  input: Fields({ ...where, values: Props }), output: PluginSettings,
  errors: ['plugin_not_found', 'team_not_found', 'channel_not_found', 'setting_unknown', 'setting_invalid', 'body_too_large'],
})

/** What can be set of a plugin in one place. */
export const PlacedPluginSettings = Fields({ pluginId: PluginId, name: Type.String(), description: Type.String(), ...PluginSettings.properties })
export type PlacedPluginSettings = Static<typeof PlacedPluginSettings>

export const pluginsListSettings = defineOperation({
  name: 'plugins.listSettings', safe: true,
  summary: 'Reads what can be set of the enabled plugins that are at work in a team or channel, for those who manage it, or one\'s own settings of all. Who has nothing to set is left out.',
  input: Fields({ scope: OneOf('team', 'channel', 'user'), scopeId: Id }), output: Type.Array(PlacedPluginSettings), errors: ['team_not_found', 'channel_not_found'],
})

export const pluginSettingsChanged = defineEvent({
  name: 'plugin.settingsChanged', summary: 'Settings of a plugin were changed.',
  payload: Fields({ pluginId: PluginId, scope: SettingScope, scopeId: Type.String() }),
})
