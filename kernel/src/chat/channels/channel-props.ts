import { channelsSetProps, channelUpdated, RookeryError, type Channel } from '@rookery/sdk/protocol'
import { implement, type AnyImplementation } from '../../operations/index.ts'
import { json, sql } from '../../storage/index.ts'
import type { ChatParts } from '../parts.ts'
import { askingPlugin, changePluginProps } from '../plugin-props.ts'
import { channelColumns } from './channel-rows.ts'

/** What plugins keep on channels. */
export function createChannelProps({ writer, access, clock }: Pick<ChatParts, 'writer' | 'access' | 'clock'>): AnyImplementation[] {
  return [
    implement(channelsSetProps, {
      async access(context, { channelId }) {
        const pluginId = askingPlugin(context)
        const channel = await access.channel(context, channelId, 'read_channel')
        if (channel.deleteAt > 0) throw new RookeryError('channel_archived')
        return pluginId
      },
      handle: (context, { channelId, props }, pluginId) => changePluginProps<Channel>(writer, context, pluginId, props, {
        lock: (transaction) => transaction.one(sql`select ${channelColumns} from channels c where c.id = ${channelId} for no key update`),
        store: (transaction, pluginProps) => transaction.one(sql`
          update channels c set plugin_props = ${json(pluginProps)}, update_at = greatest(${clock.now()}, c.update_at + 1) where c.id = ${channelId} returning ${channelColumns}`),
        tell: (emit, channel) => { emit(channelUpdated, { channel, change: 'updated' }, { channelId }) },
      }),
    }),
  ]
}
