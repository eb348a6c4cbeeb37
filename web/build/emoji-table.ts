import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { EmojiRow } from '../src/data/emoji/emoji-row.ts'

interface Emoji { readonly hexcode: string, readonly unicode: string, readonly group?: number, readonly order?: number, readonly tags?: readonly string[], readonly skins?: readonly unknown[] }

const read = (name: string): unknown => JSON.parse(readFileSync(fileURLToPath(import.meta.resolve(`emojibase-data/en/${name}`)), 'utf8'))

/** Groups of people's own, and parts of emoji that are none themselves. */
const components = 2

/** The names that Mattermost's clients know (iamcal's), and those that people bring along from GitHub, in the order in which keyboards show them; a tenth of what the package says. */
export function readEmojiTable(): EmojiRow[] {
  const names = read('shortcodes/iamcal.json') as Record<string, string | readonly string[]>
  const others = read('shortcodes/github.json') as Record<string, string | readonly string[]>
  const taken = new Set(Object.values(names).flat())
  return (read('compact.json') as readonly Emoji[])
    .filter(({ hexcode, group }) => names[hexcode] && group !== undefined && group !== components)
    .sort((one, other) => (one.order ?? 0) - (other.order ?? 0))
    .map(({ hexcode, unicode, group = 0, tags = [], skins }) => {
      const known = [names[hexcode] ?? [], [others[hexcode] ?? []].flat().filter((name) => !taken.has(name))].flat(2)
      const words = tags.filter((tag) => !known.some((name) => name.includes(tag)))
      return [unicode, known.join(' '), words.join(' '), group, skins ? 1 : 0]
    })
}
