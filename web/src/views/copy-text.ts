import { useI18n } from 'vue-i18n'
import { useToasts } from '../ui/index.ts'

/** Copies to the clipboard; where the page may not (no TLS), the way of old browsers. Answers whether it worked. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const area = document.createElement('textarea')
    area.value = text
    area.className = 'for-readers'
    const before = document.activeElement
    // Dialogs and menus take the focus back from whatever lies outside of them.
    const place = before?.closest('[role=dialog], [role=alertdialog], [role=menu]') ?? document.body
    place.append(area)
    area.select()
    const isCopied = document.execCommand('copy')
    area.remove()
    if (before instanceof HTMLElement) before.focus()
    return isCopied
  }
}

/** Copies, and tells what came of it: where it worked in these words, shown or only read aloud. Answers whether it did. */
export function useCopying(): (text: string, told: string, how?: 'shown' | 'announced') => Promise<boolean> {
  const toasts = useToasts()
  const { t } = useI18n()
  return async (text, told, how = 'shown') => {
    const isCopied = await copyText(text)
    if (!isCopied) toasts.show(t('entry.copyByHand'), { kind: 'problem' })
    else if (how === 'shown') toasts.show(told)
    else toasts.announce(told)
    return isCopied
  }
}
