import { Refusal } from '@rookery/sdk/plugin'
import type { Command } from '@rookery/sdk/protocol'
import type { Context } from '../call.ts'

/**
 * Custom commands lie by team and word, so that no word is there twice; beside them stands for each id where its
 * command lies.
 */
const placeOf = ({ teamId, trigger }: Pick<Command, 'teamId' | 'trigger'>): string => `team/${teamId}/${trigger}`
const indexOf = (id: string): string => `command/${id}`

const maximumCommands = 200

/** The custom command of a team with this word. */
export const findByTrigger = async (teamId: string, trigger: string, { kv }: Context): Promise<Command | undefined> =>
  (await kv.get<Command>(placeOf({ teamId, trigger })))?.value

export async function findById(id: string, { kv }: Context): Promise<Command | undefined> {
  const place = await kv.get<string>(indexOf(id))
  const command = place ? (await kv.get<Command>(place.value))?.value : undefined
  return command?.id === id ? command : undefined
}

/** All of a team, in the order of their words. */
export async function listOfTeam(teamId: string, { kv }: Context): Promise<Command[]> {
  const { entries } = await kv.list({ prefix: `team/${teamId}/`, limit: maximumCommands })
  const found = await Promise.all(entries.map(({ key }) => kv.get<Command>(key)))
  return found.flatMap((entry) => (entry ? [entry.value] : []))
}

/** Stores a new command; its word is taken at once or not at all. */
export async function insert(command: Command, context: Context): Promise<void> {
  const { entries } = await context.kv.list({ prefix: `team/${command.teamId}/`, limit: maximumCommands })
  if (entries.length >= maximumCommands) throw new Refusal('too_many_commands', { maximum: maximumCommands })
  await claim(command, context)
  await context.kv.set(indexOf(command.id), placeOf(command))
}

/** Stores a changed command, under another word or team where that changed. */
export async function replace(before: Command, after: Command, context: Context): Promise<void> {
  if (placeOf(before) === placeOf(after)) {
    await context.kv.set(placeOf(after), after)
    return
  }
  await claim(after, context)
  await context.kv.set(indexOf(after.id), placeOf(after))
  await context.kv.delete(placeOf(before))
}

export async function remove(command: Command, { kv }: Context): Promise<void> {
  await Promise.all([kv.delete(placeOf(command)), kv.delete(indexOf(command.id))])
}

async function claim(command: Command, { kv }: Context): Promise<void> {
  const { isSet } = await kv.set(placeOf(command), command, { ifRevision: 'absent' })
  if (!isSet) throw new Refusal('command_trigger_taken', { trigger: command.trigger })
}
