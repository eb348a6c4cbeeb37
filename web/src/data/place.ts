import { defineStore } from 'pinia'
import { computed, ref } from 'vue'

/** What is on the screen: the router says so, and stores that must keep it up to date listen. */
export const usePlace = defineStore('place', () => {
  const teamId = ref('')
  const channelId = ref('')
  /** Of the thread in the right-hand side. */
  const rootId = ref('')
  /** Whether what is written and chosen means the thread, and not the channel: the focus was in the right-hand side last. */
  const isFocusAside = ref(false)
  const isAside = computed(() => isFocusAside.value && rootId.value !== '')
  return { teamId, channelId, rootId, isFocusAside, isAside }
})
