import type { EmojiRow } from './emoji-row.ts'

/** A standard emoji, with the name under which it is written first. */
export interface StandardEmoji {
  readonly name: string
  readonly names: readonly string[]
  /** Without a tone of skin. */
  readonly characters: string
  readonly words: readonly string[]
  /** Index into `emojiGroups`. */
  readonly group: number
  readonly hasTones: boolean
}

/** As the table numbers them; 2 are parts of others. */
export const emojiGroups = ['smileys', 'people', '', 'nature', 'food', 'travel', 'activities', 'objects', 'symbols', 'flags'] as const

/** In the order of the modifiers U+1F3FB to U+1F3FF: the ends of names, as Mattermost's clients write them. */
export const skinTones = ['light_skin_tone', 'medium_light_skin_tone', 'medium_skin_tone', 'medium_dark_skin_tone', 'dark_skin_tone'] as const
export type SkinTone = typeof skinTones[number]

export interface EmojiIndex {
  /** In the order of keyboards. */
  readonly all: readonly StandardEmoji[]
  /** By name, without a tone. */
  find(name: string): StandardEmoji | undefined
  /** The characters of a name, with its tone where it has one; undefined where it is no standard emoji. */
  charactersOf(name: string): string | undefined
  /** Those whose name or words hold the term; names that begin with it first. */
  search(term: string, limit: number): StandardEmoji[]
}

const toneEnd = new RegExp(`_(${skinTones.join('|')})(?:_(?:${skinTones.join('|')}))?$`)
/** A person or hand, and the mark that asks for colour, which a tone replaces. */
const toneBearer = /(\p{Emoji_Modifier_Base})\uFE0F?/gu

export const withTone = (characters: string, tone: SkinTone): string => characters.replace(toneBearer, `$1${String.fromCodePoint(0x1F3FB + skinTones.indexOf(tone))}`)

/** Lower is better; undefined where it does not fit. */
function rank({ names, words }: StandardEmoji, term: string): number | undefined {
  if (names.includes(term)) return 0
  if (names.some((name) => name.startsWith(term))) return 1
  if (names.some((name) => name.includes(`_${term}`))) return 2
  if (words.some((word) => word.startsWith(term))) return 3
  if (names.some((name) => name.includes(term))) return 4
  return undefined
}

export function createEmojiIndex(rows: readonly EmojiRow[]): EmojiIndex {
  const all = rows.map(([characters, told, words, group, hasTones]): StandardEmoji => {
    const names = told.split(' ')
    return { name: names[0] ?? '', names, characters, words: words ? words.split(' ') : [], group, hasTones: hasTones === 1 }
  })
  const byName = new Map(all.flatMap((emoji) => emoji.names.map((name) => [name, emoji] as const)))
  return {
    all,
    find: (name) => byName.get(name) ?? byName.get(name.replace(toneEnd, '')),
    charactersOf(name) {
      const plain = byName.get(name)
      if (plain) return plain.characters
      const tone = toneEnd.exec(name)?.[1] as SkinTone | undefined
      const toned = tone && byName.get(name.replace(toneEnd, ''))
      return tone && toned?.hasTones ? withTone(toned.characters, tone) : undefined
    },
    search(term, limit) {
      const wanted = term.toLowerCase().replaceAll(' ', '_')
      if (wanted === '') return all.slice(0, limit)
      return all.map((emoji, place) => ({ emoji, place, rank: rank(emoji, wanted) })).filter((found) => found.rank !== undefined)
        .sort((one, other) => (one.rank ?? 0) - (other.rank ?? 0) || one.place - other.place).slice(0, limit).map(({ emoji }) => emoji)
    },
  }
}
