import { defineStore } from 'pinia'
import { computed, watch } from 'vue'
import { useChannels } from '../channels.ts'
import { useConnection } from '../connection.ts'
import { useTeams } from '../teams.ts'
import { useThreads } from '../threads/threads.ts'
import { isMuted } from '../unread.ts'

/** What waits for somebody in all teams together: for the title of the page and its icon. */
export const useAttention = defineStore('attention', () => {
  const [channels, connection, teams, threads] = [useChannels(), useConnection(), useTeams(), useThreads()]
  watch([() => teams.list.map(({ id }) => id), () => connection.isConnected], ([teamIds, isConnected]) => {
    if (isConnected) for (const teamId of teamIds) if (!threads.totals.has(teamId)) threads.loadTotals(teamId).catch(() => {})
  }, { immediate: true })
  const mentions = computed(() => {
    let total = threads.allMentions
    for (const { id } of channels.channels.values()) total += channels.unread(id).mentions
    return total
  })
  const isUnread = computed(() => mentions.value > 0 || [...threads.totals.values()].some(({ unreadThreads }) => unreadThreads > 0)
    || [...channels.channels.values()].some(({ id }) => !isMuted(channels.members.get(id)) && channels.unread(id).messages > 0))
  return { mentions, isUnread }
})
