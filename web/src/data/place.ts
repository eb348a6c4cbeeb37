import { defineStore } from 'pinia'
import { ref } from 'vue'

/** What is on the screen: the router says so, and stores that must keep it up to date listen. */
export const usePlace = defineStore('place', () => {
  const teamId = ref('')
  const channelId = ref('')
  /** Of the thread in the right-hand side. */
  const rootId = ref('')
  return { teamId, channelId, rootId }
})
