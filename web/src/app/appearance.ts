import { watchEffect } from 'vue'
import { choices, chosen, type usePreferences } from '../data/index.ts'

/** Theme, density and what makes reading easier as attributes of the page, where tokens.css finds them. */
export function useAppearance(preferences: ReturnType<typeof usePreferences>): void {
  const dark = matchMedia('(prefers-color-scheme: dark)')
  const contrast = matchMedia('(prefers-contrast: more)')
  const stillness = matchMedia('(prefers-reduced-motion: reduce)')
  const apply = (): void => {
    const theme = chosen(preferences, choices.theme)
    const { dataset } = document.documentElement
    dataset['theme'] = theme === 'auto' ? (dark.matches ? 'dark' : 'light') : theme
    dataset['density'] = chosen(preferences, choices.density)
    dataset['messages'] = chosen(preferences, choices.messageDisplay)
    dataset['channelWidth'] = chosen(preferences, choices.channelWidth)
    dataset['motion'] = stillness.matches ? 'reduced' : chosen(preferences, choices.motion)
    dataset['textSize'] = chosen(preferences, choices.textSize)
    dataset['links'] = chosen(preferences, choices.underlinedLinks) === 'true' ? 'underlined' : 'normal'
    dataset['contrast'] = contrast.matches ? 'high' : chosen(preferences, choices.contrast)
  }
  for (const query of [dark, contrast, stillness]) query.addEventListener('change', apply)
  watchEffect(apply)
}
