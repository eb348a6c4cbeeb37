import { computed, onScopeDispose, ref, type ComputedRef } from 'vue'
import type { WebContext } from '@rookery/sdk/web'
import { useSession } from '../data/index.ts'
import { directionOf, useLanguages } from '../locales/index.ts'

/** Of the tokens in ui/styles/tokens.css: what a part needs to look like the page around it. */
const tokenNames = [
  'surface', 'surface-raised', 'surface-sunken', 'surface-hover', 'surface-active', 'surface-selected', 'surface-notice', 'surface-danger', 'text', 'text-quiet', 'text-faint', 'text-selected', 'text-on-accent', 'text-link', 'text-danger',
  'text-success', 'text-notice', 'line', 'line-strong', 'accent', 'accent-hover', 'danger', 'focus', 'font', 'font-code', 'size-small', 'size-text', 'size-large', 'size-title', 'size-display', 'weight-normal', 'weight-medium', 'weight-strong',
  'space-1', 'space-2', 'space-3', 'space-4', 'space-5', 'space-6', 'space-7', 'space-8', 'radius-small', 'radius', 'radius-large', 'control', 'row',
] as const

/** How the page looks and speaks, for parts of plugins; it follows the page. */
export function useWebContext(): ComputedRef<WebContext> {
  const session = useSession()
  const languages = useLanguages()
  const looks = ref(0)
  const observer = new MutationObserver(() => { looks.value += 1 })
  observer.observe(document.documentElement, { attributes: true })
  onScopeDispose(() => { observer.disconnect() })
  return computed(() => {
    void looks.value
    const style = getComputedStyle(document.documentElement)
    const { dataset } = document.documentElement
    return {
      userId: session.me?.id ?? '', locale: languages.current.value, direction: directionOf(languages.current.value), theme: dataset['theme'] === 'dark' ? 'dark' : 'light',
      isMotionReduced: dataset['motion'] === 'reduced' || matchMedia('(prefers-reduced-motion: reduce)').matches,
      tokens: Object.fromEntries(tokenNames.map((name) => [name, style.getPropertyValue(`--${name}`).trim()])),
    }
  })
}
