import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import { statusChanged, statusesListByIds, statusesUpdate, type InputOf, type StatusName } from '@rookery/sdk/protocol'
import { createBatch } from './batch.ts'
import { useServer } from './client.ts'

/** Who is there. Events tell of changes; what was missed is asked for again. */
export const useStatuses = defineStore('statuses', () => {
  const { client, live } = useServer()
  const statuses = shallowReactive(new Map<string, StatusName>())
  const batch = createBatch({
    load: async (userIds) => { for (const { userId, status } of await client.run(statusesListByIds, { userIds })) statuses.set(userId, status) },
  })
  const get = (userId: string): StatusName => {
    const status = statuses.get(userId)
    if (status === undefined && userId) batch.ask(userId)
    return status ?? 'offline'
  }
  const update = async (input: InputOf<typeof statusesUpdate>): Promise<void> => {
    const { userId, status } = await client.run(statusesUpdate, input)
    statuses.set(userId, status)
  }
  /** Changes of statuses are in no log: after a while without the server they are all read again. */
  const refresh = (): void => {
    const known = [...statuses.keys()]
    batch.forget()
    for (const userId of known) batch.ask(userId)
  }
  live.on(statusChanged, ({ userId, status }) => { statuses.set(userId, status) })
  live.onConnection((isConnected) => { if (isConnected) refresh() })
  return { statuses, get, update }
})
