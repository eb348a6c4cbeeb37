import { errorSentence, type RookeryError } from '@rookery/sdk/protocol'
import { createMessages, type MessageValues } from '../text/index.ts'
import arabic from './locales/ar.json' with { type: 'json' }
import german from './locales/de.json' with { type: 'json' }
import english from './locales/en.json' with { type: 'json' }

/** English sentences of errors are in the table of errors itself. */
const others: Readonly<Record<string, typeof german>> = { de: german, ar: arabic }

type Sections = typeof english
/** `section.name` of a text. */
export type TextKey = { [Section in keyof Sections]: `${Section}.${keyof Sections[Section] & string}` }[keyof Sections]

/** What the server says itself: in the language of whoever reads it, else in English. */
export interface Languages {
  say(key: TextKey, values: MessageValues, locale: string): string
  /** What went wrong. Reasons inside of it are for whoever wrote the request, and in English. */
  tell(error: RookeryError, locale: string): string
}

export function createLanguages(): Languages {
  const messages = createMessages()
  return {
    say(key, values, locale) {
      const language = languageOf(locale)
      const [section, name] = key.split('.') as [keyof Sections, string]
      const texts = (others[language] ?? english)[section] as Readonly<Record<string, string>>
      return messages.format(texts[name] ?? key, section === 'commands' ? values : apart(values, language), language)
    },
    tell(error, locale) {
      const language = languageOf(locale)
      const sentence = others[language]?.errors[error.code]
      return sentence === undefined ? errorSentence(error.code, error.details) : messages.format(sentence, apart(error.details, language), language)
    },
  }
}

const languageOf = (locale: string): string => {
  const [language = ''] = locale.toLowerCase().split(/[-_]/)
  return Object.hasOwn(others, language) ? language : 'en'
}

/** In a sentence from right to left, what was filled in keeps its own direction (first strong isolate). */
const apart = (values: MessageValues, language: string): MessageValues => language !== 'ar' ? values
  : Object.fromEntries(Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? `\u2068${value}\u2069` : value]))

/** Languages that a client takes, the best first, as in `Accept-Language`. */
export function acceptedLanguages(header: string): string[] {
  if (header === '') return []
  return header.slice(0, 500).split(',').flatMap((part, place) => {
    const [, tag, quality = '1'] = /^\s*([a-zA-Z]{2,3}(?:-[a-zA-Z0-9]{2,8})*)\s*(?:;\s*q=([01](?:\.\d{1,3})?))?\s*$/.exec(part) ?? []
    return tag && Number(quality) > 0 ? [{ tag, quality: Number(quality), place }] : []
  }).sort((one, other) => other.quality - one.quality || one.place - other.place).map(({ tag }) => tag)
}

/** The first of several in which the server can speak; the first of all where it knows none of them. */
export const bestLanguage = (wanted: readonly string[]): string | undefined =>
  wanted.find((tag) => /^en\b/i.test(tag) || languageOf(tag) !== 'en') ?? wanted[0]
