import { RookeryError, channelMemberAdded, channelMembersAdd, channelMembersGet, channelMembersListOfUser, type ChannelMember } from '@rookery/sdk/protocol'
import { implement, type AnyImplementation } from '../../operations/index.ts'
import { sql, textArray } from '../../storage/index.ts'
import type { ChatParts } from '../parts.ts'
import { channelMemberColumns, channelMemberSource, selectChannelMember } from './channel-rows.ts'
import { insertChannelMembers } from './insert-members.ts'

interface Candidate { id: string, isGuest: boolean, isInTeam: boolean }

/** Who belongs to a channel. */
export function createChannelMembers({ db, writer, access, clock }: Pick<ChatParts, 'db' | 'writer' | 'access' | 'clock'>): AnyImplementation[] {
  return [
    implement(channelMembersAdd, {
      async access(context, { channelId, userIds }) {
        const isJoining = context.actor.kind === 'user' && userIds.every((id) => id === (context.actor as { userId: string }).userId)
        const channel = await access.channel(context, channelId, 'read_channel')
        if (channel.type === 'D' || channel.type === 'G') throw new RookeryError('channel_type_refuses')
        const isPublic = channel.type === 'O'
        if (isJoining && isPublic) {
          if (!(await access.hasTeam(context, channel.teamId, 'join_public_channels'))) throw new RookeryError('permission_missing', { permission: 'join_public_channels' })
        } else await access.channel(context, channelId, isPublic ? 'manage_public_channel_members' : 'manage_private_channel_members')
        if (channel.deleteAt > 0) throw new RookeryError('channel_archived')
        return channel
      },
      async handle(context, { channelId, userIds }, channel) {
        const candidates = await db.any<Candidate>(sql`
          select u.id, position('system_guest' in u.roles) > 0 as "isGuest", tm.user_id is not null as "isInTeam"
          from users u left join team_members tm on tm.user_id = u.id and tm.team_id = ${channel.teamId} and tm.delete_at = 0
          where u.id = any (${textArray(userIds)}) and u.delete_at = 0`)
        if (candidates.length < new Set(userIds).size) throw new RookeryError('user_not_found')
        if (candidates.some((candidate) => !candidate.isInTeam)) throw new RookeryError('user_not_in_team')
        await writer.write(async (transaction, emit) => {
          const members = candidates.map(({ id, isGuest }) => ({ userId: id, isGuest, isAdmin: false }))
          const added = await insertChannelMembers(transaction, channelId, members, clock.now())
          for (const member of members) {
            if (added.includes(member.userId)) emit(channelMemberAdded, { channelId, teamId: channel.teamId, ...member }, { channelId })
          }
        }, context.actor.kind === 'user' ? { actorId: context.actor.userId } : {})
        return db.any<ChannelMember>(sql`
          select ${channelMemberColumns} from ${channelMemberSource} where cm.channel_id = ${channelId} and cm.user_id = any (${textArray(userIds)})`)
      },
    }),
    implement(channelMembersGet, {
      async access(context, { channelId, userId }) {
        await access.channel(context, channelId, 'read_channel')
        const member = await selectChannelMember(db, channelId, userId)
        if (!member) throw new RookeryError('channel_member_not_found')
        return member
      },
      handle: (_context, _input, member) => member,
    }),
    implement(channelMembersListOfUser, {
      async access(context, { userId, teamId }) {
        await access.self(context, userId, 'edit_other_users')
        if (teamId) await access.team(context, teamId, 'view_team')
      },
      handle: (_context, { userId, teamId }) => db.any<ChannelMember>(sql`
        select ${channelMemberColumns} from ${channelMemberSource}
        where cm.user_id = ${userId} ${teamId ? sql.fragment`and c.team_id in (${teamId}, '')` : sql.fragment``}`),
    }),
  ]
}
