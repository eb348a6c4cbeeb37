import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import {
  categoriesCreate, categoriesDelete, categoriesList, categoriesOrdered, categoriesSetOrder, categoriesUpdate, categoryCreated, categoryDeleted, categoryUpdated,
  channelCreated, channelMemberAdded, channelMemberRemoved, channelUpdated, type Category, type InputOf,
} from '@rookery/sdk/protocol'
import { changedCategories, withCategoryMoved, withChannelIn, withChannelMoved } from './category-changes.ts'
import { useChannels } from './channels.ts'
import { useServer } from './client.ts'
import { useMyId } from './session.ts'

/** A sidebar in its order. */
export type Sidebar = readonly Category[]

/** The parts of the sidebar, by team. */
export const useCategories = defineStore('categories', () => {
  const { client, live } = useServer()
  const myId = useMyId()
  const channels = useChannels()
  const sidebars = shallowReactive(new Map<string, Sidebar>())

  const load = async (teamId: string): Promise<void> => {
    const { categories, order } = await client.run(categoriesList, { userId: myId(), teamId })
    sidebars.set(teamId, order.flatMap((id) => categories.find((category) => category.id === id) ?? []))
  }
  /** Every team that is known, after something that may concern each of them. */
  const reload = (teamId?: string): void => { for (const known of teamId ? [teamId] : [...sidebars.keys()]) load(known).catch(() => {}) }

  const merge = (teamId: string, changed: readonly Category[]): void => {
    const sidebar = sidebars.get(teamId)
    if (sidebar) sidebars.set(teamId, sidebar.map((category) => changed.find(({ id }) => id === category.id) ?? category))
  }
  const update = async (teamId: string, categories: InputOf<typeof categoriesUpdate>['categories']): Promise<void> => {
    merge(teamId, await client.run(categoriesUpdate, { userId: myId(), teamId, categories }))
  }
  /** Shown at once; what the server refuses comes back as it was. */
  const show = async (teamId: string, change: (sidebar: Sidebar) => Sidebar, save: (before: Sidebar, after: Sidebar) => Promise<unknown>): Promise<void> => {
    const before = sidebars.get(teamId) ?? []
    const after = change(before)
    if (after === before) return
    sidebars.set(teamId, after)
    try {
      await save(before, after)
    } catch (error) {
      if (sidebars.get(teamId) === after) sidebars.set(teamId, before)
      else reload(teamId)
      throw error
    }
  }
  const saveChanged = (teamId: string) => async (before: Sidebar, after: Sidebar): Promise<void> => {
    const changed = changedCategories(before, after)
    if (changed.length > 0) await update(teamId, changed.map(({ id, sorting, channelIds }) => ({ id, sorting, channelIds: [...channelIds] })))
  }
  /** To a place among those that are shown there. */
  const moveChannel = (teamId: string, channelId: string, categoryId: string, place: number, shownIds: readonly string[]): Promise<void> =>
    show(teamId, (sidebar) => withChannelMoved(sidebar, channelId, categoryId, place, shownIds), saveChanged(teamId))
  const putChannel = (teamId: string, channelId: string, categoryId: string): Promise<void> =>
    show(teamId, (sidebar) => withChannelIn(sidebar, channelId, categoryId), saveChanged(teamId))
  /** Changes what a category is like; the channels in it are another matter. */
  const change = (teamId: string, categoryId: string, changes: Partial<Pick<Category, 'displayName' | 'sorting' | 'isMuted' | 'isCollapsed'>>): Promise<void> =>
    show(teamId, (sidebar) => sidebar.map((category) => (category.id === categoryId ? { ...category, ...changes } : category)), () => update(teamId, [{ id: categoryId, ...changes }]))
  const create = async (teamId: string, displayName: string, channelIds: string[] = []): Promise<string> => {
    const { id } = await client.run(categoriesCreate, { userId: myId(), teamId, displayName, channelIds })
    await load(teamId)
    return id
  }
  const remove = async (teamId: string, categoryId: string): Promise<void> => {
    await client.run(categoriesDelete, { userId: myId(), teamId, categoryId })
    await load(teamId)
  }
  const move = (teamId: string, categoryId: string, place: number): Promise<void> => show(
    teamId, (sidebar) => withCategoryMoved(sidebar, categoryId, place),
    (_before, after) => client.run(categoriesSetOrder, { userId: myId(), teamId, order: after.map(({ id }) => id) }),
  )

  live.on(categoryUpdated, ({ teamId, categories }) => {
    if (categories && teamId) merge(teamId, categories)
    else reload(teamId)
  })
  live.on(categoryCreated, ({ teamId }) => { if (sidebars.has(teamId)) reload(teamId) })
  live.on(categoryDeleted, ({ teamId }) => { if (sidebars.has(teamId)) reload(teamId) })
  live.on(categoriesOrdered, ({ teamId }) => { if (sidebars.has(teamId)) reload(teamId) })
  // A conversation has its place with its first moment.
  live.on(channelCreated, ({ channel, memberIds, creatorId }) => { if (creatorId === myId() || memberIds.includes(myId())) reload(channel.teamId || undefined) })
  // One's own that was archived when the sidebar was read, and is not any more.
  live.on(channelUpdated, ({ channel: { id, teamId, deleteAt } }) => {
    const sidebar = sidebars.get(teamId)
    if (sidebar && deleteAt === 0 && channels.members.has(id) && !sidebar.some(({ channelIds }) => channelIds.includes(id))) reload(teamId)
  })
  live.on(channelMemberAdded, ({ userId }) => { if (userId === myId()) reload() })
  live.on(channelMemberRemoved, ({ userId }) => { if (userId === myId()) reload() })
  return { sidebars, load, reload, update, change, moveChannel, putChannel, create, remove, move }
})
