import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import { statusChanged, statusesListByIds, statusesSetActive, statusesUpdate, type InputOf, type Status, type StatusName } from '@rookery/sdk/protocol'
import { createBatch } from './batch.ts'
import { useServer } from './client.ts'

/** Who is there. The server tells each account of its own changes alone: those of others are asked for now and then. */
export const useStatuses = defineStore('statuses', () => {
  const { client, live } = useServer()
  const statuses = shallowReactive(new Map<string, StatusName>())
  /** When do-not-disturb ends by itself, of those for whom it does. */
  const ends = shallowReactive(new Map<string, number>())
  const take = ({ userId, status, dndEndAt }: Status): void => {
    statuses.set(userId, status)
    if (status === 'dnd' && dndEndAt > 0) ends.set(userId, dndEndAt)
    else ends.delete(userId)
  }
  const batch = createBatch({ load: async (userIds) => { for (const status of await client.run(statusesListByIds, { userIds })) take(status) } })
  const get = (userId: string): StatusName => {
    const status = statuses.get(userId)
    if (status === undefined && userId) batch.ask(userId)
    return status ?? 'offline'
  }
  /** 0 where do-not-disturb ends by hand alone, or is not on. */
  const endOf = (userId: string): number => ends.get(userId) ?? 0
  const update = async (input: InputOf<typeof statusesUpdate>): Promise<void> => { take(await client.run(statusesUpdate, input)) }
  /** Somebody uses this page: they are there. */
  const noteActive = (): void => { if (client.isConnected) client.run(statusesSetActive, { isActive: true }).catch(() => {}) }
  /** Asks anew for one whom somebody looks at. */
  const readAgain = (userId: string): void => {
    batch.forget(userId)
    batch.ask(userId)
  }
  /** All that are shown or were: as they are now. */
  const refresh = (): void => {
    const known = [...statuses.keys()]
    batch.forget()
    for (const userId of known) batch.ask(userId)
  }
  live.on(statusChanged, ({ userId, status }) => {
    statuses.set(userId, status)
    ends.delete(userId)
    // The event does not say how long.
    if (status === 'dnd') readAgain(userId)
  })
  live.onConnection((isConnected) => { if (isConnected) refresh() })
  return { statuses, get, endOf, readAgain, refresh, update, noteActive }
})
