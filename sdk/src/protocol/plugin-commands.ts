import { Type, type Static } from 'typebox'
import { defineOperation } from './operation.ts'
import { CommandChoice, CommandContribution } from './plugin-contributions.ts'
import { PluginId } from './plugin.ts'
import { Fields, Id, OneOf, Props, Text } from './schema.ts'

const IdOrNone = Type.Union([Id, Type.Literal('')])

/** A slash command that a plugin brings along. */
export const PluginCommand = Fields({ pluginId: PluginId, contribution: CommandContribution })
export type PluginCommand = Static<typeof PluginCommand>

export const pluginsListCommands = defineOperation({
  name: 'plugins.listCommands', summary: 'Lists the slash commands that plugins bring along, for the plugin that lets people use them.', safe: true, capability: 'commands:provide',
  input: Fields({ teamId: Type.Optional(IdOrNone) }), output: Type.Array(PluginCommand),
})

const asked = { pluginId: PluginId, trigger: Text(64), channelId: Type.Optional(IdOrNone), teamId: Type.Optional(IdOrNone), rootId: Type.Optional(IdOrNone), text: Text(16_383) }

export const pluginsRunCommand = defineOperation({
  name: 'plugins.runCommand', summary: 'Has a plugin carry out one of its slash commands; its answer is shown by whoever asks.', capability: 'commands:provide',
  input: Fields({ ...asked, channelId: Id, triggerId: Type.Optional(Text(500)) }),
  output: Fields({
    /** Shown to the one who asked, or posted as that user. */
    kind: Type.Optional(OneOf('ephemeral', 'inChannel')), text: Type.Optional(Text(65_535)), props: Type.Optional(Props), goToLocation: Type.Optional(Text(2000)),
  }),
  errors: ['plugin_not_found', 'plugin_not_enabled', 'command_unknown', 'channel_not_found', 'plugin_unavailable', 'plugin_timed_out', 'plugin_failed'],
})

export const pluginsCompleteCommand = defineOperation({
  name: 'plugins.completeCommand', summary: 'Asks a plugin what may follow in one of its slash commands; the text is what was typed so far.', safe: true, capability: 'commands:provide',
  input: Fields({ ...asked, argument: Type.Optional(Text(64)) }), output: Type.Array(CommandChoice, { maxItems: 200 }),
  errors: ['plugin_not_found', 'plugin_not_enabled', 'command_unknown', 'team_not_found', 'channel_not_found', 'plugin_unavailable', 'plugin_timed_out', 'plugin_failed'],
})
