import { defineStore } from 'pinia'
import { commandsExecute, commandsSuggest, type CommandOutcome, type CommandSuggestion, type InputOf } from '@rookery/sdk/protocol'
import { useServer } from './client.ts'
import { useInteractiveDialogs } from './interactive-dialogs.ts'
import { usePlace } from './place.ts'

/** What people type after a slash. What a command says is posted where it was asked; here is the rest. */
export const useSlashCommands = defineStore('slashCommands', () => {
  const { client } = useServer()
  const dialogs = useInteractiveDialogs()
  const place = usePlace()
  const execute = async (input: InputOf<typeof commandsExecute>): Promise<CommandOutcome> => {
    const outcome = await client.run(commandsExecute, { ...input, teamId: place.teamId })
    if (outcome.triggerId) dialogs.expect(outcome.triggerId, input.channelId)
    return outcome
  }
  /** How to go on with what was typed; throws `feature_unavailable` where commands are off. */
  const suggest = async (input: { readonly channelId: string, readonly rootId: string, readonly text: string }): Promise<readonly CommandSuggestion[]> =>
    (place.teamId ? client.run(commandsSuggest, { ...input, teamId: place.teamId }) : [])
  return { execute, suggest }
})
