import type { InputOf, presenceLook } from '@rookery/sdk/protocol'
import type { Listening } from './presence.ts'

type Look = InputOf<typeof presenceLook>

/** What people have open on their connections, as their clients tell it. */
export interface Looks {
  note(userId: string, connectionId: string, look: Look): void
  isLookingAt(userId: string, channelId: string): boolean
  forget(userId: string): void
}

export function createLooks({ listening }: { listening: Listening }): Looks {
  const byUser = new Map<string, Map<string, Look>>()
  return {
    note(userId, connectionId, look) {
      const live = new Set(listening.connectionsOf(userId))
      if (!live.has(connectionId)) return
      const looks = byUser.get(userId) ?? new Map<string, Look>()
      looks.set(connectionId, { ...looks.get(connectionId), ...look })
      for (const id of looks.keys()) if (!live.has(id)) looks.delete(id)
      byUser.set(userId, looks)
    },
    isLookingAt(userId, channelId) {
      const looks = byUser.get(userId)
      if (!looks) return false
      const live = new Set(listening.connectionsOf(userId))
      for (const [id, look] of looks) if (live.has(id) && (look.channelId === channelId || look.threadChannelId === channelId)) return true
      return false
    },
    forget(userId) { byUser.delete(userId) },
  }
}
