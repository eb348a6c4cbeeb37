import type { Team } from '@rookery/sdk/protocol'
import type { Access } from '../../auth/index.ts'
import type { Context } from '../../operations/index.ts'

/** A team as the actor may see it: the invitation is for those who may invite, the address for those who manage it. */
export async function visibleTeam(access: Access, context: Context, team: Team): Promise<Team> {
  const [mayInvite, mayManage] = await Promise.all([access.hasTeam(context, team.id, 'invite_user'), access.hasTeam(context, team.id, 'manage_team')])
  return { ...team, inviteId: mayInvite ? team.inviteId : '', email: mayManage ? team.email : '' }
}

export const visibleTeams = (access: Access, context: Context, teams: readonly Team[]): Promise<Team[]> =>
  Promise.all(teams.map((team) => visibleTeam(access, context, team)))
