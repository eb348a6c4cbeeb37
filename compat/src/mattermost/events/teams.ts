import { teamMemberAdded, teamMemberUpdated, teamUpdated } from '@rookery/sdk/protocol'
import { teamMemberShape, teamShape } from '../shapes/team.ts'
import { message, tell, type Encoder } from './message.ts'

export const teamEvents: readonly Encoder[] = [
  tell(teamUpdated, ({ team }) => [message('update_team', { team: JSON.stringify(teamShape({ ...team, inviteId: '' })) }, { teamId: team.id })]),
  tell(teamMemberAdded, ({ member }) => [message('added_to_team', { team_id: member.teamId, user_id: member.userId }, { userId: member.userId })]),
  tell(teamMemberUpdated, ({ member }) => [message('memberrole_updated', { member: JSON.stringify(teamMemberShape(member)) }, { userId: member.userId })]),
]
