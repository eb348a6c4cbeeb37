import { onScopeDispose, ref, type Ref } from 'vue'

const narrow = '(max-width: 48rem)'

/** Whether the page is as narrow as on a phone: where a choice of style is not enough. */
export const isNarrow = (): boolean => matchMedia(narrow).matches

/** The same, as it changes. */
export function useNarrow(): Readonly<Ref<boolean>> {
  const query = matchMedia(narrow)
  const present = ref(query.matches)
  const update = (): void => { present.value = query.matches }
  query.addEventListener('change', update)
  onScopeDispose(() => { query.removeEventListener('change', update) })
  return present
}

/** Whether somebody points without touching, and so most likely has keys: on a touch screen the keyboard covers half of the page. */
export const hasPointer = (): boolean => matchMedia('(hover: hover)').matches
