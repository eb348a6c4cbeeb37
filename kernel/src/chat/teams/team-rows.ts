import type { Team, TeamMember } from '@rookery/sdk/protocol'
import { sql, type Queries } from '../../storage/index.ts'

export const teamColumns = sql.fragment`
  t.id, t.create_at as "createAt", t.update_at as "updateAt", t.delete_at as "deleteAt", t.display_name as "displayName", t.name,
  t.description, t.email, t.type, t.company_name as "companyName", t.allowed_domains as "allowedDomains", t.invite_id as "inviteId",
  t.allow_open_invite as "allowOpenInvite", t.last_icon_update_at as "lastIconUpdateAt"`

export const teamMemberColumns = sql.fragment`
  tm.team_id as "teamId", tm.user_id as "userId", tm.create_at as "createAt", tm.delete_at as "deleteAt", tm.is_guest as "isGuest",
  tm.is_admin as "isAdmin", tm.explicit_roles as "explicitRoles"`

export const selectTeam = (db: Queries, id: string): Promise<Team | undefined> =>
  db.maybeOne<Team>(sql`select ${teamColumns} from teams t where t.id = ${id}`)

export const selectTeamMember = (db: Queries, teamId: string, userId: string): Promise<TeamMember | undefined> =>
  db.maybeOne<TeamMember>(sql`select ${teamMemberColumns} from team_members tm where tm.team_id = ${teamId} and tm.user_id = ${userId}`)

/** The living team that an invitation names. */
export const selectTeamByInvitation = (db: Queries, inviteId: string): Promise<Team | undefined> =>
  db.maybeOne<Team>(sql`select ${teamColumns} from teams t where t.invite_id = ${inviteId} and t.delete_at = 0`)
