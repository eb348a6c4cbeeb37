import type { Command } from '@rookery/sdk/protocol'
import { builtIns } from './built-ins/index.ts'
import type { Context } from './call.ts'

const nobody = { id: '', createAt: 0, updateAt: 0, deleteAt: 0, creatorId: '', pluginId: '', url: '', method: 'POST', token: '', username: '', iconUrl: '' } as const

/** Commands that other plugins bring along; theirs go before ours of the same word. */
export async function commandsWithoutOwner(teamId: string, context: Context): Promise<Command[]> {
  const ofPlugins = (await context.plugins.listCommands({ teamId })).map(({ pluginId, contribution: { trigger, description, hint = '' } }): Command => ({
    ...nobody, pluginId, teamId, trigger, displayName: trigger, description, isSuggested: true, suggestionHint: hint, suggestionDescription: description,
  }))
  const taken = new Set(ofPlugins.map(({ trigger }) => trigger))
  return [...ofPlugins, ...builtInCommands(teamId).filter(({ trigger }) => !taken.has(trigger))].sort((one, other) => (one.trigger < other.trigger ? -1 : 1))
}

/** Commands that nobody made. */
const builtInCommands = (teamId: string): Command[] => builtIns.map(({ trigger, description, hint = '' }) => ({
  ...nobody, teamId, trigger, displayName: trigger, description, isSuggested: true, suggestionHint: hint, suggestionDescription: description,
}))
