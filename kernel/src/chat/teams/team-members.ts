import {
  RookeryError, teamMemberUpdated, teamMembersAdd, teamMembersAddMany, teamMembersGet, teamMembersJoin, teamMembersList, teamMembersListByIds, teamMembersListOfUser,
  teamMembersRemove, teamMembersSetRoles, teamMembersSetSchemeRoles, type OutputOf, type TeamMember, type User,
} from '@rookery/sdk/protocol'
import { actorIdOf, implement, type AnyImplementation, type Context } from '../../operations/index.ts'
import { sql, textArray, type SqlFragment } from '../../storage/index.ts'
import { isGuest } from '../channels/open-direct.ts'
import { assertMayAdminister, parseMemberRoles } from '../member-roles.ts'
import type { ChatParts } from '../parts.ts'
import { fitsDomains, joinTeam, joinTeamTogether } from './join-team.ts'
import { askAboutChannels, askAboutJoining } from './ask-about-joining.ts'
import { leaveTeam } from './leave-team.ts'
import { selectTeamByInvitation, selectTeamMember, teamMemberColumns } from './team-rows.ts'

type Parts = Pick<ChatParts, 'db' | 'writer' | 'access' | 'directory' | 'roles' | 'settings' | 'clock' | 'systemPosts' | 'ways'>

/** Who belongs to teams. */
export function createTeamMembers(parts: Parts): AnyImplementation[] {
  const { db, writer, access, directory, roles, clock } = parts
  const [adding, addingMany, joining] = [parts.ways(teamMembersAdd), parts.ways(teamMembersAddMany), parts.ways(teamMembersJoin)]

  const living = async (teamId: string, userId: string): Promise<TeamMember> => {
    const member = await selectTeamMember(db, teamId, userId)
    if (!member || member.deleteAt > 0) throw new RookeryError('team_member_not_found')
    return member
  }
  const newcomer = async (context: Context, userId: string): Promise<User> => {
    const user = await access.user(context, userId)
    if (user.deleteAt > 0) throw new RookeryError('user_not_found')
    return user
  }
  const update = (context: Context, { teamId, userId }: TeamMember, assign: SqlFragment): Promise<unknown> => writer.write(async (transaction, emit) => {
    await transaction.query(sql`update team_members set update_at = ${clock.now()}, ${assign} where team_id = ${teamId} and user_id = ${userId} and delete_at = 0`)
    const member = await selectTeamMember(transaction, teamId, userId)
    if (!member || member.deleteAt > 0) throw new RookeryError('team_member_not_found')
    emit(teamMemberUpdated, { member }, { userId })
  }, { actorId: actorIdOf(context) })
  /** Guests see of a team those with whom they share a channel. */
  const seen = (visible: ReadonlySet<string> | undefined): SqlFragment => visible ? sql.fragment`and tm.user_id = any (${textArray([...visible])})` : sql.fragment``

  return [
    implement(teamMembersAdd, {
      async access(context, { teamId, userId }) {
        const team = await access.team(context, teamId)
        if (userId === actorIdOf(context)) {
          const mayJoin = access.hasSystem(context, team.allowOpenInvite ? 'join_public_teams' : 'join_private_teams')
          if (!mayJoin && !(await access.memberships(context)).teams.has(teamId)) throw new RookeryError('permission_missing', { permission: 'join_private_teams' })
        } else await access.team(context, teamId, 'add_user_to_team')
        return { team, user: await newcomer(context, userId), adder: await directory.users.get(actorIdOf(context)) }
      },
      async handle(context, _input, { team, user, adder }) {
        const keptOut = await askAboutChannels(parts, adding, context, { team, users: [user] })
        return writer.write((transaction, emit) => joinTeam(parts, transaction, emit, { team, user, isAdmin: false, adder, keptOut }), { actorId: actorIdOf(context) })
      },
    }),
    implement(teamMembersAddMany, {
      async access(context, { teamId, userIds }) {
        const team = await access.team(context, teamId, 'add_user_to_team')
        const found = await Promise.all([...new Set(userIds)].map(async (userId) => {
          const user = await newcomer(context, userId).catch((error: unknown) => { if (error instanceof RookeryError) return undefined; throw error })
          return { userId, user }
        }))
        return { team, found, adder: await directory.users.get(actorIdOf(context)) }
      },
      async handle(context, _input, { team, found, adder }) {
        const fitting = found.flatMap(({ user }) => user && fitsDomains(team, user) ? [user] : [])
        const refusals = await addingMany.askEach(teamMembersAdd, context, fitting.map((user) => ({ input: { teamId: team.id, userId: user.id }, accessed: { team, user } })))
        const users = fitting.filter((_user, index) => !refusals[index])
        const keptOut = await askAboutChannels(parts, addingMany, context, { team, users })
        const members = users.length === 0 ? [] : await writer.write(
          (transaction, emit) => joinTeamTogether(parts, transaction, emit, { team, users, isAdmin: false, adder, keptOut }), { actorId: actorIdOf(context) })
        const byUser = new Map(members.map((member) => [member.userId, member]))
        const refusalOf = (user: User | undefined): RookeryError =>
          user ? refusals[fitting.indexOf(user)] ?? new RookeryError('team_refuses_domain') : new RookeryError('user_not_found')
        return found.map(({ userId, user }): OutputOf<typeof teamMembersAddMany>[number] => {
          const member = byUser.get(userId)
          if (member) return { userId, member, error: null }
          const { code, message, details } = refusalOf(user)
          return { userId, member: null, error: { code, message, details } }
        })
      },
    }),
    implement(teamMembersJoin, {
      async access(context, { inviteId }) {
        const team = await selectTeamByInvitation(db, inviteId)
        if (!team) throw new RookeryError('invitation_invalid')
        const user = await access.user(context, access.userId(context))
        if (isGuest(user)) throw new RookeryError('invitation_refuses_guests')
        return { team, user }
      },
      async handle(context, _input, { team, user }) {
        const keptOut = await askAboutJoining(parts, joining, context, { team, user })
        return writer.write((transaction, emit) => joinTeam(parts, transaction, emit, { team, user, isAdmin: false, keptOut }), { actorId: user.id })
      },
    }),
    implement(teamMembersRemove, {
      async access(context, { teamId, userId }) {
        const team = await access.team(context, teamId, userId === actorIdOf(context) ? undefined : 'remove_user_from_team')
        const user = await access.user(context, userId)
        await living(teamId, userId)
        return { team, user }
      },
      async handle(context, _input, { team, user }) {
        await leaveTeam(parts, { team, user, removerId: actorIdOf(context) || user.id })
        return {}
      },
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
      async access(context, { teamId }) {
        await access.team(context, teamId, 'view_team')
        return access.visibleUserIds(context)
      },
      handle: (_context, { teamId, page = 0, perPage = 60 }, visible) => db.any<TeamMember>(sql`
        select ${teamMemberColumns} from team_members tm where tm.team_id = ${teamId} and tm.delete_at = 0 ${seen(visible)}
        order by tm.user_id limit ${perPage} offset ${page * perPage}`),
    }),
    implement(teamMembersListByIds, {
      async access(context, { teamId }) {
        await access.team(context, teamId, 'view_team')
        return access.visibleUserIds(context)
      },
      handle: (_context, { teamId, userIds }, visible) => db.any<TeamMember>(sql`
        select ${teamMemberColumns} from team_members tm
        where tm.team_id = ${teamId} and tm.user_id = any (${textArray(userIds)}) and tm.delete_at = 0 ${seen(visible)}`),
    }),
    implement(teamMembersListOfUser, {
      access: (context, { userId }) => access.self(context, userId, 'read_other_users_teams'),
      handle: (_context, { userId }) => db.any<TeamMember>(sql`
        select ${teamMemberColumns} from team_members tm join teams t on t.id = tm.team_id
        where tm.user_id = ${userId} and tm.delete_at = 0 and t.delete_at = 0 order by tm.create_at`),
    }),
    implement(teamMembersSetRoles, {
      async access(context, { teamId, userId }) {
        await access.team(context, teamId, 'manage_team_roles')
        return living(teamId, userId)
      },
      async handle(context, { roles: text }, member) {
        const { isAdmin, explicitRoles } = parseMemberRoles(roles, 'team', text, member)
        await update(context, member, sql.fragment`is_admin = ${isAdmin}, explicit_roles = ${explicitRoles}`)
        return {}
      },
    }),
    implement(teamMembersSetSchemeRoles, {
      async access(context, { teamId, userId }) {
        await access.team(context, teamId, 'manage_team_roles')
        return living(teamId, userId)
      },
      async handle(context, { isAdmin, isGuest: asGuest = false }, member) {
        if (asGuest && !member.isGuest) throw new RookeryError('roles_invalid', { reason: 'guests and members are told apart by their accounts' })
        assertMayAdminister({ isGuest: member.isGuest, isAdmin })
        await update(context, member, sql.fragment`is_admin = ${isAdmin}`)
        return {}
      },
    }),
  ]
}
