import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import {
  maximumWatched, statusChanged, statusesListByIds, statusesSetActive, statusesUpdate, statusesWatch, type InputOf, type Status, type StatusName,
} from '@rookery/sdk/protocol'
import { useServer } from './client.ts'

/** Whoever comes on the screen within this is asked for together. */
const gatheringMs = 50

/**
 * Who is there. The server tells each account of its own changes, and each page of those of the people whom it names:
 * the ones that were looked at last.
 */
export const useStatuses = defineStore('statuses', () => {
  const { client, live } = useServer()
  const statuses = shallowReactive(new Map<string, StatusName>())
  /** When do-not-disturb ends by itself, of those for whom it does. */
  const ends = shallowReactive(new Map<string, number>())
  /** Everybody whom somebody looked at here, the latest last. */
  const looked = new Set<string>()
  let isSeen = true
  let timer: ReturnType<typeof setTimeout> | undefined
  /** What is asked later holds: one question after the other. */
  let asking: Promise<void> = Promise.resolve()

  const take = ({ userId, status, dndEndAt }: Status): void => {
    statuses.set(userId, status)
    if (status === 'dnd' && dndEndAt > 0) ends.set(userId, dndEndAt)
    else ends.delete(userId)
  }
  const read = async (userIds: readonly string[]): Promise<void> => {
    for (let from = 0; from < userIds.length; from += 1000) for (const status of await client.run(statusesListByIds, { userIds: userIds.slice(from, from + 1000) })) take(status)
  }
  /** Nobody is told to a page that nobody sees. */
  const watch = async (): Promise<void> => {
    if (!client.isConnected) return
    const userIds = [...looked]
    for (const status of await client.run(statusesWatch, { userIds: isSeen ? userIds.slice(-maximumWatched) : [] })) take(status)
    await read(isSeen ? userIds.slice(0, -maximumWatched) : userIds.filter((userId) => !statuses.has(userId)))
  }
  /** All that were looked at: as they are now, and from now on. */
  const refresh = (): void => {
    clearTimeout(timer)
    timer = undefined
    // Where it fails, the next look or connection asks again.
    asking = asking.then(watch).catch(() => {})
  }
  const get = (userId: string): StatusName => {
    if (userId) {
      // The one who was looked at last is told of longest.
      const isNew = !looked.delete(userId)
      looked.add(userId)
      if (isNew) timer ??= setTimeout(refresh, gatheringMs)
    }
    return statuses.get(userId) ?? 'offline'
  }
  /** 0 where do-not-disturb ends by hand alone, or is not on. */
  const endOf = (userId: string): number => ends.get(userId) ?? 0
  const update = async (input: InputOf<typeof statusesUpdate>): Promise<void> => { take(await client.run(statusesUpdate, input)) }
  /** Somebody uses this page: they are there. */
  const noteActive = (): void => { if (client.isConnected) client.run(statusesSetActive, { isActive: true }).catch(() => {}) }
  /** Asks anew for one whom somebody looks at. */
  const readAgain = (userId: string): void => { read([userId]).catch(() => {}) }
  /** Whether somebody sees the page. */
  const setSeen = (seen: boolean): void => {
    if (seen === isSeen) return
    isSeen = seen
    refresh()
  }
  live.on(statusChanged, ({ userId, status }) => {
    statuses.set(userId, status)
    ends.delete(userId)
    // The event does not say how long.
    if (status === 'dnd') readAgain(userId)
  })
  live.onConnection((isConnected) => { if (isConnected) refresh() })
  return { statuses, get, endOf, readAgain, refresh, setSeen, update, noteActive }
})
