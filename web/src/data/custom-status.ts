import { defineStore } from 'pinia'
import { ref } from 'vue'
import { customStatusClear, customStatusListRecent, customStatusProperty, customStatusSet, pluginChanged, RookeryError, type CustomStatus, type InputOf, type User } from '@rookery/sdk/protocol'
import { useServer } from './client.ts'
import { useSession } from './session.ts'

/** What somebody says of what they are doing, whichever plugin keeps it; undefined where it has expired. */
export function customStatusOf(user: Pick<User, 'pluginProps'> | undefined, now: number): CustomStatus | undefined {
  for (const kept of Object.values(user?.pluginProps ?? {})) {
    const told = (kept as Record<string, unknown> | null)?.[customStatusProperty] as Partial<CustomStatus> | null | undefined
    if (typeof told?.text !== 'string' || typeof told.emoji !== 'string') continue
    const { emoji, text, duration = '', expiresAt = 0 } = told
    if (expiresAt === 0 || expiresAt > now) return { emoji, text, duration, expiresAt }
  }
  return undefined
}

/** Custom statuses, as far as a plugin provides them. */
export const useCustomStatus = defineStore('customStatus', () => {
  const { client, live } = useServer()
  const session = useSession()
  const recent = ref<readonly CustomStatus[]>([])
  /** Whether anybody provides them; not known before it was asked. */
  const isProvided = ref<boolean>()
  const look = async (): Promise<void> => {
    if (!session.me) return
    try {
      recent.value = await client.run(customStatusListRecent, { userId: session.me.id })
      isProvided.value = true
    } catch (error) {
      if (!(error instanceof RookeryError) || error.code !== 'feature_unavailable') throw error
      isProvided.value = false
    }
  }
  let isAsked = false
  /** The custom status of somebody, where a plugin provides the feature: what it kept stays in its rows when it is disabled. */
  const of = (user: User | undefined, now: number): CustomStatus | undefined => {
    const said = customStatusOf(user, now)
    if (said && isProvided.value === undefined && !isAsked) {
      isAsked = true
      look().catch(() => { isAsked = false })
    }
    return isProvided.value === false ? undefined : said
  }
  const set = async (said: Omit<InputOf<typeof customStatusSet>, 'userId'>): Promise<void> => { await client.run(customStatusSet, { userId: session.me?.id ?? '', ...said }) }
  const clear = async (): Promise<void> => { await client.run(customStatusClear, { userId: session.me?.id ?? '' }) }
  live.on(pluginChanged, () => { if (isProvided.value !== undefined) look().catch(() => {}) })
  return { recent, isProvided, look, of, set, clear }
})
