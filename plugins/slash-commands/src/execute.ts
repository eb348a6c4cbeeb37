import type { CommandOutcome, InputOf, commandsExecute } from '@rookery/sdk/protocol'
import { show } from './answer.ts'
import { findBuiltIn } from './built-ins/index.ts'
import type { Call, Context } from './call.ts'
import { parseCommand, unknownCommand } from './parse-command.ts'

/** Carries out what somebody typed. */
export async function execute({ command, channelId, teamId = '', rootId = '' }: InputOf<typeof commandsExecute>, context: Context): Promise<CommandOutcome> {
  const { trigger, text } = parseCommand(command)
  const channel = await context.asActor.channels.get({ channelId })
  const call: Call = { trigger, text, channelId, rootId, teamId: channel.teamId || teamId, context }
  const builtIn = findBuiltIn(trigger)
  if (!builtIn) throw unknownCommand(trigger)
  return show(call, await builtIn.run(call))
}
