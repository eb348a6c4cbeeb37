import { defineStore } from 'pinia'
import { provide, ref, shallowRef } from 'vue'
import type { User } from '@rookery/sdk/protocol'
import { useUsers } from '../../data/index.ts'
import { messageLinksKey } from '../messages/message-links.ts'

/** The card of a person that is open, beside what was pressed. */
export const useProfileCard = defineStore('profileCard', () => {
  const current = shallowRef<{ readonly userId: string, readonly anchor: HTMLElement }>()
  /** Nothing of it is loaded before. */
  const wasOpened = ref(false)
  const open = (userId: string, anchor: HTMLElement): void => {
    current.value = { userId, anchor }
    wasOpened.value = true
  }
  const close = (): void => { current.value = undefined }
  return { current, wasOpened, open, close }
})

/** Names, pictures and mentions in all that is shown below open the card. */
export function provideProfiles(): void {
  const card = useProfileCard()
  const users = useUsers()
  provide(messageLinksKey, {
    openProfile(user: User, anchor: HTMLElement) {
      users.take(user)
      card.open(user.id, anchor)
    },
  })
}
