import { RookeryError, teamMemberRemoved, type Team, type User } from '@rookery/sdk/protocol'
import { sql } from '../../storage/index.ts'
import { deleteChannelMember } from '../channels/member-rows.ts'
import type { ChatParts } from '../parts.ts'

/** Takes a user out of a team and its channels; direct and group channels stay. */
export async function leaveTeam(
  { writer, clock, systemPosts }: Pick<ChatParts, 'writer' | 'clock' | 'systemPosts'>, { team, user, removerId }: { team: Team, user: User, removerId: string },
): Promise<void> {
  const townSquareId = await writer.write(async (transaction, emit) => {
    const now = clock.now()
    // The membership is locked first: whoever is being added to a channel in this moment is in it, or is refused.
    const left = await transaction.query(sql`
      update team_members set delete_at = ${now}, update_at = ${now}, is_admin = false, explicit_roles = ''
      where team_id = ${team.id} and user_id = ${user.id} and delete_at = 0 returning 1`)
    if (left.rowCount === 0) throw new RookeryError('team_member_not_found')
    const channels = await transaction.any<{ id: string, name: string }>(sql`
      select c.id, c.name from channel_members cm join channels c on c.id = cm.channel_id where cm.user_id = ${user.id} and c.team_id = ${team.id}`)
    await deleteChannelMember(transaction, emit, { channelIds: channels.map(({ id }) => id), userId: user.id, removerId, hasLeftTeam: true })
    emit(teamMemberRemoved, { teamId: team.id, userId: user.id }, { teamId: team.id })
    return channels.find(({ name }) => name === 'town-square')?.id
  }, { actorId: removerId })
  if (townSquareId === undefined) return
  const isLeaving = removerId === user.id
  await systemPosts.say({
    channelId: townSquareId, userId: user.id, type: isLeaving ? 'system_leave_team' : 'system_remove_from_team',
    says: isLeaving ? 'leftTeam' : 'removedFromTeam', values: { username: user.username }, props: { username: user.username },
  })
}
