import {
  commandsCreate, commandsExecute, commandsList, commandsListSuggested, commandsMove, commandsSuggest, customStatusClear, customStatusListRecent, customStatusRemoveRecent, customStatusSet,
  RookeryError, searchFiles, searchPosts, type Channel, type InputOf, type Operation,
} from '@rookery/sdk/protocol'
import type { Access } from '../../auth/index.ts'
import type { Context } from '../../operations/index.ts'

/** Where an operation of a contract takes place: its provider must be at work there. Nothing: everywhere. */
export interface Place {
  readonly channel?: Channel
  readonly teamId?: string
}

type Judge = (context: Context, input: never) => Promise<Place>

/** Who may ask for what, judged before any provider hears of it. Operations that are not here are for everybody who is signed in. */
export function createContractAccess(access: Access): (operation: Operation, context: Context, input: unknown) => Promise<Place> {
  const judges = new Map<string, Judge>()
  const on = <O extends Operation>({ name }: O, judge: (context: Context, input: InputOf<O>) => Promise<Place>): void => { judges.set(name, judge) }

  const inTeam = async (context: Context, { teamId }: { teamId: string }): Promise<Place> => {
    await access.team(context, teamId, 'view_team')
    return { teamId }
  }
  const ofUser = async (context: Context, { userId }: { userId: string }): Promise<Place> => {
    await access.self(context, userId)
    return {}
  }
  const wherever = async (context: Context, { teamId }: { teamId?: string }): Promise<Place> => (teamId ? inTeam(context, { teamId }) : {})

  on(commandsExecute, async (context, { channelId, teamId }) => {
    const channel = await access.channel(context, channelId, 'create_post')
    if (channel.deleteAt > 0) throw new RookeryError('can_not_post_to_archived')
    // In direct and group channels commands are those of the team that one looks at.
    if (channel.teamId === '' && teamId) await access.team(context, teamId, 'view_team')
    return { channel }
  })
  on(commandsList, async (context, { teamId, customOnly }) => {
    await access.team(context, teamId, customOnly ? 'manage_own_slash_commands' : 'view_team')
    return { teamId }
  })
  on(commandsListSuggested, inTeam)
  on(commandsSuggest, async (context, { teamId, channelId }) => {
    if (channelId) await access.channel(context, channelId, 'read_channel')
    return inTeam(context, { teamId })
  })
  on(commandsCreate, async (context, { teamId, creatorId }) => {
    await access.team(context, teamId, 'manage_own_slash_commands')
    if (creatorId && creatorId !== access.userId(context)) {
      await access.team(context, teamId, 'manage_others_slash_commands')
      await access.user(context, creatorId)
    }
    return { teamId }
  })
  on(commandsMove, async (context, { teamId }) => {
    await access.team(context, teamId, 'manage_own_slash_commands')
    return { teamId }
  })
  for (const operation of [customStatusSet, customStatusClear, customStatusListRecent, customStatusRemoveRecent]) on(operation, ofUser)
  on(searchPosts, wherever)
  on(searchFiles, wherever)

  return async ({ name }, context, input) => {
    access.userId(context)
    return await judges.get(name)?.(context, input as never) ?? {}
  }
}
