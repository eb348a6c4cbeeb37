import { CallError } from '@rookery/sdk/plugin'
import type { CommandOutcome, InputOf, commandsExecute } from '@rookery/sdk/protocol'
import { show } from './answer.ts'
import { findBuiltIn } from './built-ins/index.ts'
import type { Answer, Call, Context } from './call.ts'
import { parseCommand, unknownCommand } from './parse-command.ts'

/** Carries out what somebody typed. */
export async function execute({ command, channelId, teamId = '', rootId = '' }: InputOf<typeof commandsExecute>, context: Context): Promise<CommandOutcome> {
  const { trigger, text } = parseCommand(command)
  const channel = await context.asActor.channels.get({ channelId })
  const call: Call = { trigger, text, channelId, rootId, teamId: channel.teamId || teamId, context }
  return show(call, await carryOut(call))
}

/** Commands of other plugins go before those that come with this one. */
async function carryOut(call: Call): Promise<Answer> {
  const { trigger, text, channelId, teamId, rootId, context } = call
  const ofPlugin = (await context.plugins.listCommands({ teamId })).find(({ contribution }) => contribution.trigger === trigger)
  if (ofPlugin) return context.asActor.plugins.runCommand({ pluginId: ofPlugin.pluginId, trigger, text, channelId, teamId, rootId })
  const builtIn = findBuiltIn(trigger)
  if (!builtIn) throw unknownCommand(trigger)
  try {
    return await builtIn.run(call)
  } catch (error) {
    // What may not be is told to who asked, and to nobody else.
    if (error instanceof CallError) return { text: error.message }
    throw error
  }
}
