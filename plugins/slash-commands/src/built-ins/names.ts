import { CallError } from '@rookery/sdk/plugin'
import type { Channel, User } from '@rookery/sdk/protocol'
import type { Call, Context } from '../call.ts'

/** What a call finds, or undefined where there is no such thing for who asks. */
export async function orNone<Value>(work: Promise<Value>): Promise<Value | undefined> {
  try {
    return await work
  } catch (error) {
    if (error instanceof CallError && (error.code.endsWith('_not_found') || error.code === 'not_found' || error.code === 'invalid_input' || error.code === 'permission_missing')) return undefined
    throw error
  }
}

/** Somebody by name, with or without an @, who is still there. */
export async function findUser(name: string, { asActor }: Context): Promise<User | undefined> {
  const username = name.trim().replace(/^@/, '').toLowerCase()
  if (username === '' || username.length > 64) return undefined
  const user = await orNone(asActor.users.getByUsername({ username }))
  return user?.deleteAt === 0 ? user : undefined
}

/** A channel of the team by name, with or without a ~. */
export async function findChannel(name: string, { teamId, context: { asActor } }: Call): Promise<Channel | undefined> {
  const word = name.trim().replace(/^~/, '').toLowerCase()
  if (word === '' || word.length > 64 || teamId === '') return undefined
  return orNone(asActor.channels.getByName({ teamId, name: word }))
}

/** Where clients show a channel. */
export async function addressOf(channelName: string, { teamId, context: { asActor, siteUrl } }: Call): Promise<string> {
  if (teamId === '') return `${siteUrl}/`
  return `${siteUrl}/${(await asActor.teams.get({ teamId })).name}/channels/${channelName}`
}

export const mention = (names: readonly string[]): string => names.map((name) => `@${name}`).join(', ')
