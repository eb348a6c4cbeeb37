import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createSystemEmoji, emojiNamesIn, isEmojiName } from '../../src/emoji/index.ts'

const read = (path: string) => JSON.parse(readFileSync(fileURLToPath(import.meta.resolve(`emojibase-data/en/${path}`)), 'utf8'))

describe('system emoji', () => {
  const { isSystemEmoji } = createSystemEmoji()

  it('are known by the names of Mattermost', () => {
    const known = [
      'wave', '+1', 'thumbsup', '-1', 'smile', 'grinning', 'heart', 'flag-de', 'de', 'man-woman-girl-boy', 'mattermost', 'white_check_mark', 'tada', 'eyes', '100',
      'wave_light_skin_tone', '+1_medium_skin_tone', 'thumbsup_medium_dark_skin_tone', 'wave_medium_light_skin_tone', 'point_up_dark_skin_tone',
      'handshake_light_skin_tone', 'handshake_light_skin_tone_medium_dark_skin_tone', 'male-technologist_dark_skin_tone', 'dark_skin_tone', 'hash',
    ]
    assert.deepEqual(known.filter((name) => !isSystemEmoji(name)), [])
    const unknown = [
      '', 'nothing_like_it', 'Wave', 'smile_light_skin_tone', 'wave_pale_skin_tone', 'family_light_skin_tone', 'man-woman-boy_light_skin_tone', 'constructor', '__proto__',
      'wave_light_skin_tone_dark_skin_tone', 'handshake_light_skin_tone_light_skin_tone', '_light_skin_tone',
    ]
    assert.deepEqual(unknown.filter(isSystemEmoji), [])
  })

  it('take tones of skin where Unicode has them', () => {
    const codes = read('shortcodes/iamcal.json') as Record<string, string | string[]>
    for (const { hexcode, skins = [] } of read('data.json') as { hexcode: string, skins?: { tone: number | number[] }[] }[]) {
      const [name] = [codes[hexcode] ?? []].flat()
      if (name === undefined) continue
      assert.equal(isSystemEmoji(`${name}_medium_skin_tone`), skins.length > 0, name)
      assert.equal(isSystemEmoji(`${name}_medium_skin_tone_dark_skin_tone`), skins.some(({ tone }) => Array.isArray(tone)), name)
    }
  })

  it('are read once, at the first question, fast', () => {
    let reads = 0
    const lazy = createSystemEmoji(() => { reads += 1; return { '1F44B': 'wave' } })
    assert.equal(reads, 0)
    assert.deepEqual([lazy.isSystemEmoji('wave'), lazy.isSystemEmoji('smile'), reads], [true, false, 1])
  })
})

describe('emoji names', () => {
  it('are found outside of code', () => {
    assert.deepEqual(emojiNamesIn(':wave: :+1::tada: `:code:` :wave: 10:30:00 :no space: :Party_Parrot: ::'), ['wave', '+1', 'tada', '30', 'Party_Parrot'])
    assert.deepEqual([emojiNamesIn('none'), emojiNamesIn('```\n:code:\n```')], [[], []])
    assert.equal(emojiNamesIn(Array.from({ length: 1000 }, (_, index) => `:e${index}:`).join(' ')).length, 500)
  })

  it('of custom emoji have a form', () => {
    assert.deepEqual(['a', 'party-parrot_2+', 'A', 'a b', '', 'a'.repeat(64), 'a'.repeat(65), 'é'].map(isEmojiName), [true, true, false, false, false, true, false, false])
  })
})
