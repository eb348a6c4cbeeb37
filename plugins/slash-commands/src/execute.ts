import { CallError, Refusal } from '@rookery/sdk/plugin'
import type { CommandOutcome, InputOf, commandsExecute } from '@rookery/sdk/protocol'
import { show } from './answer.ts'
import { findBuiltIn } from './built-ins/index.ts'
import type { Answer, BuiltIn, Call, Context } from './call.ts'
import { findByTrigger } from './custom/command-store.ts'
import { deliver } from './custom/deliver.ts'
import { parseCommand, unknownCommand } from './parse-command.ts'

/**
 * Carries out what somebody typed: our commands go first, then those of the team, then those of other plugins. At
 * Mattermost it is the other way round; here no version of a plugin can come between people and whom they write to
 * with /msg, or between a team and the server that it chose.
 */
export async function execute({ command, channelId, teamId: lookedAt = '', rootId = '' }: InputOf<typeof commandsExecute>, context: Context): Promise<CommandOutcome> {
  const { trigger, text } = parseCommand(command)
  const teamId = (await context.asActor.channels.get({ channelId })).teamId || lookedAt
  const call: Call = { trigger, text, channelId, rootId, teamId, context }
  const builtIn = findBuiltIn(trigger)
  if (builtIn) return runBuiltIn(builtIn, call)
  const [ofPlugins, custom] = await Promise.all([context.plugins.listCommands({ teamId }), teamId === '' ? undefined : findByTrigger(teamId, trigger, context)])
  const ofPlugin = ofPlugins.find(({ contribution }) => contribution.trigger === trigger)
  if (!custom && !ofPlugin) throw unknownCommand(trigger)
  // Whoever is asked may open a dialog; the client knows it by the other half.
  const { triggerId, clientTriggerId } = await context.asActor.triggers.create({})
  const answers = async (): Promise<readonly Answer[]> => {
    if (custom) return deliver(custom, call, triggerId)
    return ofPlugin ? [await context.asActor.plugins.runCommand({ pluginId: ofPlugin.pluginId, trigger, text, channelId, teamId, rootId, triggerId })] : []
  }
  return orFail(trigger, answers().then((all) => show(call, all, clientTriggerId)))
}

/** What may not be is told to who asked, and to nobody else. */
async function runBuiltIn(builtIn: BuiltIn, call: Call): Promise<CommandOutcome> {
  try {
    return await show(call, [await builtIn.run(call)], '')
  } catch (error) {
    if (error instanceof CallError) return show(call, [{ text: error.message }], '')
    throw error
  }
}

/** Whatever keeps the command of somebody else from being carried out, that command failed. */
async function orFail<Value>(trigger: string, work: Promise<Value>): Promise<Value> {
  try {
    return await work
  } catch (error) {
    throw error instanceof CallError ? new Refusal('command_failed', { trigger, reason: error.message.replace(/\.$/, '') }) : error
  }
}
