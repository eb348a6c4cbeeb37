import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export interface SystemEmoji {
  /** Whether Mattermost's clients know the name: `wave`, `thumbsup`, `+1_medium_skin_tone`. */
  isSystemEmoji(name: string): boolean
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
  let index: { readonly names: ReadonlySet<string>, readonly toned: ReadonlySet<string>, readonly twoToned: ReadonlySet<string> } | undefined
  return {
    isSystemEmoji(name) {
      index ??= indexOf(readShortCodes())
      if (index.names.has(name)) return true
      const parts = toneSuffix.exec(name)
      if (parts === null) return false
      return parts[3] === undefined ? index.toned.has(parts[1]!) : index.twoToned.has(parts[1]!) && parts[2] !== parts[3]
    },
  }
}

function indexOf(shortCodes: ShortCodes) {
  const names = new Set<string>(ownNames)
  const toned = new Set<string>()
  const twoToned = new Set<string>()
  for (const [sequence, codes] of Object.entries(shortCodes)) {
    for (const name of typeof codes === 'string' ? [codes] : codes) {
      names.add(name)
      if (!takesTone(sequence)) continue
      toned.add(name)
      if (pairOfPeople.test(sequence)) twoToned.add(name)
    }
  }
  return { names, toned, twoToned }
}

/** People and hands take a tone of skin; families do not. */
function takesTone(sequence: string): boolean {
  if (sequence === '1F46A' || /200D-(?:1F466|1F467|1F9D2)/.test(sequence)) return false
  return /\p{Emoji_Modifier_Base}/u.test(String.fromCodePoint(...sequence.split('-').map((code) => parseInt(code, 16))))
}

function readIamcalShortCodes(): ShortCodes {
  return JSON.parse(readFileSync(fileURLToPath(import.meta.resolve('emojibase-data/en/shortcodes/iamcal.json')), 'utf8')) as ShortCodes
}
