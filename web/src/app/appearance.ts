import { watchEffect } from 'vue'
import type { usePreferences } from '../data/index.ts'

/** Theme, density and motion as attributes of the page, where tokens.css finds them. */
export function useAppearance(preferences: ReturnType<typeof usePreferences>): void {
  const dark = matchMedia('(prefers-color-scheme: dark)')
  const apply = (): void => {
    const theme = preferences.get('display_settings', 'color_scheme') ?? 'auto'
    const { dataset } = document.documentElement
    dataset['theme'] = theme === 'auto' ? (dark.matches ? 'dark' : 'light') : theme
    dataset['density'] = preferences.get('display_settings', 'density') ?? 'normal'
    dataset['motion'] = preferences.get('display_settings', 'motion') ?? 'normal'
  }
  dark.addEventListener('change', apply)
  watchEffect(apply)
}
