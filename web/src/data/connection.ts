import { defineStore } from 'pinia'
import { ref } from 'vue'
import { useServer } from './client.ts'

/** Whether events come in. `connecting` is told for a moment only: whoever blinks at every hiccup is not believed. */
export const useConnection = defineStore('connection', () => {
  const { client, live } = useServer()
  const isConnected = ref(client.isConnected)
  /** Since when the server has been away; 0 while it is there or has never been. */
  const lostAt = ref(0)
  live.onConnection((connected) => {
    isConnected.value = connected
    lostAt.value = connected ? 0 : Date.now()
  })
  return { isConnected, lostAt }
})
