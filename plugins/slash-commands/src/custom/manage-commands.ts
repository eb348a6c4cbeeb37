import { Refusal } from '@rookery/sdk/plugin'
import type { Command, commandsCreate, commandsUpdate, InputOf } from '@rookery/sdk/protocol'
import { findBuiltIn } from '../built-ins/index.ts'
import type { Context } from '../call.ts'
import { changeCommand } from './command-form.ts'
import { findById, insert, listOfTeam, remove, replace } from './command-store.ts'

const own = 'manage_own_slash_commands'
const others = 'manage_others_slash_commands'

const holds = async (permission: typeof own | typeof others, teamId: string, { asActor }: Context): Promise<boolean> => (await asActor.permissions.test({ permission, teamId })).isHeld

/** A command that the actor may manage. Who may manage none in its team does not learn that it is there. */
export async function findManageable(commandId: string, context: Context): Promise<Command> {
  const command = await findById(commandId, context)
  if (!command || !(await holds(own, command.teamId, context))) throw new Refusal('command_not_found')
  if (command.creatorId !== context.actor.userId && !(await holds(others, command.teamId, context))) throw new Refusal('permission_missing', { permission: others })
  return command
}

/** The same for who only looks: what one may not manage is not there. */
export async function readManageable(commandId: string, context: Context): Promise<Command> {
  try {
    return await findManageable(commandId, context)
  } catch (error) {
    throw error instanceof Refusal && error.code === 'permission_missing' ? new Refusal('command_not_found') : error
  }
}

/** Those of a team that the actor may manage. */
export async function listManageable(teamId: string, context: Context): Promise<Command[]> {
  const [commands, mayOwn, mayOthers] = await Promise.all([listOfTeam(teamId, context), holds(own, teamId, context), holds(others, teamId, context)])
  return commands.filter(({ creatorId }) => mayOwn && (mayOthers || creatorId === context.actor.userId))
}

/** Words of ours and of other plugins are nobody else's. */
async function assertFree(trigger: string, teamId: string, { plugins }: Context): Promise<void> {
  const ofPlugins = await plugins.listCommands({ teamId })
  if (findBuiltIn(trigger) || ofPlugins.some(({ contribution }) => contribution.trigger === trigger)) throw new Refusal('command_trigger_taken', { trigger })
}

export async function createCommand({ teamId, creatorId, ...form }: InputOf<typeof commandsCreate>, context: Context): Promise<Command> {
  const now = Date.now()
  const [id, token] = await Promise.all([context.random.id(), context.random.token()])
  const command = changeCommand({
    id, token, createAt: now, updateAt: 0, deleteAt: 0, creatorId: creatorId || context.actor.userId, teamId, pluginId: '', trigger: '', displayName: '', description: '',
    isSuggested: false, suggestionHint: '', suggestionDescription: '', url: '', method: 'POST', username: '', iconUrl: '',
  }, form, now)
  await assertFree(command.trigger, teamId, context)
  await insert(command, context)
  return command
}

export async function updateCommand({ commandId, teamId, ...form }: InputOf<typeof commandsUpdate>, context: Context): Promise<Command> {
  const before = await findManageable(commandId, context)
  if (teamId !== undefined && teamId !== before.teamId) throw new Refusal('command_team_fixed')
  const after = changeCommand(before, form, Date.now())
  if (after.trigger !== before.trigger) await assertFree(after.trigger, after.teamId, context)
  await replace(before, after, context)
  return after
}

export async function moveCommand(commandId: string, teamId: string, context: Context): Promise<void> {
  const before = await findManageable(commandId, context)
  if (!(await context.permissions.test({ permission: own, userId: before.creatorId, teamId })).isHeld) throw new Refusal('command_creator_refused')
  await assertFree(before.trigger, teamId, context)
  await replace(before, { ...before, teamId, updateAt: Math.max(Date.now(), before.updateAt + 1) }, context)
}

export async function regenerateToken(commandId: string, context: Context): Promise<string> {
  const before = await findManageable(commandId, context)
  const token = await context.random.token()
  await replace(before, { ...before, token, updateAt: Math.max(Date.now(), before.updateAt + 1) }, context)
  return token
}

export async function deleteCommand(commandId: string, context: Context): Promise<void> {
  await remove(await findManageable(commandId, context), context)
}
