import {
  RookeryError, channelUpdated, channelsArchive, channelsConvertGroup, channelsCreate, channelsRestore, channelsSetPrivacy, channelsUpdate,
  type Channel, type InputOf, type PayloadOf, type Permission, type User,
} from '@rookery/sdk/protocol'
import { actorIdOf, implement, type AnyImplementation, type Context } from '../../operations/index.ts'
import { sql, UniqueViolationError, type SqlFragment, type Transaction } from '../../storage/index.ts'
import { cleanDisplayName, isChannelName } from '../../text/index.ts'
import type { ChatParts } from '../parts.ts'
import type { SystemText } from '../posts/system-posts.ts'
import { channelColumns } from './channel-rows.ts'
import { assertChannelTexts } from './channels.ts'
import { isDefaultChannel } from './default-channels.ts'

type Parts = Pick<ChatParts, 'writer' | 'access' | 'directory' | 'systemPosts' | 'clock' | 'ways'>
type Change = PayloadOf<typeof channelUpdated>['change']

/** What is said in the channel when a text of it changes. */
const toldTexts = [
  { text: 'displayName', set: 'displayNameSet', removed: 'displayNameRemoved', changed: 'displayNameChanged' },
  { text: 'header', set: 'headerSet', removed: 'headerRemoved', changed: 'headerChanged' },
  { text: 'purpose', set: 'purposeSet', removed: 'purposeRemoved', changed: 'purposeChanged' },
] as const satisfies readonly { text: keyof Channel, set: SystemText, removed: SystemText, changed: SystemText }[]

const isConversation = (channel: Channel): boolean => channel.type === 'D' || channel.type === 'G'

/** What becomes of a channel: its texts, whether it is public, and whether it is over. */
export function createChannelChanges({ writer, access, directory, systemPosts, clock, ways }: Parts): AnyImplementation[] {
  const converting = ways(channelsConvertGroup)

  /** A channel in which the actor holds the permission that its type asks for; members alone change a conversation's header. */
  const changeable = async (context: Context, channelId: string, permissions: { O: Permission, P: Permission }): Promise<Channel> => {
    const channel = await access.channel(context, channelId)
    if (channel.type === 'O' || channel.type === 'P') return access.channel(context, channelId, permissions[channel.type])
    return (await access.joinedChannel(context, channelId)).channel
  }
  /** Changes the row, tells of it, and says so in the channel. The row is read again under its lock. */
  const change = async (
    context: Context, channelId: string, kind: Change, assign: (channel: Channel, transaction: Transaction) => SqlFragment | Promise<SqlFragment>,
  ): Promise<{ before: Channel, after: Channel }> => {
    const now = clock.now()
    try {
      return await writer.write(async (transaction, emit) => {
        const before = await transaction.one<Channel>(sql`select ${channelColumns} from channels c where c.id = ${channelId} for no key update`)
        assertArchived(before, kind === 'restored')
        const assignment = await assign(before, transaction)
        const after = await transaction.one<Channel>(sql`
          update channels c set update_at = greatest(${now}, c.update_at + 1), ${assignment} where c.id = ${channelId} returning ${channelColumns}`)
        emit(channelUpdated, { channel: after, change: kind }, { channelId })
        return { before, after }
      }, { actorId: actorIdOf(context) })
    } catch (error) {
      if (error instanceof UniqueViolationError) throw new RookeryError(kind === 'grown' ? 'channel_name_taken' : 'channel_name_taken_on_update')
      throw error
    }
  }
  interface Said { readonly says: SystemText, readonly values?: Readonly<Record<string, string>>, readonly props?: Record<string, unknown> }
  const say = async (context: Context, channelId: string, type: string, tell: (user: User) => Said): Promise<void> => {
    const user = await directory.users.get(actorIdOf(context))
    if (!user) return
    const { says, values, props } = tell(user)
    await systemPosts.say({ channelId, userId: user.id, type, says, values: { username: user.username, ...values }, props: { username: user.username, ...props } })
  }
  const sayWhatChanged = async (context: Context, before: Channel, after: Channel): Promise<void> => {
    for (const { text, set, removed, changed } of toldTexts) {
      const [old, present] = [before[text], after[text]]
      if (old === present) continue
      const noun = text.toLowerCase()
      await say(context, after.id, `system_${noun}_change`, () => ({
        says: old === '' ? set : present === '' ? removed : changed, values: { before: old, after: present }, props: { [`old_${noun}`]: old, [`new_${noun}`]: present },
      }))
    }
  }
  const cleaned = <Input extends { readonly displayName?: string }>(input: Input): Input =>
    input.displayName === undefined ? input : { ...input, displayName: cleanDisplayName(input.displayName) }
  /** What is given and differs; giving a text again is no change. */
  const assertTexts = (channel: Channel, { name, displayName, header, purpose }: InputOf<typeof channelsUpdate>): void => {
    const isRenamed = name !== undefined && name !== channel.name
    if (isConversation(channel) && (isRenamed || (displayName !== undefined && displayName !== channel.displayName) || (purpose ?? '') !== '')) throw new RookeryError('channel_type_refuses')
    if (isRenamed && !isChannelName(name)) throw new RookeryError('channel_name_invalid')
    if (isRenamed && isDefaultChannel(channel)) throw new RookeryError('channel_is_default', { name: channel.name })
    assertChannelTexts({
      ...(!isConversation(channel) && displayName !== undefined && { displayName }), ...(header !== undefined && { header }), ...(purpose !== undefined && { purpose }),
    })
  }
  const assertArchived = (channel: Channel, isArchived: boolean): void => {
    if ((channel.deleteAt > 0) !== isArchived) throw new RookeryError(isArchived ? 'channel_not_archived' : 'channel_archived')
  }

  return [
    implement(channelsUpdate, {
      async access(context, input) {
        const channel = await changeable(context, input.channelId, { O: 'manage_public_channel_properties', P: 'manage_private_channel_properties' })
        assertArchived(channel, false)
        assertTexts(channel, cleaned(input))
      },
      async handle(context, input) {
        const { channelId, name, displayName, header, purpose } = cleaned(input)
        const { before, after } = await change(context, channelId, 'updated', (channel) => sql.fragment`
          name = ${name ?? channel.name}, display_name = ${displayName ?? channel.displayName}, header = ${header ?? channel.header}, purpose = ${purpose ?? channel.purpose}`)
        await sayWhatChanged(context, before, after)
        return after
      },
    }),
    implement(channelsSetPrivacy, {
      async access(context, { channelId, type }) {
        const permission = type === 'P' ? 'convert_public_channel_to_private' : 'convert_private_channel_to_public'
        const channel = await changeable(context, channelId, { O: permission, P: permission })
        if (isConversation(channel)) throw new RookeryError('channel_type_refuses')
        if (type === 'P' && isDefaultChannel(channel)) throw new RookeryError('channel_is_default', { name: channel.name })
        return channel
      },
      async handle(context, { channelId, type }, channel) {
        if (channel.type === type) return channel
        const { after } = await change(context, channelId, 'converted', () => sql.fragment`type = ${type}`)
        // Mattermost says it in the message alone, which is in the language of the server: clients that say it in another one need to be told.
        await say(context, channelId, 'system_change_chan_privacy', () => ({ says: type === 'O' ? 'becamePublic' : 'becamePrivate', props: { new_type: type } }))
        return after
      },
    }),
    implement(channelsArchive, {
      async access(context, { channelId }) {
        const channel = await changeable(context, channelId, { O: 'delete_public_channel', P: 'delete_private_channel' })
        if (isConversation(channel)) throw new RookeryError('channel_type_refuses')
        if (isDefaultChannel(channel)) throw new RookeryError('channel_is_default', { name: channel.name })
      },
      async handle(context, { channelId }) {
        const now = clock.now()
        await change(context, channelId, 'archived', () => sql.fragment`delete_at = ${now}`)
        await say(context, channelId, 'system_channel_deleted', () => ({ says: 'archived' }))
        return {}
      },
    }),
    implement(channelsRestore, {
      async access(context, { channelId }) {
        const channel = await access.channel(context, channelId)
        if (isConversation(channel)) throw new RookeryError('channel_type_refuses')
        await access.team(context, channel.teamId, 'manage_team')
      },
      async handle(context, { channelId }) {
        const { after } = await change(context, channelId, 'restored', () => sql.fragment`delete_at = 0`)
        await say(context, channelId, 'system_channel_restored', () => ({ says: 'restored' }))
        return after
      },
    }),
    implement(channelsConvertGroup, {
      async access(context, { channelId, teamId }) {
        // Guests cannot make a conversation a channel, nor can those who are not part of it.
        const { channel, isGuest } = await access.joinedChannel(context, channelId)
        if (isGuest) throw new RookeryError('permission_missing', { permission: 'create_private_channel' })
        if (channel.type !== 'G') throw new RookeryError('channel_type_refuses')
        return access.team(context, teamId, 'create_private_channel')
      },
      async handle(context, { channelId, name, displayName: told }, team) {
        const displayName = cleanDisplayName(told)
        if (!isChannelName(name)) throw new RookeryError('channel_name_invalid')
        assertChannelTexts({ displayName })
        await converting.ask(channelsCreate, context, { input: { teamId: team.id, name, displayName, type: 'P' }, accessed: team })
        const { after } = await change(context, channelId, 'grown', async (channel, transaction) => {
          if (channel.type !== 'G') throw new RookeryError('channel_type_refuses')
          const outside = await transaction.maybeOne(sql`
            select 1 as one from channel_members cm where cm.channel_id = ${channelId} and not exists (
              select 1 from team_members tm where tm.team_id = ${team.id} and tm.user_id = cm.user_id and tm.delete_at = 0) limit 1`)
          if (outside) throw new RookeryError('user_not_in_team')
          await transaction.query(sql`update threads set team_id = ${team.id} where channel_id = ${channelId}`)
          return sql.fragment`type = 'P', team_id = ${team.id}, name = ${name}, display_name = ${displayName}`
        })
        await say(context, channelId, 'system_gm_to_channel', (user) => ({ says: 'becameChannel', props: { convertedByUserId: user.id } }))
        return after
      },
    }),
  ]
}
