import { Type } from 'typebox'

/** What people read: one text for all, or one for each language, by its tag. Where the reader's own is not there, it is English, else the first. */
export type BlockText = string | Readonly<Record<string, string>>

const maximumLanguages = 20
const languageTag = '^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}$'

export const TextOf = (maxLength: number) => Type.Unsafe<BlockText>(Type.Union([
  Type.String({ minLength: 1, maxLength }),
  Type.Record(Type.String({ pattern: languageTag }), Type.String({ minLength: 1, maxLength }), { minProperties: 1, maxProperties: maximumLanguages, additionalProperties: false }),
]))

/** A text as somebody reads it: `de-AT` may do with `de`. */
export function textIn(text: BlockText | undefined, locale: string): string {
  if (text === undefined || typeof text === 'string') return text ?? ''
  const wanted = locale.replace('_', '-').toLowerCase()
  const [language = ''] = wanted.split('-')
  const find = (fits: (tag: string) => boolean): string | undefined => Object.entries(text).find(([tag]) => fits(tag.toLowerCase()))?.[1]
  return find((tag) => tag === wanted) ?? find((tag) => tag === language) ?? find((tag) => tag.startsWith(`${language}-`)) ?? text['en'] ?? Object.values(text)[0] ?? ''
}
