import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import {
  channelsListAll, mailsTest, settingsChanged, settingsDescribe, settingsGet, settingsPatch, statisticsListDays, systemCheckHealth, teamsList, usersCountSelected, type DayStatistics, type Health, type InputOf, type Settings,
} from '@rookery/sdk/protocol'
import { useServer } from '../client.ts'

export interface Counts {
  readonly active: number
  readonly inactive: number
  readonly guests: number
  readonly admins: number
  readonly bots: number
  readonly teams: number
  readonly publicChannels: number
  readonly privateChannels: number
  readonly archivedChannels: number
}

/** One look at the server: how it was and how long it took to say so. */
export interface HealthSample { readonly at: number, readonly answerMs: number, readonly health: Health }

export const maximumSamples = 60

export const useAdminServer = defineStore('adminServer', () => {
  const { client, live } = useServer()
  const settings = shallowRef<Settings>()
  const schema = shallowRef<Record<string, unknown>>()
  const samples = ref<readonly HealthSample[]>([])
  const loadSettings = async (): Promise<void> => {
    const [told, described] = await Promise.all([client.run(settingsGet, {}), client.run(settingsDescribe, {})])
    settings.value = told
    schema.value = described.schema
  }
  const patch = async (values: NonNullable<InputOf<typeof settingsPatch>['values']>): Promise<void> => { settings.value = await client.run(settingsPatch, { values }) }
  /** Throws with what the mail server said. */
  const testMail = async (): Promise<void> => { await client.run(mailsTest, {}) }
  const look = async (): Promise<void> => {
    const startedAt = performance.now()
    const health = await client.run(systemCheckHealth, {})
    samples.value = [...samples.value.slice(1 - maximumSamples), { at: Date.now(), answerMs: performance.now() - startedAt, health }]
  }
  const count = async (): Promise<Counts> => {
    const accounts = async (input: InputOf<typeof usersCountSelected>): Promise<number> => (await client.run(usersCountSelected, input)).count
    const channels = async (input: InputOf<typeof channelsListAll>): Promise<number> => (await client.run(channelsListAll, { ...input, perPage: 1 })).totalCount
    const [active, inactive, guests, admins, withBots, teams, publicChannels, privateChannels, archivedChannels] = await Promise.all([
      accounts({ activity: 'active' }), accounts({ activity: 'inactive' }), accounts({ roles: ['system_guest'] }), accounts({ roles: ['system_admin'] }), accounts({ activity: 'active', includesBots: true }),
      client.run(teamsList, { perPage: 1 }), channels({ types: ['O'] }), channels({ types: ['P'] }), channels({ onlyArchived: true }),
    ])
    return { active, inactive, guests, admins, bots: withBots - active, teams: teams.totalCount, publicChannels, privateChannels, archivedChannels }
  }
  const days = (): Promise<DayStatistics[]> => client.run(statisticsListDays, { days: 30 })
  live.on(settingsChanged, () => { if (settings.value) loadSettings().catch(() => {}) })
  return { settings, schema, samples, loadSettings, patch, testMail, look, count, days }
})
