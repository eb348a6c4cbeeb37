import { Refusal } from '@rookery/sdk/plugin'
import type { Command } from '@rookery/sdk/protocol'
import type { Context } from '../call.ts'
import { mayBeginTrigger } from './command-form.ts'

/**
 * Custom commands lie by team and word, so that no word is there twice; beside them stands for each id where its
 * command lies. What lies where its id does not say so was left behind by a change that broke off: it is no command,
 * and its word is free. Whatever changes commands does so one after another (manage-commands.ts).
 */
const placeOf = ({ teamId, trigger }: Pick<Command, 'teamId' | 'trigger'>): string => `team/${teamId}/${trigger}`
const indexOf = (id: string): string => `command/${id}`

const maximumCommands = 200

async function findAt(place: string, { kv }: Context): Promise<Command | undefined> {
  const found = (await kv.get<Command>(place))?.value
  return found && (await kv.get<string>(indexOf(found.id)))?.value === place ? found : undefined
}

/** The custom command of a team with this word. */
export const findByTrigger = (teamId: string, trigger: string, context: Context): Promise<Command | undefined> => findAt(placeOf({ teamId, trigger }), context)

export async function findById(id: string, context: Context): Promise<Command | undefined> {
  const place = await context.kv.get<string>(indexOf(id))
  const command = place ? await findAt(place.value, context) : undefined
  return command?.id === id ? command : undefined
}

/** Those of a team whose words begin like this, in the order of their words: people wait at each letter, so all of them are read together. */
export async function listOfTeam(teamId: string, { kv }: Context, start = ''): Promise<Command[]> {
  if (!mayBeginTrigger(start)) return []
  const { entries } = await kv.list({ prefix: placeOf({ teamId, trigger: start }), limit: maximumCommands })
  const found = await kv.getAll<Command>(entries.map(({ key }) => key))
  const commands = found.flatMap((each, index) => (each ? [{ command: each.value, place: entries[index]?.key }] : []))
  const places = await kv.getAll<string>(commands.map(({ command: { id } }) => indexOf(id)))
  return commands.filter(({ place }, index) => places[index]?.value === place).map(({ command }) => command)
}

/** Stores a new command. */
export async function insert(command: Command, context: Context): Promise<void> {
  const { entries } = await context.kv.list({ prefix: `team/${command.teamId}/`, limit: maximumCommands })
  if (entries.length >= maximumCommands) throw new Refusal('too_many_commands', { maximum: maximumCommands })
  await assertFree(command, context)
  await put(command, context)
}

/** Stores a changed command, under another word or team where that changed. */
export async function replace(before: Command, after: Command, context: Context): Promise<void> {
  const isMoved = placeOf(before) !== placeOf(after)
  if (isMoved) await assertFree(after, context)
  await put(after, context)
  if (isMoved) await context.kv.delete(placeOf(before))
}

export async function remove(command: Command, { kv }: Context): Promise<void> {
  await Promise.all([kv.delete(placeOf(command)), kv.delete(indexOf(command.id))])
}

async function assertFree(command: Command, context: Context): Promise<void> {
  if (await findAt(placeOf(command), context)) throw new Refusal('command_trigger_taken', { trigger: command.trigger })
}

/** The command before what says where it lies: in whatever moment this breaks off, it is there as it was before or as it is after. */
async function put(command: Command, { kv }: Context): Promise<void> {
  await kv.set(placeOf(command), command)
  await kv.set(indexOf(command.id), placeOf(command))
}
