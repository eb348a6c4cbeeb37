import { createMessages, MessageError } from '../../text/index.ts'
import type { Translations } from './localised.ts'

/** In characters of its JSON: it is a part of the plugin's row. */
const maximumLength = 1024 * 1024

/** Says in words what is wrong with the sentences of a plugin, or undefined. */
export function faultOfTranslations(translations: Translations): string | undefined {
  if (JSON.stringify(translations).length > maximumLength) return `its translations have more than ${maximumLength} characters`
  const messages = createMessages()
  for (const [locale, sentences] of Object.entries(translations)) {
    for (const [key, text] of Object.entries(sentences)) {
      try {
        messages.assert(text)
      } catch (error) {
        if (error instanceof MessageError) return `its sentence ${key.slice(0, 100)} in ${locale} cannot be read: ${error.message}`
        throw error
      }
    }
  }
  return undefined
}
