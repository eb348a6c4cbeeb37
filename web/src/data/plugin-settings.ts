import { defineStore } from 'pinia'
import { pluginsListSettings, pluginsSetSettings, type InputOf, type PlacedPluginSettings, type PluginSettings } from '@rookery/sdk/protocol'
import { useServer } from './client.ts'

/** For whom settings of plugins hold: a team, a channel, or oneself. */
export type PluginSettingsPlace = InputOf<typeof pluginsListSettings>

/** What plugins let people set for themselves and for what they manage. Nothing of it is kept. */
export const usePluginSettings = defineStore('pluginSettings', () => {
  const { client } = useServer()
  const list = (place: PluginSettingsPlace): Promise<readonly PlacedPluginSettings[]> => client.run(pluginsListSettings, place)
  const set = (place: PluginSettingsPlace, pluginId: string, values: Record<string, unknown>): Promise<PluginSettings> => client.run(pluginsSetSettings, { pluginId, ...place, values })
  /** Whether there is something to set; where that cannot be told there is nothing. */
  const isThere = async (place: PluginSettingsPlace): Promise<boolean> => (await list(place).catch(() => [])).length > 0
  return { list, set, isThere }
})
