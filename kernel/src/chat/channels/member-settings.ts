import {
  RookeryError, channelMemberUpdated, channelMembersSetNotifyProps, channelMembersSetRoles, channelMembersSetSchemeRoles, type ChannelMember,
} from '@rookery/sdk/protocol'
import { actorIdOf, implement, type AnyImplementation, type Context } from '../../operations/index.ts'
import { json, sql, type SqlFragment, type Transaction } from '../../storage/index.ts'
import { assertMayAdminister, parseMemberRoles } from '../member-roles.ts'
import type { ChatParts } from '../parts.ts'
import { recountBroadcasts } from './broadcast-counting.ts'
import { selectChannelMember } from './channel-rows.ts'

/** What a membership may and how its owner is told. */
export function createChannelMemberSettings({ db, writer, access, roles, clock }: Pick<ChatParts, 'db' | 'writer' | 'access' | 'roles' | 'clock'>): AnyImplementation[] {
  const member = async (channelId: string, userId: string): Promise<ChannelMember> => {
    const found = await selectChannelMember(db, channelId, userId)
    if (!found) throw new RookeryError('channel_member_not_found')
    return found
  }
  const administered = async (context: Context, { channelId, userId }: { channelId: string, userId: string }): Promise<ChannelMember> => {
    const channel = await access.channel(context, channelId)
    await access.channel(context, channelId, 'manage_channel_roles')
    if (channel.type === 'D' || channel.type === 'G') throw new RookeryError('roles_invalid', { reason: 'conversations have no admins' })
    return member(channelId, userId)
  }
  const update = (
    context: Context, { channelId, userId }: { channelId: string, userId: string }, assign: SqlFragment, then: (transaction: Transaction) => Promise<unknown> = async () => {},
  ): Promise<ChannelMember> => writer.write(async (transaction, emit) => {
    await transaction.query(sql`select 1 from channels where id = ${channelId} for no key update`)
    await transaction.query(sql`update channel_members set update_at = ${clock.now()}, ${assign} where channel_id = ${channelId} and user_id = ${userId}`)
    await then(transaction)
    const changed = await selectChannelMember(transaction, channelId, userId)
    if (!changed) throw new RookeryError('channel_member_not_found')
    emit(channelMemberUpdated, { member: changed }, { userId })
    return changed
  }, { actorId: actorIdOf(context) })

  return [
    implement(channelMembersSetRoles, {
      access: (context, input) => administered(context, input),
      async handle(context, input, { isGuest }) {
        const { isAdmin, explicitRoles } = parseMemberRoles(roles, 'channel', input.roles, { isGuest })
        await update(context, input, sql.fragment`is_admin = ${isAdmin}, explicit_roles = ${explicitRoles}`)
        return {}
      },
    }),
    implement(channelMembersSetSchemeRoles, {
      access: (context, input) => administered(context, input),
      async handle(context, input, { isGuest }) {
        if (input.isGuest === true && !isGuest) throw new RookeryError('roles_invalid', { reason: 'guests and members are told apart by their accounts' })
        assertMayAdminister({ isGuest, isAdmin: input.isAdmin })
        await update(context, input, sql.fragment`is_admin = ${input.isAdmin}`)
        return {}
      },
    }),
    implement(channelMembersSetNotifyProps, {
      async access(context, { channelId, userId }) {
        await access.channel(context, channelId)
        await access.self(context, userId, 'edit_other_users')
        await member(channelId, userId)
      },
      handle: (context, { channelId, userId, notifyProps }) =>
        update(context, { channelId, userId }, sql.fragment`notify_props = notify_props || ${json(notifyProps)}`, (transaction) => recountBroadcasts(transaction, { userId, channelId })),
    }),
  ]
}
