import { computed, watchEffect } from 'vue'
import { useI18n } from 'vue-i18n'
import { useAttention, useSession } from '../../data/index.ts'

/** What waits, where it is seen without looking at the page: in the title of the tab, in its icon and on the icon of the installed app. */
export function useAttentionMarks(): void {
  const session = useSession()
  const attention = useAttention()
  const { t } = useI18n()
  const isHere = computed(() => session.state === 'signedIn')
  const mentions = computed(() => (isHere.value ? attention.mentions : 0))
  const isUnread = computed(() => isHere.value && attention.isUnread)
  watchEffect(() => { document.title = `${mentions.value > 0 ? `(${mentions.value}) ` : isUnread.value ? '• ' : ''}${t('app.name')}` })
  watchEffect(() => {
    const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]')
    if (icon) icon.href = mentions.value > 0 ? '/icon-mention.svg' : isUnread.value ? '/icon-unread.svg' : '/icon.svg'
  })
  watchEffect(() => {
    const app = navigator as Partial<Pick<Navigator, 'setAppBadge' | 'clearAppBadge'>>
    const told = mentions.value > 0 ? app.setAppBadge?.(mentions.value) : app.clearAppBadge?.()
    told?.catch(() => {})
  })
}
