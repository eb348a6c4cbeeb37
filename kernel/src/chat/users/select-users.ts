import { RookeryError, type InputOf, type usersCountSelected } from '@rookery/sdk/protocol'
import { sql, textArray, type SqlFragment } from '../../storage/index.ts'
import type { ChatParts } from '../parts.ts'

export type Selection = Omit<InputOf<typeof usersCountSelected>, 'includesBots' | 'term'>

/** Names of scheme roles in a team or channel, by what the membership says. */
const memberRole = (noun: 'team' | 'channel', names: readonly string[], table: 'tm' | 'cm'): SqlFragment => {
  const member = sql.identifier([table])
  const conditions: SqlFragment[] = []
  if (names.includes(`${noun}_admin`)) conditions.push(sql.fragment`${member}.is_admin`)
  if (names.includes(`${noun}_guest`)) conditions.push(sql.fragment`${member}.is_guest`)
  if (names.includes(`${noun}_user`)) conditions.push(sql.fragment`not (${member}.is_admin or ${member}.is_guest)`)
  conditions.push(sql.fragment`string_to_array(${member}.explicit_roles, ' ') && ${textArray(names)}`)
  return sql.fragment`(${sql.join(conditions, sql.fragment` or `)})`
}

/**
 * Joins and conditions for `users u`. `tm` and `cm` are the memberships in the team and the channel that are asked for.
 * Roles that do not exist are refused, so that a slip of the pen is not an empty list.
 */
export function selectUsers({ roles }: Pick<ChatParts, 'roles'>, selection: Selection): { from: SqlFragment, where: SqlFragment } {
  const { inTeamId, notInTeamId, inChannelId, notInChannelId, withoutTeam, activity, roles: systemRoles = [], teamRoles = [], channelRoles = [] } = selection
  for (const [field, names] of Object.entries({ roles: systemRoles, teamRoles, channelRoles })) {
    const unknown = names.find((name) => !roles.exists(name))
    if (unknown !== undefined) throw new RookeryError('invalid_input', { field, reason: `there is no role ${unknown}` })
  }
  const team = inTeamId ? sql.fragment`join team_members tm on tm.user_id = u.id and tm.team_id = ${inTeamId} and tm.delete_at = 0` : sql.fragment``
  const channel = inChannelId ? sql.fragment`join channel_members cm on cm.user_id = u.id and cm.channel_id = ${inChannelId}` : sql.fragment``
  const conditions: SqlFragment[] = [sql.fragment`true`]
  if (notInTeamId) conditions.push(sql.fragment`not exists (select 1 from team_members o where o.user_id = u.id and o.team_id = ${notInTeamId} and o.delete_at = 0)`)
  if (notInChannelId) conditions.push(sql.fragment`not exists (select 1 from channel_members o where o.user_id = u.id and o.channel_id = ${notInChannelId})`)
  if (withoutTeam) conditions.push(sql.fragment`not exists (select 1 from team_members o where o.user_id = u.id and o.delete_at = 0)`)
  if (activity === 'active') conditions.push(sql.fragment`u.delete_at = 0`)
  if (activity === 'inactive') conditions.push(sql.fragment`u.delete_at > 0`)
  const named: SqlFragment[] = []
  if (systemRoles.length > 0) named.push(sql.fragment`string_to_array(u.roles, ' ') && ${textArray(systemRoles)}`)
  if (teamRoles.length > 0 && inTeamId) named.push(memberRole('team', teamRoles, 'tm'))
  if (channelRoles.length > 0 && inChannelId) named.push(memberRole('channel', channelRoles, 'cm'))
  if (named.length > 0) conditions.push(sql.fragment`(${sql.join(named, sql.fragment` or `)})`)
  return { from: sql.fragment`users u ${team} ${channel}`, where: sql.join(conditions, sql.fragment` and `) as unknown as SqlFragment }
}

/** The doors to what a selection names. */
export async function assertSelection({ access }: Pick<ChatParts, 'access'>, context: Parameters<ChatParts['access']['system']>[0], selection: Selection): Promise<void> {
  const { inTeamId, notInTeamId, inChannelId, notInChannelId, withoutTeam } = selection
  if (notInChannelId && !inTeamId) throw new RookeryError('invalid_input', { field: 'teamId', reason: 'who is not in a channel is listed for a team only' })
  if (withoutTeam) access.system(context, 'list_users_without_team')
  for (const teamId of [inTeamId, notInTeamId]) if (teamId) await access.team(context, teamId, 'view_team')
  for (const channelId of [inChannelId, notInChannelId]) if (channelId) await access.channel(context, channelId, 'read_channel')
}
