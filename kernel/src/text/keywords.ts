import { isUnspaced } from './mention-tokens.ts'

/** A word that mentions its owner. */
export interface Keyword {
  /** In lower case, unless the case matters. */
  readonly keyword: string
  /** Matches inside of words: in scripts that are written without spaces. */
  readonly isSubstring: boolean
  /** First names match as they are written only. */
  readonly isCaseSensitive: boolean
}

export interface KeywordOwner {
  readonly username: string
  readonly firstName: string
  /** `mention_keys` has words separated by commas; `first_name` is 'true' or 'false'. */
  readonly notifyProps: Readonly<Record<string, string>>
}

const maximumKeywords = 100

/** The words that mention a user: `@username`, the words they chose, and their first name where they want that. */
export function keywordsOf({ username, firstName, notifyProps }: KeywordOwner): Keyword[] {
  const chosen = (notifyProps.mention_keys ?? '').split(',').map((word) => word.trim().normalize('NFC').toLowerCase()).filter((word) => word !== '')
  const folded = [...new Set([`@${username.toLowerCase()}`, ...chosen])].slice(0, maximumKeywords)
  const keywords: Keyword[] = folded.map((keyword) => ({ keyword, isSubstring: isUnspaced(keyword), isCaseSensitive: false }))
  const name = firstName.trim().normalize('NFC')
  if (notifyProps.first_name === 'true' && name !== '') keywords.push({ keyword: name, isSubstring: isUnspaced(name), isCaseSensitive: true })
  return keywords
}
