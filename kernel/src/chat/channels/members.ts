import { RookeryError, channelMemberAdded, channelMembersAdd, channelMembersRemove, type Channel, type ChannelMember, type User } from '@rookery/sdk/protocol'
import { actorIdOf, implement, type AnyImplementation, type Context } from '../../operations/index.ts'
import { sql, textArray } from '../../storage/index.ts'
import type { ChatParts } from '../parts.ts'
import { isDefaultChannel } from './default-channels.ts'
import { channelMemberColumns, channelMemberSource } from './channel-rows.ts'
import { insertChannelMembers } from './insert-members.ts'
import { deleteChannelMember } from './member-rows.ts'
import { isGuest } from './open-direct.ts'

type Parts = Pick<ChatParts, 'writer' | 'access' | 'directory' | 'systemPosts' | 'clock'>

/** Coming to a channel and going. */
export function createChannelMembers({ writer, access, directory, systemPosts, clock }: Parts): AnyImplementation[] {
  /** A channel whose members may change, by the actor: joining and leaving need less than adding and removing others. */
  const changeable = async (context: Context, channelId: string): Promise<Channel> => {
    const channel = await access.channel(context, channelId)
    if (channel.type === 'D' || channel.type === 'G') throw new RookeryError('channel_type_refuses')
    return channel
  }
  const mayManage = (context: Context, channel: Channel): Promise<unknown> =>
    access.channel(context, channel.id, channel.type === 'O' ? 'manage_public_channel_members' : 'manage_private_channel_members')

  const tellOfComing = async (context: Context, channel: Channel, user: User, rootId: string): Promise<void> => {
    const adder = await directory.users.get(actorIdOf(context))
    if (!adder || adder.id === user.id) {
      const type = isGuest(user) ? 'system_guest_join_channel' : 'system_join_channel'
      const says = isGuest(user) ? 'joinedChannelAsGuest' : 'joinedChannel'
      return systemPosts.say({ channelId: channel.id, userId: user.id, type, says, values: { username: user.username }, props: { username: user.username } })
    }
    await systemPosts.say({
      channelId: channel.id, userId: adder.id, rootId, mentionedUserIds: [user.id],
      type: isGuest(user) ? 'system_add_guest_to_chan' : 'system_add_to_channel',
      says: isGuest(user) ? 'addedToChannelAsGuest' : 'addedToChannel', values: { username: adder.username, addedUsername: user.username },
      props: { userId: adder.id, username: adder.username, addedUserId: user.id, addedUsername: user.username },
    })
  }
  const tellOfGoing = async (context: Context, channel: Channel, user: User): Promise<void> => {
    const remover = await directory.users.get(actorIdOf(context))
    if (!remover || remover.id === user.id) {
      return systemPosts.say({ channelId: channel.id, userId: user.id, type: 'system_leave_channel', says: 'leftChannel', values: { username: user.username }, props: { username: user.username } })
    }
    await systemPosts.say({
      channelId: channel.id, userId: remover.id, type: 'system_remove_from_channel', says: 'removedFromChannel', values: { username: user.username },
      props: { removedUserId: user.id, removedUsername: user.username },
    })
  }

  return [
    implement(channelMembersAdd, {
      async access(context, { channelId, userIds, rootId }) {
        const channel = await changeable(context, channelId)
        const isJoining = userIds.every((id) => id === actorIdOf(context))
        const isMember = (await access.memberships(context)).channels.has(channelId)
        if (isJoining && channel.type === 'O' && !isMember) {
          if (!(await access.hasTeam(context, channel.teamId, 'join_public_channels'))) throw new RookeryError('permission_missing', { permission: 'join_public_channels' })
        } else if (!(isJoining && isMember)) await mayManage(context, channel)
        if (channel.deleteAt > 0) throw new RookeryError('channel_archived')
        if (rootId) {
          const { post } = await access.post(context, rootId, 'read_channel_content')
          if (post.channelId !== channelId || post.rootId !== '') throw new RookeryError('root_invalid')
        }
        const users = await Promise.all([...new Set(userIds)].map((id) => access.user(context, id)))
        if (users.some((user) => user.deleteAt > 0)) throw new RookeryError('user_not_found')
        return { channel, users }
      },
      /** Of several, those who do not belong to the team are left out; if nobody is left, that is an error. */
      async handle(context, { channelId, rootId = '' }, { channel, users }) {
        const ids = textArray(users.map((user) => user.id))
        const { newcomers: added, present } = await writer.write(async (transaction, emit) => {
          // Whoever leaves the team in this moment waits, and then leaves this channel too.
          const inTeam = new Set((await transaction.any<{ id: string }>(sql`
            select user_id as id from team_members where team_id = ${channel.teamId} and user_id = any (${ids}) and delete_at = 0
            order by user_id for share`)).map(({ id }) => id))
          const members = users.filter((user) => inTeam.has(user.id)).map((user) => ({ userId: user.id, isGuest: isGuest(user), isAdmin: false }))
          if (members.length === 0) throw new RookeryError('user_not_in_team')
          const newcomers = new Set(await insertChannelMembers(transaction, channelId, members, clock.now()))
          for (const member of members) if (newcomers.has(member.userId)) emit(channelMemberAdded, { channelId, teamId: channel.teamId, ...member }, { channelId })
          // Read here: whoever leaves at once was a member all the same.
          const present = await transaction.any<ChannelMember>(sql`
            select ${channelMemberColumns} from ${channelMemberSource} where cm.channel_id = ${channelId} and cm.user_id = any (${ids})`)
          return { newcomers, present }
        }, { actorId: actorIdOf(context) })
        await Promise.all(users.filter((user) => added.has(user.id)).map((user) => tellOfComing(context, channel, user, rootId)))
        return present
      },
    }),
    implement(channelMembersRemove, {
      async access(context, { channelId, userId }) {
        const channel = await changeable(context, channelId)
        if (userId !== actorIdOf(context)) await mayManage(context, channel)
        if (channel.deleteAt > 0) throw new RookeryError('channel_archived')
        const user = await access.user(context, userId)
        if (isDefaultChannel(channel) && !isGuest(user)) throw new RookeryError('channel_is_default', { name: channel.name })
        return { channel, user }
      },
      async handle(context, { channelId, userId }, { channel, user }) {
        const removed = await writer.write(
          (transaction, emit) => deleteChannelMember(transaction, emit, { channelIds: [channelId], userId, removerId: actorIdOf(context) || userId }),
          { actorId: actorIdOf(context) },
        )
        if (removed.length === 0) throw new RookeryError('channel_member_not_found')
        await tellOfGoing(context, channel, user)
        return {}
      },
    }),
  ]
}
