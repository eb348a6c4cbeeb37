import { channelMembersAdd, teamMembersAdd, type Channel, type Team, type User } from '@rookery/sdk/protocol'
import type { Context, Ways } from '../../operations/index.ts'
import { sql, textArray } from '../../storage/index.ts'
import { channelColumns } from '../channels/channel-rows.ts'
import { defaultChannels } from '../channels/default-channels.ts'
import { findKeptOut, nobodyKeptOut, type KeptOut } from '../channels/kept-out.ts'
import { isGuest } from '../channels/open-direct.ts'
import type { ChatParts } from '../parts.ts'

/** Of a new account its id is known before it is there. */
type Person = Pick<User, 'id' | 'roles'>

interface Joining {
  readonly team: Team
  readonly users: readonly Person[]
  readonly channelIds?: readonly string[]
}

/** Who stays out of the channels into which a team leads those who join it: its default ones, and others that are named. */
export async function askAboutChannels({ db }: Pick<ChatParts, 'db'>, ways: Ways, context: Context, { team, users, channelIds = [] }: Joining): Promise<KeptOut> {
  if (!ways.isGuarded(channelMembersAdd)) return nobodyKeptOut
  const channels = await db.any<Channel>(sql`
    select ${channelColumns} from channels c where c.team_id = ${team.id} and c.delete_at = 0
      and (c.name = any (${textArray(defaultChannels.map(({ name }) => name))}) or c.id = any (${textArray(channelIds)})) order by c.id`)
  return findKeptOut(ways, context, channels.map((channel) => ({ channel, users: channelIds.includes(channel.id) ? users : users.filter((user) => !isGuest(user)) })))
}

/** Throws where somebody may not join; answers who stays out of channels. */
export async function askAboutJoining(parts: Pick<ChatParts, 'db'>, ways: Ways, context: Context, { user, ...joining }: Omit<Joining, 'users'> & { readonly user: Person }): Promise<KeptOut> {
  const { team } = joining
  await ways.ask(teamMembersAdd, context, { input: { teamId: team.id, userId: user.id }, accessed: { team, user } })
  return askAboutChannels(parts, ways, context, { ...joining, users: [user] })
}
