import {
  RookeryError, teamUpdated, teamsArchive, teamsRenewInvitation, teamsRestore, teamsSetPrivacy, teamsUpdate, type PayloadOf, type Team,
} from '@rookery/sdk/protocol'
import { actorIdOf, implement, type AnyImplementation, type Context } from '../../operations/index.ts'
import { sql, type SqlFragment } from '../../storage/index.ts'
import type { ChatParts } from '../parts.ts'
import { readTeamDisplayName } from './team-form.ts'
import { teamColumns } from './team-rows.ts'

/** Changes the row of a team and tells of it. The column `update_at` always grows: pictures are fetched anew by it. */
export const changeTeam = (
  { writer, clock }: Pick<ChatParts, 'writer' | 'clock'>, context: Context, teamId: string, assign: SqlFragment,
  change: PayloadOf<typeof teamUpdated>['change'] = 'updated',
): Promise<Team> => writer.write(async (transaction, emit) => {
  const team = await transaction.maybeOne<Team>(sql`
    update teams t set update_at = greatest(${clock.now()}, t.update_at + 1), ${assign} where t.id = ${teamId} returning ${teamColumns}`)
  if (!team) throw new RookeryError('team_not_found')
  emit(teamUpdated, { team, change }, { teamId })
  return team
}, { actorId: actorIdOf(context) })

/** What becomes of a team; for those who manage it. */
export function createTeamChanges(parts: Pick<ChatParts, 'writer' | 'access' | 'tokens' | 'clock'>): AnyImplementation[] {
  const { access, tokens, clock } = parts
  const managed = (context: Context, { teamId }: { teamId: string }): Promise<Team> => access.team(context, teamId, 'manage_team')

  return [
    implement(teamsUpdate, {
      access: managed,
      // What is left out stays what the row says: somebody else may be changing it in this moment.
      handle: (context, { teamId, displayName, description, companyName, allowedDomains, allowOpenInvite }) => changeTeam(parts, context, teamId, sql.fragment`
        display_name = coalesce(${displayName === undefined ? null : readTeamDisplayName(displayName)}, t.display_name), description = coalesce(${description ?? null}, t.description),
        company_name = coalesce(${companyName ?? null}, t.company_name), allowed_domains = coalesce(${allowedDomains ?? null}, t.allowed_domains),
        allow_open_invite = coalesce(${allowOpenInvite ?? null}, t.allow_open_invite)`),
    }),
    implement(teamsSetPrivacy, {
      access: managed,
      handle: (context, { teamId, type }) => changeTeam(parts, context, teamId, sql.fragment`
        type = ${type}, allow_open_invite = ${type === 'O'}, invite_id = coalesce(${type === 'I' ? tokens.token() : null}, t.invite_id)`),
    }),
    implement(teamsArchive, {
      access: managed,
      async handle(context, { teamId }) {
        await changeTeam(parts, context, teamId, sql.fragment`delete_at = ${clock.now()}`, 'archived')
        return {}
      },
    }),
    implement(teamsRestore, {
      access: (context, { teamId }) => access.team(context, teamId, 'manage_team', { includeArchived: true }),
      handle: (context, { teamId }) => changeTeam(parts, context, teamId, sql.fragment`delete_at = 0`, 'restored'),
    }),
    implement(teamsRenewInvitation, {
      access: managed,
      handle: (context, { teamId }) => changeTeam(parts, context, teamId, sql.fragment`invite_id = ${tokens.token()}`),
    }),
  ]
}
