import { Refusal } from '@rookery/sdk/plugin'
import type { Command, commandsCreate, commandsDelete, commandsMove, commandsRegenerateToken, commandsUpdate, InputOf } from '@rookery/sdk/protocol'
import { findBuiltIn } from '../built-ins/index.ts'
import type { Context } from '../call.ts'
import { changeCommand } from './command-form.ts'
import { findById, insert, listOfTeam, remove, replace } from './command-store.ts'
import { createOneByOne } from './one-by-one.ts'

const own = 'manage_own_slash_commands'
const others = 'manage_others_slash_commands'

const holds = async (permission: typeof own | typeof others, teamId: string, { asActor }: Context): Promise<boolean> => (await asActor.permissions.test({ permission, teamId })).isHeld

/** A command that the actor may manage. Who may manage none in its team does not learn that it is there. */
async function findManageable(commandId: string, context: Context): Promise<Command> {
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

/** What changes custom commands. One change follows another, so that none is made of what another has changed meanwhile. */
export function createCommandManagement() {
  const oneByOne = createOneByOne()
  /** Reads a command that the actor may manage, and stores what becomes of it. */
  const change = (commandId: string, context: Context, become: (before: Command) => Promise<Command>): Promise<Command> => oneByOne(async () => {
    const before = await findManageable(commandId, context)
    const after = await become(before)
    await replace(before, after, context)
    return after
  })
  const touched = (before: Command): Pick<Command, 'updateAt'> => ({ updateAt: Math.max(Date.now(), before.updateAt + 1) })

  return {
    create: ({ teamId, creatorId, ...form }: InputOf<typeof commandsCreate>, context: Context): Promise<Command> => oneByOne(async () => {
      const now = Date.now()
      const [id, token] = await Promise.all([context.random.id(), context.random.token()])
      const command = changeCommand({
        id, token, createAt: now, updateAt: 0, deleteAt: 0, creatorId: creatorId || context.actor.userId, teamId, pluginId: '', trigger: '', displayName: '', description: '',
        isSuggested: false, suggestionHint: '', suggestionDescription: '', url: '', method: 'POST', username: '', iconUrl: '',
      }, form, now)
      await assertFree(command.trigger, teamId, context)
      await insert(command, context)
      return command
    }),
    update: ({ commandId, teamId, ...form }: InputOf<typeof commandsUpdate>, context: Context): Promise<Command> => change(commandId, context, async (before) => {
      if (teamId !== undefined && teamId !== before.teamId) throw new Refusal('command_team_fixed')
      const after = changeCommand(before, form, Date.now())
      if (after.trigger !== before.trigger) await assertFree(after.trigger, after.teamId, context)
      return after
    }),
    async move({ commandId, teamId }: InputOf<typeof commandsMove>, context: Context): Promise<Record<string, never>> {
      await change(commandId, context, async (before) => {
        if (!(await context.permissions.test({ permission: own, userId: before.creatorId, teamId })).isHeld) throw new Refusal('command_creator_refused')
        await assertFree(before.trigger, teamId, context)
        return { ...before, teamId, ...touched(before) }
      })
      return {}
    },
    async regenerateToken({ commandId }: InputOf<typeof commandsRegenerateToken>, context: Context): Promise<{ token: string }> {
      const { token } = await change(commandId, context, async (before) => ({ ...before, token: await context.random.token(), ...touched(before) }))
      return { token }
    },
    delete: ({ commandId }: InputOf<typeof commandsDelete>, context: Context): Promise<Record<string, never>> => oneByOne(async () => {
      await remove(await findManageable(commandId, context), context)
      return {}
    }),
  }
}
