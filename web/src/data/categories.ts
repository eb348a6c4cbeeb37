import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import {
  categoriesCreate, categoriesDelete, categoriesList, categoriesOrdered, categoriesSetOrder, categoriesUpdate, categoryCreated, categoryDeleted, categoryUpdated,
  channelMemberAdded, channelMemberRemoved, type Category, type InputOf,
} from '@rookery/sdk/protocol'
import { useServer } from './client.ts'
import { useMyId } from './session.ts'

/** A sidebar in its order. */
export type Sidebar = readonly Category[]

/** The parts of the sidebar, by team. */
export const useCategories = defineStore('categories', () => {
  const { client, live } = useServer()
  const myId = useMyId()
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
  const create = async (teamId: string, displayName: string, channelIds: string[] = []): Promise<void> => {
    await client.run(categoriesCreate, { userId: myId(), teamId, displayName, channelIds })
    await load(teamId)
  }
  const remove = async (teamId: string, categoryId: string): Promise<void> => {
    await client.run(categoriesDelete, { userId: myId(), teamId, categoryId })
    await load(teamId)
  }
  const setOrder = async (teamId: string, order: string[]): Promise<void> => {
    await client.run(categoriesSetOrder, { userId: myId(), teamId, order })
    await load(teamId)
  }

  live.on(categoryUpdated, ({ teamId, categories }) => {
    if (categories && teamId) merge(teamId, categories)
    else reload(teamId)
  })
  live.on(categoryCreated, ({ teamId }) => { if (sidebars.has(teamId)) reload(teamId) })
  live.on(categoryDeleted, ({ teamId }) => { if (sidebars.has(teamId)) reload(teamId) })
  live.on(categoriesOrdered, ({ teamId }) => { if (sidebars.has(teamId)) reload(teamId) })
  live.on(channelMemberAdded, ({ userId }) => { if (userId === myId()) reload() })
  live.on(channelMemberRemoved, ({ userId }) => { if (userId === myId()) reload() })
  return { sidebars, load, reload, update, create, remove, setOrder }
})
