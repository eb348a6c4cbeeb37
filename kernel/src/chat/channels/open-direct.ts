import { createHash } from 'node:crypto'
import { RookeryError, channelCreated, channelsCreateDirect, channelsCreateGroup, type Channel, type User } from '@rookery/sdk/protocol'
import { implement, type AnyImplementation, type Context } from '../../operations/index.ts'
import { sql } from '../../storage/index.ts'
import type { ChatParts } from '../parts.ts'
import { channelColumns } from './channel-rows.ts'
import { insertChannel } from './insert-channel.ts'
import { insertChannelMembers } from './insert-members.ts'

/** As Mattermost counts, with the one who opens it. */
const groupSize = { minimum: 3, maximum: 8 }
const maximumDisplayName = 64

/** Clients find the channel of two people by this name; with oneself both halves are the same. */
export const directChannelName = (one: string, other: string): string => [one, other].sort().join('__')
export const groupChannelName = (userIds: readonly string[]): string => createHash('sha1').update([...userIds].sort().join('')).digest('hex')

/** Channels whose members never change: their name says who they are, so opening one again finds it. */
export function createDirectChannels({ db, writer, access, ids, clock }: Pick<ChatParts, 'db' | 'writer' | 'access' | 'ids' | 'clock'>): AnyImplementation[] {
  const open = async (creatorId: string, { type, name, displayName, members }: { type: 'D' | 'G', name: string, displayName: string, members: readonly User[] }): Promise<Channel> => {
    const find = sql`select ${channelColumns} from channels c where c.team_id = '' and c.name = ${name}`
    const known = await db.maybeOne<Channel>(find)
    if (known) return known
    return writer.write(async (transaction, emit) => {
      const now = clock.now()
      const made = await insertChannel(transaction, { id: ids.next(), now, teamId: '', type, name, displayName, creatorId })
      // Somebody else opened it in this moment: its transaction has ended, so it can be seen now.
      if (!made) return transaction.one<Channel>(find)
      const memberIds = members.map((member) => member.id)
      await insertChannelMembers(transaction, made.id, members.map((member) => ({ userId: member.id, isGuest: isGuest(member), isAdmin: false })), now)
      const channel = { ...made, memberCount: members.length }
      emit(channelCreated, { channel, creatorId, memberIds }, { channelId: channel.id })
      return channel
    }, { actorId: creatorId })
  }
  /** The users and the actor, each once; an administrator may open a channel of others. */
  const assertMembers = async (context: Context, userIds: readonly string[]): Promise<User[]> =>
    Promise.all([...new Set(userIds)].map((userId) => access.user(context, userId)))

  return [
    implement(channelsCreateDirect, {
      async access(context, { userIds }) {
        access.system(context, 'create_direct_channel')
        const own = access.userId(context)
        const both = userIds.length === 1 ? [own, ...userIds] : userIds
        if (!both.includes(own)) access.system(context, 'manage_system')
        return assertMembers(context, both)
      },
      handle(context, _input, members) {
        const [one, other = one] = members as [User, User?]
        return open(access.userId(context), { type: 'D', name: directChannelName(one.id, other.id), displayName: '', members })
      },
    }),
    implement(channelsCreateGroup, {
      async access(context, { userIds }) {
        access.system(context, 'create_group_channel')
        const all = [...new Set([...userIds, access.userId(context)])]
        if (all.length < groupSize.minimum || all.length > groupSize.maximum) throw new RookeryError('group_size_invalid')
        return assertMembers(context, all)
      },
      handle(context, _input, members) {
        const displayName = [...members.map((member) => member.username)].sort().join(', ')
        return open(access.userId(context), {
          type: 'G', name: groupChannelName(members.map((member) => member.id)), members,
          displayName: displayName.length > maximumDisplayName ? `${displayName.slice(0, maximumDisplayName - 1)}…` : displayName,
        })
      },
    }),
  ]
}

export const isGuest = (user: Pick<User, 'roles'>): boolean => user.roles.split(' ').includes('system_guest')
