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

  const replace = (told: readonly Preference[]): void => {
    values.clear()
    for (const { category, name, value } of told) values.set(keyOf(category, name), value)
  }
  const load = async (): Promise<void> => { replace(await client.run(preferencesList, { userId: myId() })) }
  const get = (category: string, name: string): string | undefined => values.get(keyOf(category, name))
  /** Names and values of one category. */
  const ofCategory = (category: string): Map<string, string> =>
    new Map([...values].filter(([key]) => key.startsWith(`${category}/`)).map(([key, value]) => [key.slice(category.length + 1), value]))

  /** Shown at once; what the server refuses comes back as it was. */
  const save = async (category: string, name: string, value: string): Promise<void> => {
    const key = keyOf(category, name)
    const before = values.get(key)
    values.set(key, value)
    try {
      await client.run(preferencesSave, { userId: myId(), preferences: [{ category, name, value }] })
    } catch (error) {
      if (before === undefined) values.delete(key)
      else values.set(key, before)
      throw error
    }
  }
  const remove = async (category: string, name: string): Promise<void> => {
    const key = keyOf(category, name)
    const before = values.get(key)
    values.delete(key)
    try {
      await client.run(preferencesDelete, { userId: myId(), preferences: [{ category, name }] })
    } catch (error) {
      if (before !== undefined) values.set(key, before)
      throw error
    }
  }

  live.on(preferencesSaved, ({ userId, preferences }) => { if (userId === myId()) for (const { category, name, value } of preferences) values.set(keyOf(category, name), value) })
  live.on(preferencesDeleted, ({ userId, preferences }) => { if (userId === myId()) for (const { category, name } of preferences) values.delete(keyOf(category, name)) })
  return { values, load, replace, get, ofCategory, save, remove }
})
