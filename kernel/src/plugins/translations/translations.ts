import type { PluginManifest } from '@rookery/sdk/protocol'
import { createMessages, type MessageValues } from '../../text/index.ts'
import { findSentence, localesFor, localiseManifest } from './localised.ts'

/** What plugins say to people, in their languages. */
export interface PluginTexts {
  /** A sentence of a plugin; its key where there is none. */
  say(manifest: PluginManifest, key: string, values: MessageValues, locale: string): string
  /** By language; the key as it is, in English, where there is none. */
  sayInAll(manifest: PluginManifest, key: string, values: MessageValues): Record<string, string>
  /** The manifest as somebody reads it. */
  localise(manifest: PluginManifest, locale: string): PluginManifest
}

/** Of one text in blocks. */
const maximumLanguages = 20

export function createTranslations(): PluginTexts {
  const messages = createMessages()
  // Manifests are never changed, only replaced.
  const localised = new WeakMap<PluginManifest, Map<string, PluginManifest>>()
  return {
    say({ translations }, key, values, locale) {
      const found = findSentence(translations, key, locale)
      return found ? messages.format(found.text, values, found.locale) : key
    },
    sayInAll({ translations = {} }, key, values) {
      const said = Object.entries(translations).filter(([, sentences]) => Object.hasOwn(sentences, key)).slice(0, maximumLanguages)
      return said.length === 0 ? { en: key } : Object.fromEntries(said.map(([locale, sentences]) => [locale, messages.format(sentences[key] as string, values, locale)]))
    },
    localise(manifest, locale) {
      const key = localesFor(manifest.translations, locale).join()
      if (key === '') return manifest
      let known = localised.get(manifest)
      if (!known) localised.set(manifest, known = new Map())
      let shown = known.get(key)
      if (!shown) known.set(key, shown = localiseManifest(manifest, locale))
      return shown
    },
  }
}
