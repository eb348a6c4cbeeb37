import type { Channel } from '@rookery/sdk/protocol'
import { json, sql, type Transaction } from '../../storage/index.ts'
import { channelColumns } from './channel-rows.ts'

interface NewChannel {
  readonly id: string
  readonly now: number
  readonly teamId: string
  readonly type: Channel['type']
  readonly name: string
  readonly displayName: string
  readonly creatorId: string
  readonly header?: string
  readonly purpose?: string
  readonly props?: Record<string, unknown>
}

/** Writes the row of a new channel; undefined where its name is taken. */
export const insertChannel = (transaction: Transaction, channel: NewChannel): Promise<Channel | undefined> => transaction.maybeOne<Channel>(sql`
  insert into channels as c (id, create_at, update_at, team_id, type, display_name, name, header, purpose, creator_id, props)
  values (${channel.id}, ${channel.now}, ${channel.now}, ${channel.teamId}, ${channel.type}, ${channel.displayName}, ${channel.name},
    ${channel.header ?? ''}, ${channel.purpose ?? ''}, ${channel.creatorId}, ${json(channel.props ?? {})})
  on conflict (team_id, name) do nothing
  returning ${channelColumns}`)
