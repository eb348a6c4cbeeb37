import { teamMemberAdded, teamMemberRemoved, teamMemberUpdated, teamUpdated } from '@rookery/sdk/protocol'
import { teamMemberShape, teamShape } from '../shapes/team.ts'
import { message, tell, type Encoder } from './message.ts'

const changes = { updated: 'update_team', archived: 'delete_team', restored: 'restore_team' } as const

export const teamEvents: readonly Encoder[] = [
  // What not everybody in the team may know is fetched by those who may.
  tell(teamUpdated, ({ team, change }) => [message(changes[change], { team: JSON.stringify(teamShape({ ...team, inviteId: '', email: '' })) }, { teamId: team.id })]),
  tell(teamMemberAdded, ({ member }) => [message('added_to_team', { team_id: member.teamId, user_id: member.userId }, { userId: member.userId })]),
  tell(teamMemberUpdated, ({ member }) => [message('memberrole_updated', { member: JSON.stringify(teamMemberShape(member)) }, { userId: member.userId })]),
  tell(teamMemberRemoved, ({ teamId, userId }) => [
    message('leave_team', { user_id: userId, team_id: teamId }, { teamId, omitUserIds: [userId] }),
    message('leave_team', { user_id: userId, team_id: teamId }, { userId }),
  ]),
]
