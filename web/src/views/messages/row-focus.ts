import type { VirtualizerHandle } from 'virtua/vue'
import { computed, nextTick, ref, type ComputedRef, type Ref } from 'vue'
import { isRow, type Entry } from './entries.ts'
import { focusSoon } from './focus-soon.ts'

interface Parts {
  entries(): readonly Entry[]
  list(): VirtualizerHandle | null
  scroller(): HTMLElement | null
  toIndex(index: number, align: 'start' | 'center' | 'nearest'): void
  toEnd(): void
}

export interface RowFocus {
  /** The one message that the Tab key reaches: where the focus was last, what took its place, else the latest. */
  readonly focusedId: ComputedRef<string>
  /** It stays in the page however far away it is scrolled: the focus must not be lost. */
  readonly keptMounted: ComputedRef<readonly number[]>
  onKey(event: KeyboardEvent): void
  onFocusIn(event: FocusEvent): void
  /** Scrolls to a message unless all of it can be seen. */
  reveal(postId: string): void
}

/** From message to message by the arrows, Page up and down, Home and End. */
export function useRowFocus({ entries, list, scroller, toIndex, toEnd }: Parts): RowFocus {
  const lastId: Ref<string> = ref('')
  const indexOf = (postId: string): number => entries().findIndex((entry) => isRow(entry) && entry.key === postId)
  let lastIndex = -1
  const focusedId = computed(() => {
    const index = lastId.value === '' ? -1 : indexOf(lastId.value)
    if (index !== -1) {
      lastIndex = index
      return lastId.value
    }
    const all = entries()
    const next = lastIndex === -1 ? undefined : all.slice(lastIndex).find(isRow) ?? all.slice(0, lastIndex).findLast(isRow)
    return (next ?? all.findLast(isRow))?.key ?? ''
  })

  const rowOf = (postId: string): HTMLElement | null | undefined => scroller()?.querySelector<HTMLElement>(`[data-post="${CSS.escape(postId)}"]`)
  const focusPost = (postId: string): void => {
    lastId.value = postId
    void nextTick(() => { focusSoon(() => rowOf(postId), () => postId === lastId.value) })
  }
  /** The nearest message from an index on, going one way. */
  const nearest = (from: number, step: 1 | -1): number => {
    const all = entries()
    for (let index = from; index >= 0 && index < all.length; index += step) if (isRow(all[index] as Entry)) return index
    return -1
  }
  const lead = (index: number): void => {
    if (nearest(index + 1, 1) === -1) toEnd()
    else toIndex(index, 'nearest')
  }
  const go = (index: number): void => {
    const entry = entries()[index]
    if (!entry) return
    lead(index)
    focusPost(entry.key)
  }
  const page = (step: 1 | -1): void => {
    const view = list()
    if (!view) return
    const offset = Math.max(0, view.scrollOffset + step * view.viewportSize * 0.9)
    go(nearest(view.findItemIndex(step === 1 ? offset + view.viewportSize * 0.9 : offset), step === 1 ? -1 : 1))
  }
  return {
    focusedId,
    reveal(postId) {
      const [row, frame] = [rowOf(postId)?.getBoundingClientRect(), scroller()?.getBoundingClientRect()]
      const index = indexOf(postId)
      if (index !== -1 && !(row && frame && row.top >= frame.top && row.bottom <= frame.bottom)) lead(index)
    },
    onFocusIn({ target }) {
      const postId = (target as Element).closest<HTMLElement>('[data-post]')?.dataset['post']
      if (postId) lastId.value = postId
    },
    keptMounted: computed(() => (lastId.value ? [indexOf(lastId.value)].filter((index) => index !== -1) : [])),
    onKey(event) {
      const postId = (event.target as HTMLElement).dataset['post']
      if (postId === undefined || event.ctrlKey || event.metaKey || event.altKey) return
      const index = indexOf(postId)
      const act = ({
        ArrowUp: () => { go(nearest(index - 1, -1)) }, ArrowDown: () => { go(nearest(index + 1, 1)) }, PageUp: () => { page(-1) }, PageDown: () => { page(1) },
        Home: () => { go(nearest(0, 1)) }, End: () => { go(nearest(entries().length - 1, -1)) },
      } as Readonly<Record<string, () => void>>)[event.key]
      if (!act) return
      event.preventDefault()
      act()
    },
  }
}
