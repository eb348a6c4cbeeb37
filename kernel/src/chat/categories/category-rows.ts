import type { Category } from '@rookery/sdk/protocol'
import { rows, sql, type Queries, type Transaction } from '../../storage/index.ts'
import { favoritePreference } from './favorites.ts'

/** Whose sidebar it is, and where. */
export interface SidebarOwner { readonly userId: string, readonly teamId: string }

/** Distance between neighbours in an order. */
export const orderStep = 10

/** What everybody has in every team. Clients translate the names. */
const standardCategories = [
  { type: 'favorites', displayName: 'Favorites', sorting: '' },
  { type: 'channels', displayName: 'Channels', sorting: '' },
  { type: 'direct_messages', displayName: 'Direct Messages', sorting: 'recent' },
] as const

/** Ids that follow from the owner: however often they are made, they are the same. */
const standardCategoryId = (type: string, { userId, teamId }: SidebarOwner): string => `${type}_${userId}_${teamId}`

interface CategoryRow extends Omit<Category, 'channelIds'> { readonly channelIds: string[] }
interface LooseChannel { readonly id: string, readonly isDirect: boolean }

/** The categories as they are stored, top first. */
const selectCategories = (db: Queries, { userId, teamId }: SidebarOwner): Promise<CategoryRow[]> => db.any<CategoryRow>(sql`
  select s.id, s.user_id as "userId", s.team_id as "teamId", s.type, s.display_name as "displayName", s.sorting, s.sort_order as "sortOrder",
    s.is_muted as "isMuted", s.is_collapsed as "isCollapsed",
    array(select sc.channel_id from sidebar_channels sc where sc.category_id = s.id order by sc.sort_order, sc.channel_id) as "channelIds"
  from sidebar_categories s where s.user_id = ${userId} and s.team_id = ${teamId} order by s.sort_order, s.id`)

/** Channels of the user, of the team and direct ones, that no category holds. */
const selectLooseChannels = (db: Queries, { userId, teamId }: SidebarOwner): Promise<LooseChannel[]> => db.any<LooseChannel>(sql`
  select c.id, c.type in ('D', 'G') as "isDirect" from channel_members cm join channels c on c.id = cm.channel_id
  where cm.user_id = ${userId} and c.team_id in (${teamId}, '') and c.delete_at = 0 and not exists (
    select 1 from sidebar_channels sc where sc.user_id = ${userId} and sc.team_id = ${teamId} and sc.channel_id = c.id)
  order by lower(c.display_name), c.id`)

/** Makes the standard categories that are missing; favourites begin with what preferences name. */
export async function insertStandardCategories(transaction: Transaction, owner: SidebarOwner): Promise<void> {
  const { userId, teamId } = owner
  const made = await transaction.any<{ id: string, type: string }>(sql`
    insert into sidebar_categories (id, user_id, team_id, type, display_name, sorting, sort_order)
    select id, ${userId}, ${teamId}, type, display_name, sorting, (place - 1) * ${orderStep} from ${rows(
      standardCategories.map((category) => ({ ...category, id: standardCategoryId(category.type, owner) })),
      { id: 'text', type: 'text', displayName: 'text', sorting: 'text' },
    )} with ordinality as s(id, type, display_name, sorting, place)
    on conflict do nothing returning id, type`)
  const favorites = made.find(({ type }) => type === 'favorites')
  if (!favorites) return
  await transaction.query(sql`
    select 1 from channel_members where user_id = ${userId}
      and channel_id in (select name from preferences where user_id = ${userId} and category = ${favoritePreference} and value = 'true')
    order by channel_id for key share`)
  await transaction.query(sql`
    insert into sidebar_channels (user_id, team_id, channel_id, category_id, sort_order)
    select ${userId}, ${teamId}, c.id, ${favorites.id}, ${orderStep} * row_number() over (order by c.display_name, c.name)
    from preferences p join channels c on c.id = p.name
    join channel_members cm on cm.channel_id = c.id and cm.user_id = p.user_id
    where p.user_id = ${userId} and p.category = ${favoritePreference} and p.value = 'true' and c.team_id in (${teamId}, '')
    on conflict do nothing`)
}

/** Whether every standard category is there. */
export const isWhole = (categories: readonly Category[]): boolean =>
  standardCategories.every(({ type }) => categories.some((category) => category.type === type))

/**
 * The sidebar as its owner sees it, top first: what no category holds stands first in the standard ones, so every
 * channel is in exactly one. Channels that the owner has left are gone with the membership, by the foreign key.
 */
export async function selectSidebar(db: Queries, owner: SidebarOwner): Promise<Category[]> {
  const categories = await selectCategories(db, owner)
  const loose = await selectLooseChannels(db, owner)
  const direct = loose.filter((channel) => channel.isDirect).map((channel) => channel.id)
  const others = loose.filter((channel) => !channel.isDirect).map((channel) => channel.id)
  return categories.map((category) => {
    if (category.type === 'channels') return { ...category, channelIds: [...others, ...category.channelIds] }
    return category.type === 'direct_messages' ? { ...category, channelIds: direct } : category
  })
}

/** Holds the sidebar until the transaction ends, so that changes of it follow one another. */
export async function lockSidebar(transaction: Transaction, owner: SidebarOwner): Promise<void> {
  await insertStandardCategories(transaction, owner)
  await transaction.query(sql`select 1 from sidebar_categories where user_id = ${owner.userId} and team_id = ${owner.teamId} order by id for update`)
}

/** Puts categories into the order given. */
export const updateOrder = (transaction: Transaction, ids: readonly string[]): Promise<unknown> => transaction.query(sql`
  update sidebar_categories s set sort_order = o.place from ${rows(ids.map((id, index) => ({ id, place: index * orderStep })), { id: 'text', place: 'int4' })} as o(id, place)
  where s.id = o.id`)
