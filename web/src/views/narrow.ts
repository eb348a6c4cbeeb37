import { onScopeDispose, ref, type Ref } from 'vue'

const query = '(max-width: 48rem)'

/** Whether the window is one of a phone: where only one part of the page is shown at a time. */
export function useNarrow(): Readonly<Ref<boolean>> {
  const narrow = matchMedia(query)
  const isNarrow = ref(narrow.matches)
  const update = (): void => { isNarrow.value = narrow.matches }
  narrow.addEventListener('change', update)
  onScopeDispose(() => { narrow.removeEventListener('change', update) })
  return isNarrow
}
