import { onScopeDispose, ref, type Ref } from 'vue'

/**
 * Whether somebody can see the page: what is only loaded is not read. Who looks at another window beside it reads
 * nothing either, and still sees what changes (`withoutFocus`).
 */
export function useDocumentVisibility({ withoutFocus = false } = {}): Readonly<Ref<boolean>> {
  const look = (): boolean => document.visibilityState === 'visible' && (withoutFocus || document.hasFocus())
  const isVisible = ref(look())
  const update = (): void => { isVisible.value = look() }
  document.addEventListener('visibilitychange', update)
  addEventListener('focus', update)
  addEventListener('blur', update)
  onScopeDispose(() => {
    document.removeEventListener('visibilitychange', update)
    removeEventListener('focus', update)
    removeEventListener('blur', update)
  })
  return isVisible
}
