import type { Team, TeamMember, TeamUnread } from '@rookery/sdk/protocol'

export const teamShape = (team: Team) => ({
  id: team.id,
  create_at: team.createAt,
  update_at: team.updateAt,
  delete_at: team.deleteAt,
  display_name: team.displayName,
  name: team.name,
  description: team.description,
  email: team.email,
  type: team.type,
  company_name: team.companyName,
  allowed_domains: team.allowedDomains,
  invite_id: team.inviteId,
  allow_open_invite: team.allowOpenInvite,
  ...(team.lastIconUpdateAt > 0 && { last_team_icon_update: team.lastIconUpdateAt }),
  scheme_id: null,
  group_constrained: null,
  policy_id: null,
  cloud_limits_archived: false,
})

/** Roles are told as names, those that the membership implies and those that it names. */
export const memberRoles = (noun: 'team' | 'channel', { isGuest, isAdmin, explicitRoles }: { isGuest: boolean, isAdmin: boolean, explicitRoles: string }): string =>
  [isGuest ? `${noun}_guest` : `${noun}_user`, ...(isAdmin ? [`${noun}_admin`] : []), ...(explicitRoles ? [explicitRoles] : [])].join(' ')

export const teamMemberShape = (member: TeamMember) => ({
  team_id: member.teamId,
  user_id: member.userId,
  roles: memberRoles('team', member),
  delete_at: member.deleteAt,
  scheme_guest: member.isGuest,
  scheme_user: !member.isGuest,
  scheme_admin: member.isAdmin,
  explicit_roles: member.explicitRoles,
})

export const teamUnreadShape = (unread: TeamUnread) => ({
  team_id: unread.teamId, msg_count: unread.messageCount, mention_count: unread.mentionCount, mention_count_root: unread.mentionCountRoot,
  msg_count_root: unread.messageCountRoot, thread_count: unread.threadCount, thread_mention_count: unread.threadMentionCount, thread_urgent_mention_count: 0,
})

/** Roles as a body names them: separated by spaces, or the list that the published client library has in its types. */
export const rolesOfBody = ({ roles }: Record<string, unknown>): Record<string, unknown> =>
  roles === undefined ? {} : { roles: Array.isArray(roles) ? roles.join(' ') : roles }
