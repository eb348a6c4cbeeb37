import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { maximumMessageLength, settingsChanged, systemDescribeLimits, type Limits } from '@rookery/sdk/protocol'
import { useServer } from './client.ts'

/** How much the server takes. Until it has told, what servers take by themselves. */
export const useLimits = defineStore('limits', () => {
  const { client, live } = useServer()
  const limits = shallowRef<Limits>({ messageLength: maximumMessageLength, filesPerPost: 10, fileBytes: 100 * 1024 * 1024, editWindowSeconds: -1, reactionKindsPerPost: 50 })
  const load = async (): Promise<void> => { limits.value = await client.run(systemDescribeLimits, {}) }
  const refresh = (): void => { load().catch(() => {}) }
  live.on(settingsChanged, refresh)
  live.onConnection((isConnected) => { if (isConnected) refresh() })
  return { limits, load }
})
