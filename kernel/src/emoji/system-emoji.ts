import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export interface SystemEmoji {
  /** Whether Mattermost's clients know the name: `wave`, `thumbsup`, `+1_medium_skin_tone`. */
  isSystemEmoji(name: string): boolean
  /** The name of the emoji that these characters are, whatever their tone of skin; undefined where they are none. */
  nameOf(characters: string): string | undefined
}

/** Hexadecimal code points joined by `-`, and the name or names. */
type ShortCodes = Readonly<Record<string, string | readonly string[]>>

// In the order of the modifiers U+1F3FB to U+1F3FF.
const toneNames = ['light_skin_tone', 'medium_light_skin_tone', 'medium_skin_tone', 'medium_dark_skin_tone', 'dark_skin_tone'] as const
const toneSuffix = /^(.+?)_((?:medium_light|medium_dark|light|medium|dark)_skin_tone)(?:_((?:medium_light|medium_dark|light|medium|dark)_skin_tone))?$/
const ownNames = ['mattermost', ...toneNames]
const pairOfPeople = /^(?:1F46[BCDF]|1F48F|1F491|1F91D|1F93C)|-2764-FE0F-|-1F91D-/

/** Reads the names at the first question (some milliseconds). */
export function createSystemEmoji(readShortCodes: () => ShortCodes = readIamcalShortCodes): SystemEmoji {
  let index: ReturnType<typeof indexOf> | undefined
  return {
    isSystemEmoji(name) {
      index ??= indexOf(readShortCodes())
      if (index.names.has(name)) return true
      const parts = toneSuffix.exec(name)
      if (parts === null) return false
      return parts[3] === undefined ? index.toned.has(parts[1]!) : index.twoToned.has(parts[1]!) && parts[2] !== parts[3]
    },
    nameOf(characters) {
      index ??= indexOf(readShortCodes())
      return index.bySequence.get(plainSequence([...characters].map((character) => character.codePointAt(0)!.toString(16)).join('-')))
    },
  }
}

/** Without tones of skin and without the mark that asks for colour. */
const plainSequence = (sequence: string): string => sequence.toUpperCase().split('-').filter((code) => code !== 'FE0F' && !/^1F3F[B-F]$/.test(code)).join('-')

function indexOf(shortCodes: ShortCodes) {
  const names = new Set<string>(ownNames)
  const toned = new Set<string>()
  const twoToned = new Set<string>()
  const bySequence = new Map<string, string>()
  for (const [sequence, codes] of Object.entries(shortCodes)) {
    const plain = plainSequence(sequence)
    if (plain !== '' && !bySequence.has(plain)) bySequence.set(plain, typeof codes === 'string' ? codes : codes[0] as string)
    for (const name of typeof codes === 'string' ? [codes] : codes) {
      names.add(name)
      if (!takesTone(sequence)) continue
      toned.add(name)
      if (pairOfPeople.test(sequence)) twoToned.add(name)
    }
  }
  return { names, toned, twoToned, bySequence }
}

/** People and hands take a tone of skin; families do not. */
function takesTone(sequence: string): boolean {
  if (sequence === '1F46A' || /200D-(?:1F466|1F467|1F9D2)/.test(sequence)) return false
  return /\p{Emoji_Modifier_Base}/u.test(String.fromCodePoint(...sequence.split('-').map((code) => parseInt(code, 16))))
}

function readIamcalShortCodes(): ShortCodes {
  return JSON.parse(readFileSync(fileURLToPath(import.meta.resolve('emojibase-data/en/shortcodes/iamcal.json')), 'utf8')) as ShortCodes
}
