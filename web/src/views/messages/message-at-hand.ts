import { computed, ref, type ComputedRef } from 'vue'

/** The message itself, or what stands beside it in its row. */
const rowOf = (element: Element): HTMLElement | null | undefined => element.closest<HTMLElement>('[data-post]') ?? element.closest('.message')?.querySelector<HTMLElement>('[data-post]')

/** The message that the palette means: the one that has the focus, or had it when the palette opened above it; else the latest. */
export function useMessageAtHand(latest: () => string, isThere: (postId: string) => boolean): { readonly id: ComputedRef<string>, onFocusIn(event: FocusEvent): void, onFocusOut(event: FocusEvent): void } {
  const focusedId = ref('')
  return {
    id: computed(() => (isThere(focusedId.value) ? focusedId.value : latest())),
    onFocusIn({ target }) {
      focusedId.value = rowOf(target as Element)?.dataset['post'] ?? ''
    },
    onFocusOut({ relatedTarget }) {
      if (!(relatedTarget instanceof Element) || !relatedTarget.closest('[role="dialog"], [role="menu"]')) focusedId.value = ''
    },
  }
}
