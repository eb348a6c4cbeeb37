import { RookeryError, channelCreated, channelMemberAdded, channelsCreate, channelsGet, channelsGetByName, type Channel } from '@rookery/sdk/protocol'
import { implement, type AnyImplementation } from '../../operations/index.ts'
import { sql } from '../../storage/index.ts'
import { cleanDisplayName, codePointLength, isChannelName } from '../../text/index.ts'
import type { ChatParts } from '../parts.ts'
import { selectChannel } from './channel-rows.ts'
import { insertChannel } from './insert-channel.ts'
import { insertChannelMembers } from './insert-members.ts'

/** Mattermost's bounds, in code points; the display name has been cleaned. */
export function assertChannelTexts({ displayName, header, purpose }: { displayName?: string, header?: string, purpose?: string }): void {
  if (displayName !== undefined && (displayName === '' || codePointLength(displayName) > 64)) throw new RookeryError('channel_display_name_invalid')
  if (header !== undefined && codePointLength(header) > 1024) throw new RookeryError('channel_header_too_long')
  if (purpose !== undefined && codePointLength(purpose) > 250) throw new RookeryError('channel_purpose_too_long')
}

/** In characters of its JSON. */
const maximumPropsLength = 8_000

/** Channels of teams: making and reading. */
export function createChannels({ db, writer, access, ids, clock }: Pick<ChatParts, 'db' | 'writer' | 'access' | 'ids' | 'clock'>): AnyImplementation[] {
  return [
    implement(channelsCreate, {
      access: (context, { teamId, type }) => access.team(context, teamId, type === 'O' ? 'create_public_channel' : 'create_private_channel'),
      async handle(context, input, team) {
        if (!isChannelName(input.name)) throw new RookeryError('channel_name_invalid')
        const displayName = cleanDisplayName(input.displayName)
        assertChannelTexts({ ...input, displayName })
        if (input.props && JSON.stringify(input.props).length > maximumPropsLength) throw new RookeryError('invalid_input', { field: 'props', reason: 'it is too large' })
        const creatorId = access.userId(context)
        const now = clock.now()
        return writer.write(async (transaction, emit) => {
          const made = await insertChannel(transaction, { ...input, displayName, id: ids.next(), now, teamId: team.id, creatorId })
          if (!made) throw new RookeryError('channel_name_taken')
          await insertChannelMembers(transaction, made.id, [{ userId: creatorId, isGuest: false, isAdmin: true }], now)
          const channel = { ...made, memberCount: 1 }
          emit(channelCreated, { channel, creatorId, memberIds: [creatorId] }, { userId: creatorId })
          emit(channelMemberAdded, { channelId: channel.id, userId: creatorId, teamId: team.id, isGuest: false, isAdmin: true }, { channelId: channel.id })
          return channel
        }, { actorId: creatorId })
      },
    }),
    implement(channelsGet, {
      access: (context, { channelId }) => access.channel(context, channelId),
      handle: async (_context, { channelId }) => await selectChannel(db, channelId) as Channel,
    }),
    implement(channelsGetByName, {
      async access(context, { teamId, teamName, name, includeArchived = false }) {
        const row = await db.maybeOne<{ id: string }>(sql`
          select c.id from channels c where c.name = ${name.toLowerCase()} and (${includeArchived} or c.delete_at = 0)
            and c.team_id in (${teamId ?? ''}, '', coalesce((select t.id from teams t where t.name = ${teamName?.toLowerCase() ?? ''}), ''))
          order by c.team_id desc limit 1`)
        if (!row) throw new RookeryError('channel_not_found')
        return access.channel(context, row.id)
      },
      handle: async (_context, _input, { id }) => await selectChannel(db, id) as Channel,
    }),
  ]
}
