import { Type, type Static } from 'typebox'
import { Blocks } from './blocks/index.ts'
import { defineOperation } from './operation.ts'
import { PluginId } from './plugin.ts'
import { Fields, Id, Props, Text } from './schema.ts'

const IdOrNone = Type.Union([Id, Type.Literal('')])

/** Something beside a channel that a plugin fills with blocks. */
export const PluginPanel = Fields({ pluginId: PluginId, name: Type.String(), title: Type.String(), description: Type.String() })
export type PluginPanel = Static<typeof PluginPanel>

export const panelsList = defineOperation({
  name: 'panels.list', summary: 'Lists the panels of plugins that are at work in a channel; without one, of those that are at work everywhere.', safe: true,
  input: Fields({ channelId: Type.Optional(IdOrNone) }), output: Type.Array(PluginPanel), errors: ['channel_not_found'],
})

const failures = ['plugin_not_found', 'plugin_not_enabled', 'plugin_unavailable', 'panel_not_found', 'channel_not_found', 'integration_failed'] as const

export const panelsOpen = defineOperation({
  name: 'panels.open', summary: 'Asks a plugin what one of its panels shows.',
  input: Fields({ pluginId: PluginId, name: Text(64, { minLength: 1 }), channelId: Type.Optional(IdOrNone) }), output: Fields({ title: Type.String(), blocks: Blocks }), errors: failures,
})

export const panelsPress = defineOperation({
  name: 'panels.press', summary: 'Presses something in a panel; where the panel changes, the answer has what it shows from now on.',
  input: Fields({ cookie: Text(100_000, { minLength: 1 }), actionId: Text(64, { minLength: 1 }), selectedOption: Type.Optional(Text(3000)), isChecked: Type.Optional(Type.Boolean()), values: Type.Optional(Props) }),
  output: Fields({ triggerId: Type.String(), blocks: Type.Union([Blocks, Type.Null()]) }), errors: ['plugin_not_enabled', 'plugin_unavailable', 'action_stale', 'action_not_found', 'channel_not_found', 'integration_failed'],
})
