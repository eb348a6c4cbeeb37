import { shallowRef, type ShallowRef } from 'vue'

/**
 * The row of a list whose menu is open: one ContextMenu serves all rows. To be told of `contextmenu` and of `pointerdown`,
 * both while they are captured: a long press opens the menu without the first where a browser has none for fingers.
 */
export function useChosenRow<Row>(find: (element: Element) => Row | undefined): { readonly chosen: Readonly<ShallowRef<Row | undefined>>, choose(event: Event): void } {
  const chosen = shallowRef<Row>()
  return {
    chosen,
    choose(event) {
      chosen.value = find(event.target as Element)
      // Beside the rows there is no menu.
      if (chosen.value) return
      if (event.type === 'contextmenu') event.stopPropagation()
      else if ((event as PointerEvent).pointerType !== 'mouse') event.preventDefault()
    },
  }
}
