const maximumLength = 1000

/**
 * The hashtags of a message, separated by spaces, as Mattermost keeps them with a post: `#` and at least two characters,
 * a letter first; `-`, `_` and `.` only inside; punctuation around a word does not count. Hashtags in code count too.
 */
export function hashtagsOf(message: string): string {
  if (!message.includes('#')) return ''
  const tags: string[] = []
  let length = 0
  for (const word of message.split(/\s+/)) {
    if (!word.includes('#')) continue
    const trimmed = trimPunctuation(word).replace(/^#{2,}/, '#')
    if (!/^#\p{L}[\p{L}\p{M}0-9\-_.]*$/u.test(trimmed) || !/[\p{L}\p{M}0-9]$/u.test(trimmed.slice(2))) continue
    length += Buffer.byteLength(trimmed) + 1
    if (length > maximumLength) break
    tags.push(trimmed)
  }
  return tags.join(' ')
}

/** Scans instead of matching `[^…]+$`, which takes quadratic time where a word has long runs of punctuation. */
function trimPunctuation(word: string): string {
  const characters = [...word]
  const isKept = (character: string): boolean => /[\p{L}\p{M}0-9]/u.test(character)
  let start = 0
  while (start < characters.length && characters[start] !== '#' && !isKept(characters[start]!)) start += 1
  let end = characters.length
  while (end > start && !isKept(characters[end - 1]!)) end -= 1
  return characters.slice(start, end).join('')
}
