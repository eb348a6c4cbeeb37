import {
  RookeryError, channelMembersGet, channelMembersList, channelMembersListByIds, channelMembersListOfUser, channelMembersListWithTeams, channelMembersUnread,
  type ChannelMember, type ChannelMemberWithTeam, type ChannelUnread,
} from '@rookery/sdk/protocol'
import { implement, type AnyImplementation } from '../../operations/index.ts'
import { sql, textArray, type SqlFragment } from '../../storage/index.ts'
import type { ChatParts } from '../parts.ts'
import { channelMemberColumns, channelMemberSource, selectChannel, selectChannelMember } from './channel-rows.ts'

const page = (number: number | undefined, size: number | undefined): SqlFragment =>
  size === undefined ? sql.fragment`` : sql.fragment`limit ${size} offset ${(number ?? 0) * size}`

/** Memberships as others and as their owners see them. */
export function createChannelMemberReading({ db, access }: Pick<ChatParts, 'db' | 'access'>): AnyImplementation[] {
  return [
    implement(channelMembersGet, {
      async access(context, { channelId, userId }) {
        await access.channel(context, channelId, 'read_channel')
        const member = await selectChannelMember(db, channelId, userId)
        if (!member) throw new RookeryError('channel_member_not_found')
        return member
      },
      handle: (_context, _input, member) => member,
    }),
    implement(channelMembersList, {
      access: (context, { channelId }) => access.channel(context, channelId, 'read_channel'),
      handle: (_context, { channelId, page: number, perPage = 60 }) => db.any<ChannelMember>(sql`
        select ${channelMemberColumns} from ${channelMemberSource} where cm.channel_id = ${channelId} order by cm.user_id ${page(number, perPage)}`),
    }),
    implement(channelMembersListByIds, {
      access: (context, { channelId }) => access.channel(context, channelId, 'read_channel'),
      handle: (_context, { channelId, userIds }) => db.any<ChannelMember>(sql`
        select ${channelMemberColumns} from ${channelMemberSource} where cm.channel_id = ${channelId} and cm.user_id = any (${textArray(userIds)})`),
    }),
    implement(channelMembersListOfUser, {
      async access(context, { userId, teamId }) {
        await access.self(context, userId, 'edit_other_users')
        if (teamId) await access.team(context, teamId, 'view_team')
      },
      handle: (_context, { userId, teamId, page: number, perPage }) => db.any<ChannelMember>(sql`
        select ${channelMemberColumns} from ${channelMemberSource}
        where cm.user_id = ${userId} ${teamId ? sql.fragment`and c.team_id in (${teamId}, '')` : sql.fragment``}
        order by cm.channel_id ${page(number, perPage)}`),
    }),
    implement(channelMembersListWithTeams, {
      access: (context, { userId }) => access.self(context, userId, 'edit_other_users'),
      async handle(_context, { userId, page: number, perPage }) {
        const found = await db.any<ChannelMember & Omit<ChannelMemberWithTeam, 'member'>>(sql`
          select ${channelMemberColumns}, coalesce(t.name, '') as "teamName", coalesce(t.display_name, '') as "teamDisplayName", coalesce(t.update_at, 0) as "teamUpdateAt"
          from ${channelMemberSource} left join teams t on t.id = c.team_id
          where cm.user_id = ${userId} and coalesce(t.delete_at, 0) = 0 order by cm.channel_id ${page(number, perPage)}`)
        return found.map(({ teamName, teamDisplayName, teamUpdateAt, ...member }) => ({ member, teamName, teamDisplayName, teamUpdateAt }))
      },
    }),
    implement(channelMembersUnread, {
      async access(context, { channelId, userId }) {
        await access.channel(context, channelId, 'read_channel')
        await access.self(context, userId, 'edit_other_users')
      },
      async handle(_context, { channelId, userId }): Promise<ChannelUnread> {
        const [channel, member] = await Promise.all([selectChannel(db, channelId), selectChannelMember(db, channelId, userId)])
        if (!channel || !member) throw new RookeryError('channel_member_not_found')
        // A muted channel shows what mentions its member and nothing else.
        const isMuted = member.notifyProps['mark_unread'] === 'mention'
        return {
          channelId, teamId: channel.teamId, mentionCount: member.mentionCount, mentionCountRoot: member.mentionCountRoot,
          messageCount: isMuted ? 0 : Math.max(0, channel.totalMessageCount - member.messageCount),
          messageCountRoot: isMuted ? 0 : Math.max(0, channel.totalMessageCountRoot - member.messageCountRoot),
        }
      },
    }),
  ]
}
