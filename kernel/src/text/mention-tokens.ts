import { blankCode } from './code.ts'
import { blankLinks } from './links.ts'
import { maximumNameLength } from './names.ts'

/** All in a message that can mention somebody, found without knowing who there is. */
export interface MentionTokens {
  /** Possible user names after an `@`, in lower case, without the broadcast words; longer variants first. */
  readonly usernames: readonly string[]
  /** Words in lower case, to compare with keywords. `@name` and `node.js` are words, and so are `node` and `js`. */
  readonly words: readonly string[]
  /** The same words as they were written, to compare with first names, where `Will` is somebody and `will` is not. */
  readonly writtenWords: readonly string[]
  readonly broadcast: { readonly all: boolean, readonly channel: boolean, readonly here: boolean }
}

const maximumUsernames = 1000
const maximumWords = 2000

// People who write these scripts put no space between a word and a mention.
const unspaced = String.raw`\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}`
const anyUnspaced = new RegExp(`[${unspaced}]`, 'u')
const afterUnspaced = new RegExp(`[${unspaced}]$`, 'u')

/** What words are taken apart at. */
const punctuation = /[:.\-_]/

/** Whether text has characters of a script that is written without spaces: then keywords match inside of words. */
export const isUnspaced = (text: string): boolean => anyUnspaced.test(text)

/** Code and addresses mention nobody; quotes do, as in Mattermost. Linear in the length of the message. */
export function mentionTokens(message: string): MentionTokens {
  const text = blankLinks(blankCode(message)).normalize('NFC')
  const names = new Set<string>()
  if (text.includes('@')) addNames(text, names)
  const broadcast = { all: names.delete('all'), channel: names.delete('channel'), here: names.delete('here') }
  const words = new Set<string>()
  const writtenWords = new Set<string>()
  // Not matchAll: an object for each word was a tenth of all garbage that a post leaves.
  for (const word of text.match(/[:.\-_@\p{L}\p{N}\p{M}]+/gu) ?? []) {
    if (words.size >= maximumWords || writtenWords.size >= maximumWords) break
    if (!punctuation.test(word)) {
      words.add(word.toLowerCase())
      writtenWords.add(word)
      continue
    }
    // The whole of `:word:` is an emoji.
    if (word.length > 1 && word.startsWith(':') && word.endsWith(':')) continue
    for (const variant of variantsOf(word)) {
      words.add(variant.toLowerCase())
      writtenWords.add(variant)
    }
  }
  return { usernames: [...names], words: [...words], writtenWords: [...writtenWords], broadcast }
}

function addNames(text: string, names: Set<string>): void {
  for (const { index, 0: match, 1: run } of text.matchAll(/@([A-Za-z0-9._-]+)/g)) {
    if (names.size >= maximumUsernames) return
    if (text[index + match.length] === '@' || !mayStandBefore(text, index)) continue
    const name = run!.slice(0, maximumNameLength + 1).toLowerCase()
    let shortest = name.length
    while (shortest > 1 && '._-'.includes(name[shortest - 1]!)) shortest -= 1
    for (let length = Math.min(name.length, maximumNameLength); length >= shortest; length -= 1) {
      // A run that goes on beyond the longest name is a name only where the rest is punctuation.
      if (length < run!.length && length === shortest && shortest > maximumNameLength) break
      names.add(name.slice(0, length))
    }
  }
}

/** An `@` after a letter or digit is part of an address, unless the script is written without spaces. */
function mayStandBefore(text: string, at: number): boolean {
  let position = at
  // `_@name_` is emphasis, `first_@name` is not.
  while (text[position - 1] === '_' && at - position < maximumNameLength) position -= 1
  const before = text.slice(Math.max(0, position - 2), position)
  if (/[@+]$/.test(before)) return false
  return !/[\p{L}\p{N}\p{M}]$/u.test(before) || afterUnspaced.test(before)
}

/** The word, the word without punctuation at its end, and the parts between punctuation. */
function variantsOf(word: string): string[] {
  const start = word.search(/[^:.\-_]/)
  if (start === -1) return []
  let end = word.length
  while (':.-_'.includes(word[end - 1]!)) end -= 1
  const bare = word.slice(start, end)
  const variants = end < word.length && word.length - end <= 8 ? [word.slice(start), bare] : [bare]
  return /[:.-]/.test(bare) ? [...variants, ...bare.split(/[:.-]+/)] : variants
}
