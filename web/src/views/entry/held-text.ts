import { ref, watch, type Ref } from 'vue'

/** A text that a reload of this tab does not lose. Never for passwords. */
export function useHeldText(name: string): Ref<string> {
  const key = `rookery.held.${name}`
  const text = ref(sessionStorage.getItem(key) ?? '')
  watch(text, (value) => {
    if (value) sessionStorage.setItem(key, value)
    else sessionStorage.removeItem(key)
  })
  return text
}
