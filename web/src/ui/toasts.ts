import { defineStore } from 'pinia'
import { ref, shallowRef, watch } from 'vue'

export interface Toast {
  readonly id: number
  readonly text: string
  readonly kind: 'plain' | 'problem'
  /** Such as undo. */
  readonly action: { readonly label: string, run(): void } | undefined
  readonly shownMs: number
  /** What it is about, such as `plugin polls`: the next one about the same takes its place. */
  readonly about: string | undefined
  /** Whether what it says and offers still holds; it goes as soon as that ends. */
  readonly holds: (() => boolean) | undefined
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
  const show = (text: string, { kind = 'plain', action, shownMs = action ? 8000 : 5000, about, holds, ended }: Partial<Omit<Toast, 'id' | 'text'>> = {}): number => {
    const toast: Toast = { id: lastId += 1, text, kind, action, shownMs, about, holds, ended }
    keep([...toasts.value.filter((other) => about === undefined || other.about !== about).slice(-2), toast])
    return toast.id
  }
  /** What was told of something holds no longer. */
  const dismissAbout = (about: string): void => { keep(toasts.value.filter((toast) => toast.about !== about)) }
  watch(() => toasts.value.filter(({ holds }) => holds?.() === false), (over) => { if (over.length > 0) keep(toasts.value.filter((toast) => !over.includes(toast))) }, { flush: 'sync' })
  /** Said politely to screen readers; shown nowhere. */
  const announce = (text: string): void => {
    // The same words again are heard again.
    announcement.value = announcement.value === text ? `${text}\u00A0` : text
  }
  return { toasts, announcement, show, dismiss, dismissAbout, announce }
})
