import { channelsMemberCounts, channelsStats, channelsTimezones, type Channel, type ChannelStats } from '@rookery/sdk/protocol'
import { implement, type AnyImplementation } from '../../operations/index.ts'
import { sql, textArray } from '../../storage/index.ts'
import type { ChatParts } from '../parts.ts'
import { channelColumns } from './channel-rows.ts'

/** Over `channels c`. Who is inactive belongs there still and is not counted: they are taken off. */
const memberCount = sql.fragment`(c.member_count - (
  select count(*) from users u join channel_members gone on gone.channel_id = c.id and gone.user_id = u.id where u.delete_at > 0))`

/** What there is in a channel, in numbers. Members are counted as they come and go; the rest stands in partial indexes. */
export function createChannelStats({ db, access }: Pick<ChatParts, 'db' | 'access'>): AnyImplementation[] {
  return [
    implement(channelsStats, {
      access: (context, { channelId }) => access.channel(context, channelId, 'read_channel'),
      handle: (_context, { channelId, withoutFiles = false }) => db.one<ChannelStats>(sql`
        select c.id as "channelId", ${memberCount} as "memberCount",
          (select count(*) from channel_members cm join users u on u.id = cm.user_id and u.delete_at = 0 where cm.channel_id = c.id and cm.is_guest) as "guestCount",
          (select count(*) from posts p where p.channel_id = c.id and p.is_pinned and p.delete_at = 0) as "pinnedPostCount",
          ${withoutFiles ? sql.fragment`-1` : sql.fragment`(select count(*) from files f where f.channel_id = c.id and f.post_id <> '' and f.delete_at = 0)`} as "fileCount"
        from channels c where c.id = ${channelId}`),
    }),
    implement(channelsMemberCounts, {
      async access(context, { channelIds }) {
        const channels = await db.any<Channel>(sql`select ${channelColumns} from channels c where c.id = any (${textArray(channelIds)})`)
        const isVisible = await Promise.all(channels.map((channel) => access.seesChannel(context, channel)))
        return channels.filter((_channel, place) => isVisible[place]).map(({ id }) => id)
      },
      async handle(_context, _input, ids) {
        // One look for all channels together: who is inactive may be many, and belong to most of them.
        const counts = await db.any<{ id: string, count: number }>(sql`
          with gone as (
            select cm.channel_id, count(*) as count from users u join channel_members cm on cm.user_id = u.id
            where u.delete_at > 0 and cm.channel_id = any (${textArray(ids)}) group by cm.channel_id)
          select c.id, c.member_count - coalesce(gone.count, 0) as count from channels c left join gone on gone.channel_id = c.id where c.id = any (${textArray(ids)})`)
        return Object.fromEntries(counts.map(({ id, count }) => [id, count]))
      },
    }),
    implement(channelsTimezones, {
      access: (context, { channelId }) => access.channel(context, channelId, 'read_channel'),
      async handle(_context, { channelId }) {
        const rows = await db.any<{ zone: string }>(sql`
          select distinct case when u.timezone ->> 'useAutomaticTimezone' = 'false' then u.timezone ->> 'manualTimezone' else u.timezone ->> 'automaticTimezone' end as zone
          from channel_members cm join users u on u.id = cm.user_id where cm.channel_id = ${channelId} and u.delete_at = 0`)
        return rows.map(({ zone }) => zone).filter((zone) => zone).sort()
      },
    }),
  ]
}
