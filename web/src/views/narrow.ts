import { onScopeDispose, ref, type Ref } from 'vue'

/** Whether the page is as narrow as on a phone: where a choice of style is not enough. */
export function useNarrow(): Readonly<Ref<boolean>> {
  const query = matchMedia('(max-width: 48rem)')
  const isNarrow = ref(query.matches)
  const update = (): void => { isNarrow.value = query.matches }
  query.addEventListener('change', update)
  onScopeDispose(() => { query.removeEventListener('change', update) })
  return isNarrow
}
