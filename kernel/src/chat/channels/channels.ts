import { RookeryError, channelCreated, channelMemberAdded, channelsCreate, channelsGet, type Channel } from '@rookery/sdk/protocol'
import { implement, type AnyImplementation } from '../../operations/index.ts'
import { UniqueViolationError } from '../../storage/index.ts'
import { codePointLength, isChannelName } from '../../text/index.ts'
import type { ChatParts } from '../parts.ts'
import { selectChannel } from './channel-rows.ts'
import { insertChannel } from './insert-channel.ts'
import { insertChannelMembers } from './insert-members.ts'

/** Mattermost's bounds, in code points. */
export function assertChannelTexts({ displayName, header, purpose }: { displayName?: string, header?: string, purpose?: string }): void {
  if (displayName !== undefined && (displayName.trim() === '' || codePointLength(displayName) > 64)) throw new RookeryError('channel_display_name_invalid')
  if (header !== undefined && codePointLength(header) > 1024) throw new RookeryError('channel_header_too_long')
  if (purpose !== undefined && codePointLength(purpose) > 250) throw new RookeryError('channel_purpose_too_long')
}

/** Channels of teams: making and reading. */
export function createChannels({ db, writer, access, ids, clock }: Pick<ChatParts, 'db' | 'writer' | 'access' | 'ids' | 'clock'>): AnyImplementation[] {
  return [
    implement(channelsCreate, {
      access: (context, { teamId, type }) => access.team(context, teamId, type === 'O' ? 'create_public_channel' : 'create_private_channel'),
      async handle(context, input, team) {
        if (!isChannelName(input.name)) throw new RookeryError('channel_name_invalid')
        assertChannelTexts(input)
        const creatorId = access.userId(context)
        const now = clock.now()
        try {
          return await writer.write(async (transaction, emit) => {
            const made = await insertChannel(transaction, { ...input, id: ids.next(), now, teamId: team.id, creatorId })
            await insertChannelMembers(transaction, made.id, [{ userId: creatorId, isGuest: false, isAdmin: true }], now)
            const channel = { ...made, memberCount: 1 }
            emit(channelCreated, { channel, creatorId, memberIds: [creatorId] }, { userId: creatorId })
            emit(channelMemberAdded, { channelId: channel.id, userId: creatorId, teamId: team.id, isGuest: false, isAdmin: true }, { channelId: channel.id })
            return channel
          }, { actorId: creatorId })
        } catch (error) {
          if (error instanceof UniqueViolationError) throw new RookeryError('channel_name_taken')
          throw error
        }
      },
    }),
    implement(channelsGet, {
      access: (context, { channelId }) => access.channel(context, channelId, 'read_channel'),
      handle: async (_context, { channelId }) => await selectChannel(db, channelId) as Channel,
    }),
  ]
}
