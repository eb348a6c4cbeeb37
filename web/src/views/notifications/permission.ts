import { defineStore } from 'pinia'
import { ref } from 'vue'

const declinedKey = 'rookery.notifications.declined'

/** Whether this browser may show notifications: granted, denied, not yet asked, or `missing` where it has none (without HTTPS). */
export const useNotificationPermission = defineStore('notificationPermission', () => {
  const look = (): NotificationPermission | 'missing' => (typeof Notification === 'undefined' ? 'missing' : Notification.permission)
  const permission = ref(look())
  /** Somebody would have been told just now, had the browser been asked before. */
  const isWanted = ref(false)
  const isDeclined = ref(localStorage.getItem(declinedKey) !== null)
  const update = (): void => { permission.value = look() }
  /** To be called when somebody presses a button: browsers ask at no other time. */
  const ask = async (): Promise<void> => {
    await Notification.requestPermission()
    update()
  }
  const decline = (): void => {
    isDeclined.value = true
    localStorage.setItem(declinedKey, '1')
  }
  // Whoever changes it in the browser's own settings comes back to this page.
  addEventListener('focus', update)
  return { permission, isWanted, isDeclined, ask, decline }
})
