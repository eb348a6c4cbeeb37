/** What a stretch of plain text is made of. */
export type Word =
  | { readonly kind: 'text', readonly text: string }
  /** `name` may end with punctuation that is no part of it. */
  | { readonly kind: 'mention', readonly text: string, readonly name: string }
  | { readonly kind: 'channel', readonly text: string, readonly name: string }
  | { readonly kind: 'hashtag', readonly text: string }
  | { readonly kind: 'emoji', readonly text: string, readonly name: string }

// As in the kernel's mention tokens: people who write these scripts put no space between a word and a mention.
const unspaced = String.raw`\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}`
const special = new RegExp([
  String.raw`(?<!(?![${unspaced}])[\p{L}\p{N}\p{M}]_{0,8}|[@+])@(?<mention>[A-Za-z0-9._-]{1,64})(?!@)`,
  String.raw`(?<![\p{L}\p{N}\p{M}_~/])~(?<channel>[a-z0-9][a-z0-9_-]{0,63})`,
  String.raw`(?<![\p{L}\p{N}\p{M}_#/&])#(?<hashtag>\p{L}(?:[\p{L}\p{M}0-9._-]{0,80}[\p{L}\p{M}0-9]))`,
  String.raw`:(?<emoji>[a-zA-Z0-9_+-]{1,64}):`,
].join('|'), 'gu')

/** Finds mentions, channels, hashtags and emoji in text that is neither code nor part of a link. */
export function wordsOf(text: string): Word[] {
  if (!/[@~#:]/.test(text)) return [{ kind: 'text', text }]
  const words: Word[] = []
  let from = 0
  for (const match of text.matchAll(special)) {
    if (match.index > from) words.push({ kind: 'text', text: text.slice(from, match.index) })
    from = match.index + match[0].length
    const { mention, channel, hashtag, emoji } = match.groups ?? {}
    if (mention !== undefined) words.push({ kind: 'mention', text: match[0], name: mention })
    else if (channel !== undefined) words.push({ kind: 'channel', text: match[0], name: channel })
    else if (hashtag !== undefined) words.push({ kind: 'hashtag', text: match[0] })
    else words.push({ kind: 'emoji', text: match[0], name: emoji ?? '' })
  }
  if (from < text.length) words.push({ kind: 'text', text: text.slice(from) })
  return words
}

/** The names that a mention may mean, the longest first: `ada.` is `ada` at the end of a sentence, or somebody called `ada.`. */
export function namesOf(mention: string): string[] {
  const names = [mention.toLowerCase()]
  while (/[._-]$/.test(names.at(-1) as string) && (names.at(-1) as string).length > 1) names.push((names.at(-1) as string).slice(0, -1))
  return names
}

export const broadcastNames: readonly string[] = ['all', 'channel', 'here']

const onlyEmoji = /^(?:\p{RGI_Emoji}|:[a-zA-Z0-9_+\-]{1,64}:|\s)+$/v
const oneEmoji = /\p{RGI_Emoji}|:[a-zA-Z0-9_+\-]{1,64}:/gv
const maximumJumbo = 12

/** Whether a message is some emoji and nothing else: they are drawn large. */
export function isOnlyEmoji(text: string): boolean {
  if (text.length > 400 || !onlyEmoji.test(text)) return false
  const count = text.match(oneEmoji)?.length ?? 0
  return count > 0 && count <= maximumJumbo
}
