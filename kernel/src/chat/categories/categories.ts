import {
  RookeryError, categoriesCreate, categoriesDelete, categoriesGet, categoriesList, categoriesOrdered, categoriesSetOrder, categoriesUpdate,
  categoryCreated, categoryDeleted, categoryUpdated, maximumCategories, type Category,
} from '@rookery/sdk/protocol'
import type { Emit } from '../../events/index.ts'
import { implement, type AnyImplementation, type Context } from '../../operations/index.ts'
import { rows, sql, type Transaction } from '../../storage/index.ts'
import type { ChatParts } from '../parts.ts'
import { insertStandardCategories, isWhole, lockSidebar, selectSidebar, updateOrder, type SidebarOwner } from './category-rows.ts'
import { rememberFavorites } from './favorites.ts'
import { lockPlaces } from './lock-places.ts'
import { followMutes, placeChannels, type Placement } from './place-channels.ts'

const find = (sidebar: readonly Category[], id: string): Category => {
  const found = sidebar.find((category) => category.id === id)
  if (!found) throw new RookeryError('category_not_found')
  return found
}

/** The sidebar, which heals itself: whoever reads it gets every standard category and every channel. */
export function createCategories({ db, writer, access, memberships, ids }: Pick<ChatParts, 'db' | 'writer' | 'access' | 'memberships' | 'ids'>): AnyImplementation[] {
  const assertOwner = async (context: Context, { userId, teamId }: SidebarOwner): Promise<void> => {
    await access.self(context, userId)
    if (!(await memberships.of(userId)).teams.has(teamId)) throw new RookeryError('team_not_found')
  }
  const read = async (owner: SidebarOwner): Promise<Category[]> => {
    const sidebar = await selectSidebar(db, owner)
    if (isWhole(sidebar)) return sidebar
    await db.transact((transaction) => insertStandardCategories(transaction, owner))
    return selectSidebar(db, owner)
  }
  /** Runs a change of the sidebar with what it was, and lets favourites and mutes follow. */
  const change = <Value>({ userId, teamId }: SidebarOwner, handler: (transaction: Transaction, emit: Emit, before: readonly Category[]) => Promise<Value>): Promise<Value> =>
    writer.write(async (transaction, emit) => {
      const owner = { userId, teamId }
      await lockSidebar(transaction, owner)
      return handler(transaction, emit, await selectSidebar(transaction, owner))
    }, { actorId: userId })
  const place = async (transaction: Transaction, emit: Emit, owner: SidebarOwner, { before, placements }: { before: readonly Category[], placements: readonly Placement[] }): Promise<Category[]> => {
    if (placements.length > 0) await placeChannels(transaction, owner, placements)
    const after = await selectSidebar(transaction, owner)
    await followMutes(transaction, emit, owner.userId, { before, after })
    const favorites = (sidebar: readonly Category[]): string[] => sidebar.find(({ type }) => type === 'favorites')?.channelIds ?? []
    const favoriteIds = favorites(after)
    const moved = new Set([...favorites(before), ...placements.flatMap(({ channelIds }) => channelIds), ...favoriteIds])
    if (placements.length > 0) await rememberFavorites(transaction, emit, owner.userId, { channelIds: [...moved], favoriteIds })
    return after
  }

  return [
    implement(categoriesList, {
      access: (context, owner) => assertOwner(context, owner),
      async handle(_context, owner) {
        const categories = await read(owner)
        return { categories, order: categories.map((category) => category.id) }
      },
    }),
    implement(categoriesGet, {
      access: (context, owner) => assertOwner(context, owner),
      handle: async (_context, { categoryId, ...owner }) => find(await read(owner), categoryId),
    }),
    implement(categoriesCreate, {
      access: (context, owner) => assertOwner(context, owner),
      handle: (_context, { userId, teamId, displayName, sorting = '', isMuted = false, isCollapsed = false, channelIds = [] }) =>
        change({ userId, teamId }, async (transaction, emit, before) => {
          const owner = { userId, teamId }
          if (before.length >= maximumCategories + 3) throw new RookeryError('too_many_categories', { maximum: maximumCategories })
          const id = ids.next()
          await lockPlaces(transaction, userId, channelIds, { mayMute: isMuted || before.some((category) => category.isMuted) })
          await transaction.query(sql`
            insert into sidebar_categories (id, user_id, team_id, type, display_name, sorting, is_muted, is_collapsed)
            values (${id}, ${userId}, ${teamId}, 'custom', ${displayName}, ${sorting}, ${isMuted}, ${isCollapsed})`)
          const order = before.map((category) => category.id)
          order.splice(before[0]?.type === 'favorites' ? 1 : 0, 0, id)
          await updateOrder(transaction, order)
          const after = await place(transaction, emit, owner, { before, placements: [{ category: { id, type: 'custom', isMuted }, channelIds }] })
          emit(categoryCreated, { ...owner, categoryId: id }, { userId, teamId })
          return find(after, id)
        }),
    }),
    implement(categoriesUpdate, {
      access: (context, owner) => assertOwner(context, owner),
      handle: (_context, { userId, teamId, categories }) => change({ userId, teamId }, async (transaction, emit, before) => {
        const wanted = categories.map((changes) => {
          const known = find(before, changes.id)
          const isDirect = known.type === 'direct_messages'
          return {
            id: known.id, type: known.type, displayName: known.type === 'custom' ? changes.displayName || known.displayName : known.displayName,
            sorting: changes.sorting ?? known.sorting, isMuted: isDirect ? known.isMuted : changes.isMuted ?? known.isMuted,
            isCollapsed: changes.isCollapsed ?? known.isCollapsed, channelIds: changes.channelIds,
          }
        })
        const touched = wanted.flatMap(({ id, channelIds = [] }) => [...find(before, id).channelIds, ...channelIds])
        await lockPlaces(transaction, userId, touched, { mayMute: [...before, ...wanted].some((category) => category.isMuted) })
        await transaction.query(sql`
          update sidebar_categories s set display_name = w.display_name, sorting = w.sorting, is_muted = w.is_muted, is_collapsed = w.is_collapsed
          from ${rows(wanted, { id: 'text', displayName: 'text', sorting: 'text', isMuted: 'bool', isCollapsed: 'bool' })} as w(id, display_name, sorting, is_muted, is_collapsed)
          where s.id = w.id`)
        const placements = wanted.flatMap(({ channelIds, ...category }) => channelIds ? [{ category, channelIds }] : [])
        const after = await place(transaction, emit, { userId, teamId }, { before, placements })
        const updated = wanted.map(({ id }) => find(after, id))
        emit(categoryUpdated, { userId, teamId, categories: updated }, { userId, teamId })
        return updated
      }),
    }),
    implement(categoriesDelete, {
      access: (context, owner) => assertOwner(context, owner),
      handle: (_context, { userId, teamId, categoryId }) => change({ userId, teamId }, async (transaction, emit, before) => {
        if (find(before, categoryId).type !== 'custom') throw new RookeryError('category_is_standard')
        await transaction.query(sql`delete from sidebar_categories where id = ${categoryId} and user_id = ${userId}`)
        emit(categoryDeleted, { userId, teamId, categoryId }, { userId, teamId })
        return {}
      }),
    }),
    implement(categoriesSetOrder, {
      access: (context, owner) => assertOwner(context, owner),
      handle: (_context, { userId, teamId, order }) => change({ userId, teamId }, async (transaction, emit, before) => {
        if (order.length !== before.length || new Set(order).size !== order.length) throw new RookeryError('category_order_incomplete')
        for (const id of order) if (!before.some((category) => category.id === id)) throw new RookeryError('category_order_incomplete')
        await updateOrder(transaction, order)
        emit(categoriesOrdered, { userId, teamId, order }, { userId, teamId })
        return order
      }),
    }),
  ]
}
