import {
  RookeryError, channelCreated, teamCreated, teamsCommon, teamsCreate, teamsExists, teamsGet, teamsGetByInvitation, teamsGetByName, teamsList, teamsListOfUser,
  type Channel, type Invitation, type Team, type User,
} from '@rookery/sdk/protocol'
import { implement, type AnyImplementation } from '../../operations/index.ts'
import { sql, UniqueViolationError } from '../../storage/index.ts'
import { isReservedTeamName, isTeamName } from '../../text/index.ts'
import { defaultChannels } from '../channels/default-channels.ts'
import { insertChannel } from '../channels/insert-channel.ts'
import { matchesTerm } from '../like-pattern.ts'
import type { ChatParts } from '../parts.ts'
import { selectUser } from '../users/user-rows.ts'
import { joinTeam } from './join-team.ts'
import { readTeamDisplayName } from './team-form.ts'
import { selectTeamByInvitation, teamColumns } from './team-rows.ts'
import { visibleTeam, visibleTeams } from './visible-team.ts'

type Parts = Pick<ChatParts, 'db' | 'writer' | 'access' | 'settings' | 'ids' | 'tokens' | 'clock' | 'systemPosts' | 'languages'>

/** Teams: making, reading and finding them. */
export function createTeams(parts: Parts): AnyImplementation[] {
  const { db, writer, access, languages, settings, ids, tokens, clock } = parts
  const idByName = async (name: string): Promise<string> =>
    (await db.maybeOne<{ id: string }>(sql`select id from teams where name = ${name.toLowerCase()}`))?.id ?? ''

  return [
    implement(teamsCreate, {
      access(context) { access.system(context, 'create_team') },
      async handle(context, input) {
        if (!isTeamName(input.name) || isReservedTeamName(input.name)) throw new RookeryError('team_name_invalid')
        const creatorId = access.userId(context)
        const now = clock.now()
        const team: Team = {
          id: ids.next(), createAt: now, updateAt: now, deleteAt: 0, displayName: readTeamDisplayName(input.displayName), name: input.name,
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
            for (const { name, says } of defaultChannels) {
              const displayName = languages.say(says, {}, settings.site.locale)
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
      access: (context, { teamId }) => access.team(context, teamId, undefined, { includeArchived: true }),
      handle: (context, _input, team) => visibleTeam(access, context, team),
    }),
    implement(teamsGetByName, {
      access: async (context, { name }) => access.team(context, await idByName(name), undefined, { includeArchived: true }),
      handle: (context, _input, team) => visibleTeam(access, context, team),
    }),
    implement(teamsExists, {
      /** Whoever may make teams has to learn that a name is taken; others learn only of teams that they see. */
      async access(context, { name }) {
        const teamId = await idByName(name)
        if (teamId === '' || access.hasSystem(context, 'create_team')) return { exists: teamId !== '' }
        const isVisible = await access.team(context, teamId).then(() => true, (error: unknown) => {
          if (error instanceof RookeryError) return false
          throw error
        })
        return { exists: isVisible }
      },
      handle: (_context, _input, found) => found,
    }),
    implement(teamsGetByInvitation, {
      async access(_context, { inviteId }) {
        const team = await selectTeamByInvitation(db, inviteId)
        if (!team) throw new RookeryError('invitation_invalid')
        return team
      },
      handle: (_context, _input, { id, name, displayName, description }): Invitation => ({ id, name, displayName, description }),
    }),
    implement(teamsList, {
      access(context) {
        const seesPrivate = access.hasSystem(context, 'list_private_teams')
        if (!seesPrivate) access.system(context, 'list_public_teams')
        return seesPrivate
      },
      async handle(context, { term = '', openOnly = false, page = 0, perPage = 60 }, seesPrivate) {
        const seen = seesPrivate ? sql.fragment`true` : sql.fragment`t.allow_open_invite and t.delete_at = 0`
        const condition = sql.fragment`${seen} and (${!openOnly} or t.allow_open_invite) and ${matchesTerm(term, [sql.fragment`t.name`, sql.fragment`t.display_name`])}`
        const [teams, totalCount] = await Promise.all([
          db.any<Team>(sql`select ${teamColumns} from teams t where ${condition} order by lower(t.display_name), t.id limit ${perPage} offset ${page * perPage}`),
          db.value<number>(sql`select count(*) from teams t where ${condition}`),
        ])
        return { teams: await visibleTeams(access, context, teams), totalCount }
      },
    }),
    implement(teamsListOfUser, {
      access: (context, { userId }) => access.self(context, userId, 'sysconsole_read_user_management_users'),
      async handle(context, { userId }) {
        const teams = await db.any<Team>(sql`
          select ${teamColumns} from teams t join team_members tm on tm.team_id = t.id
          where tm.user_id = ${userId} and tm.delete_at = 0 and t.delete_at = 0 order by t.display_name`)
        return visibleTeams(access, context, teams)
      },
    }),
    implement(teamsCommon, {
      async access(context, { channelId }) {
        const channel = await access.channel(context, channelId)
        // Guests are not told to which teams others belong.
        if ((await access.memberships(context)).channels.get(channelId)?.isGuest) throw new RookeryError('permission_missing', { permission: 'create_private_channel' })
        if (channel.type !== 'G' && channel.type !== 'D') throw new RookeryError('channel_type_refuses')
      },
      async handle(context, { channelId }) {
        const teams = await db.any<Team>(sql`
          select ${teamColumns} from teams t where t.delete_at = 0 and t.id in (
            select tm.team_id from channel_members cm join team_members tm on tm.user_id = cm.user_id and tm.delete_at = 0
            where cm.channel_id = ${channelId} group by tm.team_id
            having count(*) = (select member_count from channels where id = ${channelId}))
          order by lower(t.display_name), t.id`)
        return visibleTeams(access, context, teams)
      },
    }),
  ]
}
