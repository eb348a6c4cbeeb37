import { RookeryError, channelMemberAdded, teamMemberAdded, type Team, type TeamMember, type User } from '@rookery/sdk/protocol'
import type { Emit } from '../../events/index.ts'
import { rows, sql, textArray, type Transaction } from '../../storage/index.ts'
import { defaultChannels } from '../channels/default-channels.ts'
import { insertChannelMembers } from '../channels/insert-members.ts'
import { nobodyKeptOut, type KeptOut } from '../channels/kept-out.ts'
import { isGuest } from '../channels/open-direct.ts'
import type { ChatParts } from '../parts.ts'
import { teamMemberColumns } from './team-rows.ts'

export type TeamJoining = Pick<ChatParts, 'clock' | 'settings' | 'systemPosts'>

interface Joining {
  readonly team: Team
  readonly isAdmin: boolean
  /** Who adds them; undefined where they join on their own. */
  readonly adder?: User | undefined
  /** Open and private channels of the team that they join besides. */
  readonly channelIds?: readonly string[]
  /** Who was asked about and stays out of channels. */
  readonly keptOut?: KeptOut
}

/** Whether the team takes the address of the account; guests are taken with any. */
export function fitsDomains(team: Team, user: User): boolean {
  const domains = team.allowedDomains.toLowerCase().split(/[\s,@]+/).filter((domain) => domain !== '')
  return domains.length === 0 || isGuest(user) || domains.includes(user.email.toLowerCase().split('@')[1] ?? '')
}

/** Makes a user a member of a team and of its default channels (guests of none). Joining again is no error. */
export async function joinTeam(
  parts: TeamJoining, transaction: Transaction, emit: Emit, { user, ...joining }: Joining & { readonly user: User },
): Promise<TeamMember> {
  const [member] = await joinTeamTogether(parts, transaction, emit, { users: [user], ...joining })
  return member as TeamMember
}

/** The same for several users at once; all of them join or none. What is told of it follows the commit. */
export async function joinTeamTogether(
  { clock, settings, systemPosts }: TeamJoining, transaction: Transaction, emit: Emit, { team, users, isAdmin, adder, channelIds = [], keptOut = nobodyKeptOut }: Joining & { readonly users: readonly User[] },
): Promise<TeamMember[]> {
  if (!users.every((user) => fitsDomains(team, user))) throw new RookeryError('team_refuses_domain')
  // Under the row lock of the team, so that the limit holds when many join at once.
  await transaction.query(sql`select 1 from teams where id = ${team.id} for no key update`)
  const select = sql`select ${teamMemberColumns} from team_members tm where tm.team_id = ${team.id} and tm.user_id = any (${textArray(users.map(({ id }) => id))}) and tm.delete_at = 0`
  const known = new Set((await transaction.any<TeamMember>(select)).map((member) => member.userId))
  const newcomers = users.filter((user) => !known.has(user.id))
  if (newcomers.length === 0 && channelIds.length === 0) return transaction.any<TeamMember>(select)
  const { count } = await transaction.one<{ count: number }>(sql`
    select count(*) as count from team_members tm join users u on u.id = tm.user_id
    where tm.team_id = ${team.id} and tm.delete_at = 0 and u.delete_at = 0`)
  if (newcomers.length > 0 && count + newcomers.length > settings.teams.maximumMembers) throw new RookeryError('team_full')
  const now = clock.now()
  const asMembers = (list: readonly User[]) => list.map((user) => ({ userId: user.id, isGuest: isGuest(user), isAdmin }))
  await transaction.query(sql`
    insert into team_members (team_id, user_id, create_at, update_at, is_guest, is_admin)
    select ${team.id}, m.user_id, ${now}::bigint, ${now}::bigint, m.is_guest, m.is_admin
    from ${rows(asMembers(newcomers), { userId: 'text', isGuest: 'bool', isAdmin: 'bool' })} as m(user_id, is_guest, is_admin)
    on conflict (team_id, user_id) do update set create_at = excluded.create_at, update_at = excluded.update_at, delete_at = 0,
      is_guest = excluded.is_guest, is_admin = excluded.is_admin, explicit_roles = ''`)
  const members = await transaction.any<TeamMember>(select)
  for (const member of members) if (!known.has(member.userId)) emit(teamMemberAdded, { member }, { teamId: team.id })

  const channels = await transaction.any<{ id: string, name: string }>(sql`
    select id, name from channels where team_id = ${team.id} and delete_at = 0
      and (name = any (${textArray(defaultChannels.map(({ name }) => name))}) or id = any (${textArray(channelIds)})) order by id`)
  for (const channel of channels) {
    const entering = (channelIds.includes(channel.id) ? users : newcomers.filter((user) => !isGuest(user))).filter(({ id }) => !keptOut.has(channel.id, id))
    const list = asMembers(entering)
    const added = new Set(await insertChannelMembers(transaction, channel.id, list, now))
    for (const member of list) if (added.has(member.userId)) emit(channelMemberAdded, { channelId: channel.id, teamId: team.id, ...member }, { channelId: channel.id })
    transaction.onCommit(() => {
      for (const user of entering) if (added.has(user.id)) void tellOfJoining(systemPosts, channel, user, adder)
    })
  }
  return members
}

function tellOfJoining(systemPosts: ChatParts['systemPosts'], channel: { id: string, name: string }, user: User, adder: User | undefined): Promise<void> {
  const isOfTeam = channel.name === 'town-square'
  const noun = isOfTeam ? 'team' : 'channel'
  if (!adder || adder.id === user.id) {
    return systemPosts.say({ channelId: channel.id, userId: user.id, type: `system_join_${noun}`, says: isOfTeam ? 'joinedTeam' : 'joinedChannel', values: { username: user.username }, props: { username: user.username } })
  }
  return systemPosts.say({
    channelId: channel.id, userId: adder.id, type: `system_add_to_${noun}`, says: isOfTeam ? 'addedToTeam' : 'addedToChannel', values: { username: adder.username, addedUsername: user.username }, mentionedUserIds: [user.id],
    props: { userId: adder.id, username: adder.username, addedUserId: user.id, addedUsername: user.username },
  })
}
