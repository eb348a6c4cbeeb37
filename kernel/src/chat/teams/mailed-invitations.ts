import { RookeryError, type Team } from '@rookery/sdk/protocol'
import { networkOf } from '../../auth/index.ts'
import { systemContext, type Context } from '../../operations/index.ts'
import { binary, sql, type Transaction } from '../../storage/index.ts'
import type { ChatParts } from '../parts.ts'
import { teamColumns } from './team-rows.ts'

/** `inviterId` is '' where whoever administers the machine invited. */
export interface MailedInvitation { readonly team: Team, readonly email: string, readonly inviterId: string, readonly channelIds: readonly string[] }

/** Invitations that were mailed. What is stored of one opens nothing. */
export interface MailedInvitations {
  /** Throws `invitation_invalid` where it was used, is too old or is none, and where its team is archived. */
  find(context: Context, token: string): Promise<MailedInvitation>
  /** The channels to which it leads, as far as the inviter may still lead there. */
  channelsOf(invitation: MailedInvitation): Promise<readonly string[]>
  /** Those of a team to which whoever acts may add people. */
  openChannels(context: Context, team: Team, channelIds: readonly string[]): Promise<readonly string[]>
  /** Uses it up: of two who come at the same time one is too late. */
  take(transaction: Transaction, token: string): Promise<void>
}

export function createMailedInvitations({ db, access, directory, tokens, addressThrottle, clock }: Pick<ChatParts, 'db' | 'access' | 'directory' | 'tokens' | 'addressThrottle' | 'clock'>): MailedInvitations {
  const openChannels: MailedInvitations['openChannels'] = async (context, team, channelIds) => {
    const judged = await Promise.all([...new Set(channelIds)].map(async (id) => {
      try {
        const channel = await access.channel(context, id)
        if (channel.teamId !== team.id || channel.deleteAt > 0) return []
        await access.channel(context, id, channel.type === 'O' ? 'manage_public_channel_members' : 'manage_private_channel_members')
        return [id]
      } catch (error) {
        if (error instanceof RookeryError) return []
        throw error
      }
    }))
    return judged.flat()
  }

  return {
    openChannels,
    async find({ address }, token) {
      const key = `invitation ${networkOf(address)}`
      addressThrottle.attempt(key)
      const found = await db.maybeOne<Team & Omit<MailedInvitation, 'team' | 'email'> & { readonly invited: string }>(sql`
        select ${teamColumns}, i.email as invited, i.inviter_id as "inviterId", i.channel_ids as "channelIds" from team_invitations i join teams t on t.id = i.team_id
        where i.token_hash = ${binary(tokens.hashToken(token))} and i.expires_at > ${clock.now()} and t.delete_at = 0`)
      if (!found) throw new RookeryError('invitation_invalid')
      addressThrottle.refund(key)
      const { invited, inviterId, channelIds, ...team } = found
      return { team, email: invited, inviterId, channelIds }
    },
    async channelsOf({ team, inviterId, channelIds }) {
      if (channelIds.length === 0) return []
      if (inviterId === '') return openChannels(systemContext, team, channelIds)
      const inviter = await directory.users.get(inviterId)
      if (!inviter || inviter.deleteAt > 0) return []
      return openChannels({ ...systemContext, actor: { kind: 'user', userId: inviterId, sessionId: '', roles: inviter.roles.split(' ') } }, team, channelIds)
    },
    async take(transaction, token) {
      const taken = await transaction.maybeOne(sql`delete from team_invitations where token_hash = ${binary(tokens.hashToken(token))} and expires_at > ${clock.now()} returning 1 as one`)
      if (!taken) throw new RookeryError('invitation_invalid')
    },
  }
}
