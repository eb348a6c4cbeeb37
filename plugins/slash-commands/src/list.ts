import type { Command, CommandContribution } from '@rookery/sdk/protocol'
import type { Describe } from './built-ins/index.ts'
import type { Context } from './call.ts'
import { withoutSecrets } from './custom/command-form.ts'
import { listOfTeam } from './custom/command-store.ts'
import { listManageable } from './custom/manage-commands.ts'

const ofNobody = { id: '', createAt: 0, updateAt: 0, deleteAt: 0, creatorId: '', url: '', method: '', token: '', username: '', iconUrl: '', isSuggested: true } as const

const describe = ({ trigger, description, hint = '' }: Pick<CommandContribution, 'trigger' | 'description'> & { hint?: string }, teamId: string, pluginId: string): Command => ({
  ...ofNobody, pluginId, teamId, trigger, displayName: trigger, description, suggestionHint: hint, suggestionDescription: description,
})

const byTrigger = (commands: readonly Command[]): Command[] => {
  // The first of a word is the one that is carried out.
  const first = new Map([...commands].reverse().map((command) => [command.trigger, command]))
  return [...first.values()].sort((one, other) => (one.trigger < other.trigger ? -1 : 1))
}

const ofPlugins = async (teamId: string, { asActor }: Context): Promise<Command[]> =>
  (await asActor.plugins.listCommands({ teamId })).map(({ pluginId, contribution }) => describe(contribution, teamId, pluginId))

const ofOurs = async (teamId: string, describeOurs: Describe, context: Context): Promise<Command[]> => (await describeOurs(context)).map((command) => describe(command, teamId, ''))

/** What is suggested while somebody types. */
export async function listSuggested(teamId: string, describeOurs: Describe, context: Context): Promise<Command[]> {
  const [plugins, custom, ours] = await Promise.all([ofPlugins(teamId, context), listOfTeam(teamId, context), ofOurs(teamId, describeOurs, context)])
  return byTrigger([...ours, ...custom.map(withoutSecrets), ...plugins]).filter(({ isSuggested }) => isSuggested)
}

/** Everything that the actor may know of; of custom ones what it may manage, or else what is suggested. */
export async function listCommands(teamId: string, describeOurs: Describe, context: Context): Promise<Command[]> {
  const mayManage = (await context.asActor.permissions.test({ permission: 'manage_own_slash_commands', teamId })).isHeld
  if (!mayManage) return listSuggested(teamId, describeOurs, context)
  const [plugins, custom, ours] = await Promise.all([ofPlugins(teamId, context), listManageable(teamId, context), ofOurs(teamId, describeOurs, context)])
  return byTrigger([...ours, ...custom.map(withoutSecrets), ...plugins])
}
