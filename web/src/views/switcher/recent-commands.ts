import { defineStore } from 'pinia'
import { ref } from 'vue'

const key = 'rookery.recentCommands'
const maximumKept = 5

/** What was run last from the palette, in this browser. */
export const useRecentCommands = defineStore('recentCommands', () => {
  const ids = ref<readonly string[]>((localStorage.getItem(key) ?? '').split(',').filter(Boolean))
  const remember = (id: string): void => {
    ids.value = [id, ...ids.value.filter((other) => other !== id)].slice(0, maximumKept)
    localStorage.setItem(key, ids.value.join(','))
  }
  return { ids, remember }
})
