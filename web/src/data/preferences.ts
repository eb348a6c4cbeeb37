import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import { preferencesDelete, preferencesDeleted, preferencesList, preferencesSave, preferencesSaved, type Preference } from '@rookery/sdk/protocol'
import { useServer } from './client.ts'
import { useMyId } from './session.ts'

const keyOf = (category: string, name: string): string => `${category}/${name}`

/** What the account remembers for its clients, those of Mattermost too: same categories, same names. */
export const usePreferences = defineStore('preferences', () => {
  const { client, live } = useServer()
  const myId = useMyId()
  const values = shallowReactive(new Map<string, string>())

  /** What is on its way to the server, undefined for what is being forgotten: a list that was asked for before does not know it. */
  const underWay = new Map<string, string | undefined>()
  const show = (key: string, value: string | undefined): void => {
    if (value === undefined) values.delete(key)
    else values.set(key, value)
  }
  const replace = (told: readonly Preference[]): void => {
    values.clear()
    for (const { category, name, value } of told) values.set(keyOf(category, name), value)
    for (const [key, value] of underWay) show(key, value)
  }
  const load = async (): Promise<void> => { replace(await client.run(preferencesList, { userId: myId() })) }
  const get = (category: string, name: string): string | undefined => values.get(keyOf(category, name))
  /** Names and values of one category. */
  const ofCategory = (category: string): Map<string, string> =>
    new Map([...values].filter(([key]) => key.startsWith(`${category}/`)).map(([key, value]) => [key.slice(category.length + 1), value]))

  /** Shown at once; what the server refuses comes back as it was. */
  const change = async (key: string, value: string | undefined, tell: () => Promise<unknown>): Promise<void> => {
    const before = values.get(key)
    underWay.set(key, value)
    show(key, value)
    try {
      await tell()
    } catch (error) {
      show(key, before)
      throw error
    } finally {
      if (underWay.get(key) === value) underWay.delete(key)
    }
  }
  const save = (category: string, name: string, value: string): Promise<void> =>
    change(keyOf(category, name), value, () => client.run(preferencesSave, { userId: myId(), preferences: [{ category, name, value }] }))
  const remove = (category: string, name: string): Promise<void> =>
    change(keyOf(category, name), undefined, () => client.run(preferencesDelete, { userId: myId(), preferences: [{ category, name }] }))

  live.on(preferencesSaved, ({ userId, preferences }) => { if (userId === myId()) for (const { category, name, value } of preferences) values.set(keyOf(category, name), value) })
  live.on(preferencesDeleted, ({ userId, preferences }) => { if (userId === myId()) for (const { category, name } of preferences) values.delete(keyOf(category, name)) })
  return { values, load, replace, get, ofCategory, save, remove }
})
