import { inject, type InjectionKey } from 'vue'
import type { Languages } from './i18n.ts'

export const languagesKey: InjectionKey<Languages> = Symbol('languages')

export function useLanguages(): Languages {
  const languages = inject(languagesKey)
  if (!languages) throw new Error('The app gives its languages with app.provide(languagesKey, …)')
  return languages
}
