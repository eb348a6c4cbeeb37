import type { PluginManifest } from '@rookery/sdk/protocol'

/** Sentences of a plugin by language and key. */
export type Translations = NonNullable<PluginManifest['translations']>

const fallback = 'en'
/** What people read of a plugin wherever it stands in the manifest. */
const readFields: ReadonlySet<string> = new Set(['name', 'title', 'description', 'hint', 'reason', 'summary'])
/** By these, things of a list are told apart. */
const namingFields = ['trigger', 'name'] as const

/** The languages of a plugin in which somebody is told, the best first: `de-AT` may do with `de`, and `pt` with `pt-BR`. */
export function localesFor(translations: Translations | undefined, wanted: string): string[] {
  if (!translations) return []
  const known = Object.keys(translations)
  const exact = wanted.replace('_', '-').toLowerCase()
  const [language = ''] = exact.split('-')
  const found = [
    known.find((locale) => locale.toLowerCase() === exact), known.find((locale) => locale.toLowerCase() === language), known.find((locale) => locale.toLowerCase().startsWith(`${language}-`)),
    known.find((locale) => locale === fallback),
  ]
  return [...new Set(found.filter((locale) => locale !== undefined))]
}

/** The sentence with a key, and its language; undefined where no language has it. */
export function findSentence(translations: Translations | undefined, key: string, wanted: string): { readonly text: string, readonly locale: string } | undefined {
  for (const locale of localesFor(translations, wanted)) {
    const sentences = translations?.[locale]
    if (sentences && Object.hasOwn(sentences, key)) return { text: sentences[key] as string, locale }
  }
  return undefined
}

/**
 * What a manifest says to people, in their language: `plugin.name`, `plugin.settings.system.greeting.title`,
 * `plugin.commands.poll.description` and so on stand for what the manifest has there. What is not translated stays.
 */
export function localiseManifest(manifest: PluginManifest, wanted: string): PluginManifest {
  const { translations } = manifest
  if (localesFor(translations, wanted).length === 0) return manifest
  const say = (key: string, present: string): string => findSentence(translations, key, wanted)?.text ?? present
  const walk = (value: unknown, path: string): unknown => {
    if (Array.isArray(value)) return value.map((item: unknown, index) => walk(item, `${path}.${nameOf(item) ?? index}`))
    if (typeof value !== 'object' || value === null) return value
    const isNamed = nameOf(value) !== undefined
    return Object.fromEntries(Object.entries(value).map(([field, child]) => {
      // Its name is what code calls it by, and for nobody to read.
      const isRead = typeof child === 'string' && readFields.has(field) && !(field === 'name' && isNamed)
      // Steps that say nothing are left out: settings are found by their names.
      return [field, isRead ? say(`${path}.${field}`, child) : walk(child, field === 'properties' || field === 'contributes' ? path : `${path}.${field}`)]
    }))
  }
  const { name, description, settings, capabilities, contributes } = manifest
  return {
    ...manifest, ...walk({ ...(settings && { settings }), capabilities, contributes }, 'plugin') as Pick<PluginManifest, 'settings' | 'capabilities' | 'contributes'>,
    name: say('plugin.name', name), ...(description !== undefined && { description: say('plugin.description', description) }),
  }
}

function nameOf(item: unknown): string | undefined {
  if (typeof item !== 'object' || item === null) return undefined
  for (const field of namingFields) {
    const value = (item as Record<string, unknown>)[field]
    if (typeof value === 'string' && value !== '') return value
  }
  return undefined
}
