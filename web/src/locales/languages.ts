import { inject, type ComputedRef, type InjectionKey } from 'vue'
import type { Formats } from './formats.ts'
import type { Languages } from './i18n.ts'

export const languagesKey: InjectionKey<Languages> = Symbol('languages')

export function useLanguages(): Languages {
  const languages = inject(languagesKey)
  if (!languages) throw new Error('The app gives its languages with app.provide(languagesKey, …)')
  return languages
}

/** The same for all who ask: to make formatters costs a millisecond, and every row of a list asks. */
export const useFormats = (): ComputedRef<Formats> => useLanguages().formats
