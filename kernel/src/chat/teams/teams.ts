import {
  RookeryError, channelCreated, teamCreated, teamMembersAdd, teamMembersGet, teamMembersJoin, teamMembersList, teamMembersListOfUser,
  teamsCreate, teamsGet, teamsListOfUser, type Channel, type Team, type TeamMember, type User,
} from '@rookery/sdk/protocol'
import type { Access } from '../../auth/index.ts'
import { implement, type AnyImplementation, type Context } from '../../operations/index.ts'
import { sql, UniqueViolationError } from '../../storage/index.ts'
import { isReservedTeamName, isTeamName } from '../../text/index.ts'
import { insertChannel } from '../channels/insert-channel.ts'
import type { ChatParts } from '../parts.ts'
import { selectUser } from '../users/user-rows.ts'
import { defaultChannels } from '../channels/default-channels.ts'
import { joinTeam } from './join-team.ts'
import { selectTeamByInvitation, selectTeamMember, teamColumns, teamMemberColumns } from './team-rows.ts'

/** A team as the actor may see it: the invitation is for those who may invite. */
export async function visibleTeam(access: Access, context: Context, team: Team): Promise<Team> {
  return await access.hasTeam(context, team.id, 'invite_user') ? team : { ...team, inviteId: '', email: '' }
}

type Parts = Pick<ChatParts, 'db' | 'writer' | 'access' | 'settings' | 'ids' | 'tokens' | 'clock' | 'systemPosts'>

/** Teams and who belongs to them. */
export function createTeams(parts: Parts): AnyImplementation[] {
  const { db, writer, access, ids, tokens, clock } = parts

  return [
    implement(teamsCreate, {
      access(context) { access.system(context, 'create_team') },
      async handle(context, input) {
        if (!isTeamName(input.name) || isReservedTeamName(input.name)) throw new RookeryError('team_name_invalid')
        const creatorId = access.userId(context)
        const now = clock.now()
        const team: Team = {
          id: ids.next(), createAt: now, updateAt: now, deleteAt: 0, displayName: input.displayName, name: input.name,
          description: input.description ?? '', email: input.email ?? '', type: input.type, companyName: input.companyName ?? '',
          allowedDomains: input.allowedDomains ?? '', inviteId: tokens.token(), allowOpenInvite: input.allowOpenInvite ?? false, lastIconUpdateAt: 0,
        }
        try {
          await writer.write(async (transaction, emit) => {
            await transaction.query(sql`
              insert into teams (id, create_at, update_at, display_name, name, description, email, type, company_name, allowed_domains, invite_id, allow_open_invite)
              values (${team.id}, ${now}, ${now}, ${team.displayName}, ${team.name}, ${team.description}, ${team.email}, ${team.type},
                ${team.companyName}, ${team.allowedDomains}, ${team.inviteId}, ${team.allowOpenInvite})`)
            emit(teamCreated, { team }, { teamId: team.id })
            for (const { name, displayName } of defaultChannels) {
              const channel = await insertChannel(transaction, { id: ids.next(), now, teamId: team.id, type: 'O', name, displayName, creatorId }) as Channel
              emit(channelCreated, { channel, creatorId, memberIds: [] }, { teamId: team.id })
            }
            const user = await selectUser(transaction, creatorId) as User
            await joinTeam(parts, transaction, emit, { team, user, isAdmin: true })
          }, { actorId: creatorId })
        } catch (error) {
          if (error instanceof UniqueViolationError) throw new RookeryError('team_name_taken')
          throw error
        }
        return team
      },
    }),
    implement(teamsGet, {
      access: (context, { teamId }) => access.team(context, teamId),
      handle: (context, _input, team) => visibleTeam(access, context, team),
    }),
    implement(teamsListOfUser, {
      access: (context, { userId }) => access.self(context, userId, 'sysconsole_read_user_management_users'),
      async handle(context, { userId }) {
        const teams = await db.any<Team>(sql`
          select ${teamColumns} from teams t join team_members tm on tm.team_id = t.id
          where tm.user_id = ${userId} and tm.delete_at = 0 and t.delete_at = 0 order by t.display_name`)
        return Promise.all(teams.map((team) => visibleTeam(access, context, team)))
      },
    }),
    implement(teamMembersAdd, {
      async access(context, { teamId, userId }) {
        const isSelf = context.actor.kind === 'user' && context.actor.userId === userId
        const team = await access.team(context, teamId)
        if (isSelf) {
          const mayJoin = access.hasSystem(context, team.allowOpenInvite ? 'join_public_teams' : 'join_private_teams')
          if (!mayJoin && !(await access.memberships(context)).teams.has(teamId)) throw new RookeryError('permission_missing', { permission: 'join_private_teams' })
        } else await access.team(context, teamId, 'add_user_to_team')
        return { team, user: await access.user(context, userId) }
      },
      handle: (context, _input, { team, user }) => writer.write(
        (transaction, emit) => joinTeam(parts, transaction, emit, { team, user, isAdmin: false }),
        context.actor.kind === 'user' ? { actorId: context.actor.userId } : {},
      ),
    }),
    implement(teamMembersJoin, {
      async access(context, { inviteId }) {
        const team = await selectTeamByInvitation(db, inviteId)
        if (!team) throw new RookeryError('invitation_invalid')
        const user = await access.user(context, access.userId(context))
        if (user.roles.split(' ').includes('system_guest')) throw new RookeryError('invitation_refuses_guests')
        return { team, user }
      },
      handle: (_context, _input, { team, user }) => writer.write(
        (transaction, emit) => joinTeam(parts, transaction, emit, { team, user, isAdmin: false }), { actorId: user.id }),
    }),
    implement(teamMembersGet, {
      async access(context, { teamId, userId }) {
        await access.team(context, teamId, 'view_team')
        await access.user(context, userId)
        const member = await selectTeamMember(db, teamId, userId)
        if (!member) throw new RookeryError('team_member_not_found')
        return member
      },
      handle: (_context, _input, member) => member,
    }),
    implement(teamMembersList, {
      access: (context, { teamId }) => access.team(context, teamId, 'view_team'),
      handle: (_context, { teamId, page = 0, perPage = 60 }) => db.any<TeamMember>(sql`
        select ${teamMemberColumns} from team_members tm where tm.team_id = ${teamId} and tm.delete_at = 0
        order by tm.user_id limit ${perPage} offset ${page * perPage}`),
    }),
    implement(teamMembersListOfUser, {
      access: (context, { userId }) => access.self(context, userId, 'read_other_users_teams'),
      handle: (_context, { userId }) => db.any<TeamMember>(sql`
        select ${teamMemberColumns} from team_members tm join teams t on t.id = tm.team_id
        where tm.user_id = ${userId} and tm.delete_at = 0 and t.delete_at = 0 order by tm.create_at`),
    }),
  ]
}
