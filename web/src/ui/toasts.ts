import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'

export interface Toast {
  readonly id: number
  readonly text: string
  readonly kind: 'plain' | 'problem'
  /** Such as undo. */
  readonly action: { readonly label: string, run(): void } | undefined
  readonly shownMs: number
  /** It is seen no more, however that came: whoever reads it with the keys or the pointer keeps it longer. */
  readonly ended: (() => void) | undefined
}

/** Short notes at the edge of the page, and words for screen readers alone. */
export const useToasts = defineStore('toasts', () => {
  const toasts = shallowRef<readonly Toast[]>([])
  const announcement = ref('')
  let lastId = 0
  const keep = (kept: readonly Toast[]): void => {
    const gone = toasts.value.filter((toast) => !kept.includes(toast))
    toasts.value = kept
    for (const { ended } of gone) ended?.()
  }
  const dismiss = (id: number): void => { keep(toasts.value.filter((toast) => toast.id !== id)) }
  const show = (text: string, { kind = 'plain', action, shownMs = action ? 8000 : 5000, ended }: Partial<Omit<Toast, 'id' | 'text'>> = {}): number => {
    const toast: Toast = { id: lastId += 1, text, kind, action, shownMs, ended }
    keep([...toasts.value.slice(-2), toast])
    return toast.id
  }
  /** Said politely to screen readers; shown nowhere. */
  const announce = (text: string): void => {
    // The same words again are heard again.
    announcement.value = announcement.value === text ? `${text}\u00A0` : text
  }
  return { toasts, announcement, show, dismiss, announce }
})
