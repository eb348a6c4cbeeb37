import { preferencesDeleted, preferencesSaved } from '@rookery/sdk/protocol'
import type { Emit } from '../../events/index.ts'
import { sql, textArray, type Transaction } from '../../storage/index.ts'
import { lockPlaces } from './lock-places.ts'

/** Favourites are told twice in Mattermost's protocol: by a category of the sidebar and by preferences of this category. */
export const favoritePreference = 'favorite_channel'

/** What preferences say about channels, as far as they are the user's: wanted ones move to the favourites, the others out. */
export interface FavoriteChange { readonly channelId: string, readonly isFavorite: boolean }

/**
 * Brings the sidebar in line with preferences that were just written: in the channel's team, or in every team for
 * direct and group channels. Answers whether anything moved. Teams whose sidebar was never read have no categories yet
 * and take the preferences over when they are made.
 */
export async function moveFavorites(transaction: Transaction, userId: string, changes: readonly FavoriteChange[]): Promise<boolean> {
  if (changes.length === 0) return false
  await transaction.query(sql`select 1 from sidebar_categories where user_id = ${userId} and type = 'favorites' order by id for update`)
  const out = changes.filter((change) => !change.isFavorite).map((change) => change.channelId)
  const into = changes.filter((change) => change.isFavorite).map((change) => change.channelId)
  await lockPlaces(transaction, userId, into, { mayMute: false })
  const removed = await transaction.query(sql`
    delete from sidebar_channels sc using sidebar_categories s
    where sc.category_id = s.id and s.user_id = ${userId} and s.type = 'favorites' and sc.channel_id = any (${textArray(out)})`)
  const added = await transaction.query(sql`
    insert into sidebar_channels (user_id, team_id, channel_id, category_id, sort_order)
    select s.user_id, s.team_id, c.id, s.id, coalesce((select max(sort_order) from sidebar_channels where category_id = s.id), 0) + 10 * w.place
    from unnest(${textArray(into)}) with ordinality as w(channel_id, place)
    join channels c on c.id = w.channel_id
    join channel_members cm on cm.channel_id = c.id and cm.user_id = ${userId}
    join sidebar_categories s on s.user_id = ${userId} and s.type = 'favorites' and c.team_id in (s.team_id, '')
    on conflict (user_id, team_id, channel_id) do update set category_id = excluded.category_id, sort_order = excluded.sort_order
    where sidebar_channels.category_id <> excluded.category_id`)
  return removed.rowCount + added.rowCount > 0
}

/** Brings preferences in line with a sidebar that was just written: of the given channels, these are favourites now. */
export async function rememberFavorites(
  transaction: Transaction, emit: Emit, userId: string, { channelIds, favoriteIds }: { channelIds: readonly string[], favoriteIds: readonly string[] },
): Promise<void> {
  const audience = { userId }
  const favorites = new Set(favoriteIds)
  const others = channelIds.filter((id) => !favorites.has(id))
  const gone = await transaction.any<{ name: string, value: string }>(sql`
    delete from preferences where user_id = ${userId} and category = ${favoritePreference} and name = any (${textArray(others)}) returning name, value`)
  if (gone.length > 0) emit(preferencesDeleted, { userId, preferences: gone.map((row) => ({ userId, category: favoritePreference, ...row })) }, audience)
  const made = await transaction.any<{ name: string, value: string }>(sql`
    insert into preferences (user_id, category, name, value)
    select ${userId}, ${favoritePreference}, id, 'true' from unnest(${textArray(favoriteIds)}) as f(id)
    on conflict (user_id, category, name) do update set value = 'true' where preferences.value <> 'true' returning name, value`)
  if (made.length > 0) emit(preferencesSaved, { userId, preferences: made.map((row) => ({ userId, category: favoritePreference, ...row })) }, audience)
}
