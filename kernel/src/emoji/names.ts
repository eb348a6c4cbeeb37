import { blankCode } from '../text/index.ts'

const maximumNames = 500

/** Names between colons outside of code, each once, as they are written: emoji that exist and others. */
export function emojiNamesIn(message: string): string[] {
  if (!message.includes(':')) return []
  const names = new Set<string>()
  for (const [, name] of blankCode(message).matchAll(/:([a-zA-Z0-9_+-]{1,64}):/g)) {
    if (names.size >= maximumNames) break
    names.add(name!)
  }
  return [...names]
}

/** Whether a custom emoji may have this name, apart from names of system emoji. */
export function isEmojiName(text: string): boolean {
  return /^[a-z0-9_+-]{1,64}$/.test(text)
}
