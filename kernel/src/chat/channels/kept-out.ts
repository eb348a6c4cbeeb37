import { channelMembersAdd, type Channel, type User } from '@rookery/sdk/protocol'
import type { Context, Ways } from '../../operations/index.ts'

/** Who would come into which channel by something else, and is kept out of it. */
export interface KeptOut { has(channelId: string, userId: string): boolean }

export const nobodyKeptOut: KeptOut = { has: () => false }

interface Entering { readonly channel: Channel, readonly users: readonly Pick<User, 'id'>[] }

/**
 * Asks the guards of channels about those who are led into them by what is not about channels: they do it all the
 * same, and stay out of the channels that refuse them. Throws where a guard that must be asked cannot be.
 */
export async function findKeptOut(ways: Ways, context: Context, entering: readonly Entering[]): Promise<KeptOut> {
  if (!ways.isGuarded(channelMembersAdd)) return nobodyKeptOut
  const ask = async (asked: readonly Entering[]): Promise<readonly Entering[]> => {
    const refusals = await ways.askEach(channelMembersAdd, context, asked.map(({ channel, users }) => ({ input: { channelId: channel.id, userIds: users.map(({ id }) => id) }, accessed: { channel } })))
    const unavailable = refusals.find((refusal) => refusal && refusal.status >= 500)
    if (unavailable) throw unavailable
    return asked.filter((_each, index) => refusals[index])
  }
  // All who enter a channel are asked about together; one by one only where somebody among them is refused.
  const refused = await ask(entering.filter(({ users }) => users.length > 0))
  const alone = await ask(refused.filter(({ users }) => users.length > 1).flatMap(({ channel, users }) => users.map((user) => ({ channel, users: [user] }))))
  const keys = new Set([...refused.filter(({ users }) => users.length === 1), ...alone].flatMap(({ channel, users }) => users.map(({ id }) => `${channel.id} ${id}`)))
  return { has: (channelId, userId) => keys.has(`${channelId} ${userId}`) }
}
