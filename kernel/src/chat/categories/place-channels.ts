import { channelMemberUpdated, type Category, type ChannelMember } from '@rookery/sdk/protocol'
import type { Emit } from '../../events/index.ts'
import { rows, sql, textArray, type Transaction } from '../../storage/index.ts'
import { channelMemberColumns, channelMemberSource } from '../channels/channel-rows.ts'
import { orderStep, type SidebarOwner } from './category-rows.ts'

/** What a category is to hold, in this order. */
export interface Placement { readonly category: Pick<Category, 'id' | 'type' | 'isMuted'>, readonly channelIds: readonly string[] }

/**
 * Empties the categories and fills them anew; a channel that stood in another category leaves that one, and of several
 * placements of one channel the last counts. What the owner does not belong to is left out. Direct channels are never
 * stored in the standard categories: where nothing else holds them they are among the direct messages.
 */
export async function placeChannels(transaction: Transaction, { userId, teamId }: SidebarOwner, placements: readonly Placement[]): Promise<void> {
  await transaction.query(sql`delete from sidebar_channels where user_id = ${userId} and category_id = any (${textArray(placements.map(({ category }) => category.id))})`)
  const places = new Map<string, { channelId: string, categoryId: string, type: string, place: number }>()
  for (const { category, channelIds } of placements) {
    if (category.type === 'direct_messages') for (const channelId of channelIds) places.delete(channelId)
    else channelIds.forEach((channelId, index) => places.set(channelId, { channelId, categoryId: category.id, type: category.type, place: index * orderStep }))
  }
  await transaction.query(sql`
    insert into sidebar_channels (user_id, team_id, channel_id, category_id, sort_order)
    select ${userId}, ${teamId}, c.id, p.category_id, p.place
    from ${rows([...places.values()], { channelId: 'text', categoryId: 'text', type: 'text', place: 'int4' })} as p(channel_id, category_id, type, place)
    join channels c on c.id = p.channel_id and c.team_id in (${teamId}, '') and (p.type <> 'channels' or c.type not in ('D', 'G'))
    join channel_members cm on cm.channel_id = c.id and cm.user_id = ${userId}
    order by c.id
    on conflict (user_id, team_id, channel_id) do update set category_id = excluded.category_id, sort_order = excluded.sort_order`)
}

/** Mutes and unmutes channels, which `lockPlaces` has locked, as the category in which they are now says, where that changed. */
export async function followMutes(transaction: Transaction, emit: Emit, userId: string, { before, after }: { before: readonly Category[], after: readonly Category[] }): Promise<void> {
  const wasMuted = new Map(before.flatMap(({ channelIds, isMuted }) => channelIds.map((id) => [id, isMuted] as const)))
  const changed = after.flatMap(({ channelIds, isMuted }) => channelIds.filter((id) => (wasMuted.get(id) ?? isMuted) !== isMuted).map((channelId) => ({ channelId, value: isMuted ? 'mention' : 'all' })))
  if (changed.length === 0) return
  const ids = textArray(changed.map(({ channelId }) => channelId))
  await transaction.query(sql`
    update channel_members cm set notify_props = cm.notify_props || jsonb_build_object('mark_unread', m.value)
    from ${rows(changed, { channelId: 'text', value: 'text' })} as m(channel_id, value) where cm.channel_id = m.channel_id and cm.user_id = ${userId}`)
  const members = await transaction.any<ChannelMember>(sql`select ${channelMemberColumns} from ${channelMemberSource} where cm.user_id = ${userId} and cm.channel_id = any (${ids})`)
  for (const member of members) emit(channelMemberUpdated, { member }, { userId })
}
