import { RookeryError, channelMemberAdded, teamMemberAdded, type Team, type TeamMember, type User } from '@rookery/sdk/protocol'
import type { Emit } from '../../events/index.ts'
import { sql, type Transaction } from '../../storage/index.ts'
import { insertChannelMembers } from '../channels/insert-members.ts'
import type { ChatParts } from '../parts.ts'
import { selectTeamMember } from './team-rows.ts'

export type TeamJoining = Pick<ChatParts, 'clock' | 'settings'>

/** Every team has these: town-square cannot be left. */
export const defaultChannels = [
  { name: 'town-square', displayName: 'Town Square' },
  { name: 'off-topic', displayName: 'Off-Topic' },
] as const

/** Makes a user a member of a team and of its default channels (guests of none). Joining again is no error. */
export async function joinTeam(
  { clock, settings }: TeamJoining, transaction: Transaction, emit: Emit,
  { team, user, isAdmin }: { team: Team, user: User, isAdmin: boolean },
): Promise<TeamMember> {
  const isGuest = user.roles.split(' ').includes('system_guest')
  const domains = team.allowedDomains.split(/[\s,]+/).filter((domain) => domain !== '')
  if (domains.length > 0 && !isGuest && !domains.includes(user.email.split('@')[1] ?? '')) throw new RookeryError('team_refuses_domain')
  const known = await selectTeamMember(transaction, team.id, user.id)
  if (known && known.deleteAt === 0) return known
  // Under the row lock of the team, so that the limit holds when many join at once.
  await transaction.query(sql`select 1 from teams where id = ${team.id} for no key update`)
  const { count } = await transaction.one<{ count: number }>(sql`
    select count(*) as count from team_members tm join users u on u.id = tm.user_id
    where tm.team_id = ${team.id} and tm.delete_at = 0 and u.delete_at = 0`)
  if (count >= settings.teams.maximumMembers) throw new RookeryError('team_full')
  const now = clock.now()
  await transaction.query(sql`
    insert into team_members (team_id, user_id, create_at, update_at, is_guest, is_admin)
    values (${team.id}, ${user.id}, ${now}, ${now}, ${isGuest}, ${isAdmin})
    on conflict (team_id, user_id) do update set create_at = ${now}, update_at = ${now}, delete_at = 0, is_guest = ${isGuest}, is_admin = ${isAdmin}, explicit_roles = ''`)
  const member = await selectTeamMember(transaction, team.id, user.id) as TeamMember
  emit(teamMemberAdded, { member }, { teamId: team.id })
  if (isGuest) return member
  const channels = await transaction.any<{ id: string }>(sql`
    select id from channels where team_id = ${team.id} and delete_at = 0 and name in ('town-square', 'off-topic')`)
  for (const { id } of channels) {
    const added = await insertChannelMembers(transaction, id, [{ userId: user.id, isGuest, isAdmin }], now)
    for (const userId of added) emit(channelMemberAdded, { channelId: id, userId, teamId: team.id, isGuest, isAdmin }, { channelId: id })
  }
  return member
}
