import { Type, type Static } from 'typebox'
import { defineOperation } from '../operation.ts'
import { At, Done, Fields, Id, OneOf, Props, Text } from '../schema.ts'
import { defineContract } from './contract.ts'

const IdOrNone = Type.Union([Id, Type.Literal('')])

/** A word after a slash, and what clients show of it while somebody types. */
export const Command = Fields({
  /** '' for those that nobody made: they come with a plugin. */
  id: Type.String(),
  createAt: At, updateAt: At, deleteAt: At,
  creatorId: Type.String(),
  teamId: Type.String(),
  pluginId: Type.String(),
  trigger: Type.String(),
  displayName: Type.String(),
  description: Type.String(),
  /** Whether it is suggested while somebody types. */
  isSuggested: Type.Boolean(),
  suggestionHint: Type.String(),
  suggestionDescription: Type.String(),
  /** Where a custom one is carried out, and what tells that server that it was asked by this one; only for who may manage it. */
  url: Type.String(),
  method: OneOf('', 'GET', 'POST'),
  token: Type.String(),
  /** Under which a custom one answers; '' for that of who asked. */
  username: Type.String(),
  iconUrl: Type.String(),
})
export type Command = Static<typeof Command>

/** What came of a command. What there is to see of it was posted already. */
export const CommandOutcome = Fields({
  kind: OneOf('ephemeral', 'inChannel'),
  text: Type.String(),
  /** An address that the client opens, '' for none. */
  goToLocation: Type.String(),
  /** With which a dialog may be opened for who asked, for a few seconds. */
  triggerId: Type.String(),
  username: Type.String(),
  iconUrl: Type.String(),
  postType: Type.String(),
  props: Props,
  attachments: Type.Array(Props),
})
export type CommandOutcome = Static<typeof CommandOutcome>

/** One way to go on with what is typed. */
export const CommandSuggestion = Fields({ complete: Type.String(), suggestion: Type.String(), hint: Type.String(), description: Type.String(), icon: Type.String() })
export type CommandSuggestion = Static<typeof CommandSuggestion>

/** What is asked of somebody who makes a custom command. */
const form = {
  trigger: Text(128), url: Text(1024), method: Type.Optional(OneOf('GET', 'POST')), username: Type.Optional(Text(64)), iconUrl: Type.Optional(Text(1024)),
  displayName: Type.Optional(Text(64)), description: Type.Optional(Text(128)), isSuggested: Type.Optional(Type.Boolean()), suggestionHint: Type.Optional(Text(1024)), suggestionDescription: Type.Optional(Text(1024)),
}
const onCommand = { commandId: Id }

export const commandsExecute = defineOperation({
  name: 'commands.execute', summary: 'Carries out a slash command in a channel: the text begins with a slash.',
  input: Fields({ channelId: Id, command: Text(16_383), teamId: Type.Optional(IdOrNone), rootId: Type.Optional(IdOrNone) }), output: CommandOutcome,
  errors: ['feature_unavailable', 'channel_not_found', 'can_not_post_to_archived', 'command_malformed', 'command_unknown', 'command_failed'],
})

export const commandsList = defineOperation({
  name: 'commands.list', summary: 'Lists the commands of a team: all of them, or those that somebody made there and the actor may manage.', safe: true,
  input: Fields({ teamId: Id, customOnly: Type.Optional(Type.Boolean()) }), output: Type.Array(Command), errors: ['feature_unavailable', 'team_not_found'],
})

export const commandsListSuggested = defineOperation({
  name: 'commands.listSuggested', summary: 'Lists the commands of a team that are suggested while somebody types.', safe: true,
  input: Fields({ teamId: Id }), output: Type.Array(Command), errors: ['feature_unavailable', 'team_not_found'],
})

export const commandsSuggest = defineOperation({
  name: 'commands.suggest', summary: 'Suggests how to go on with a command that is being typed, its arguments too.', safe: true,
  input: Fields({ teamId: Id, channelId: Type.Optional(IdOrNone), rootId: Type.Optional(IdOrNone), text: Text(4000, { minLength: 1 }) }), output: Type.Array(CommandSuggestion),
  errors: ['feature_unavailable', 'team_not_found', 'channel_not_found'],
})

export const commandsGet = defineOperation({
  name: 'commands.get', summary: 'Reads a custom command.', safe: true, input: Fields(onCommand), output: Command, errors: ['feature_unavailable', 'command_not_found'],
})

const refusals = ['command_trigger_taken', 'command_trigger_invalid', 'command_url_invalid'] as const

export const commandsCreate = defineOperation({
  name: 'commands.create', summary: 'Makes a custom command: whoever types it in the team has the server at the address asked for an answer.',
  input: Fields({ teamId: Id, creatorId: Type.Optional(IdOrNone), ...form }), output: Command,
  errors: ['feature_unavailable', 'team_not_found', 'user_not_found', 'too_many_commands', ...refusals],
})

export const commandsUpdate = defineOperation({
  name: 'commands.update', summary: 'Changes what is given of a custom command.',
  input: Fields({
    ...onCommand, ...Type.Partial(Type.Object(form)).properties,
    /** Where it is given, it must be that of the command: `commands.move` moves. */
    teamId: Type.Optional(Id),
  }),
  output: Command, errors: ['feature_unavailable', 'command_not_found', 'command_team_fixed', ...refusals],
})

export const commandsDelete = defineOperation({
  name: 'commands.delete', summary: 'Deletes a custom command.', input: Fields(onCommand), output: Done, errors: ['feature_unavailable', 'command_not_found'],
})

export const commandsMove = defineOperation({
  name: 'commands.move', summary: 'Moves a custom command to another team.', input: Fields({ ...onCommand, teamId: Id }), output: Done,
  errors: ['feature_unavailable', 'command_not_found', 'team_not_found', 'command_trigger_taken', 'command_creator_refused'],
})

export const commandsRegenerateToken = defineOperation({
  name: 'commands.regenerateToken', summary: 'Gives a custom command another token; the old one is worth nothing from then on.', input: Fields(onCommand), output: Fields({ token: Type.String() }),
  errors: ['feature_unavailable', 'command_not_found'],
})

export const commandsContract = defineContract({
  name: 'commands', summary: 'Slash commands: what people type after a slash.', deadlineMs: 35_000,
  operations: [
    commandsExecute, commandsList, commandsListSuggested, commandsSuggest, commandsGet, commandsCreate, commandsUpdate, commandsDelete, commandsMove, commandsRegenerateToken,
  ],
})
