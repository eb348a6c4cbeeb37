import { defineStore } from 'pinia'
import { computed, shallowReactive, shallowRef } from 'vue'
import { emojiCreated, emojiDeleted, emojiListByNames, emojiSearch, type Emoji } from '@rookery/sdk/protocol'
import { createBatch } from './batch.ts'
import { useServer } from './client.ts'
import { createEmojiIndex, skinTones, type EmojiIndex, type SkinTone, type StandardEmoji } from './emoji/emoji-index.ts'
import { namesOf, withUse } from './emoji/recent-emoji.ts'
import { usePreferences } from './preferences.ts'
import { useMyId } from './session.ts'

/** What is offered for a term: characters, or a picture. */
export interface EmojiChoice { readonly name: string, readonly characters: string, readonly picture: string }

export const emojiPictureOf = ({ id }: Pick<Emoji, 'id'>): string => `/api/v1/emoji.image?emojiId=${id}`

/** The modifiers as Mattermost's clients keep the preferred one (preference emoji/emoji_skintone). */
const toneCodes = ['1F3FB', '1F3FC', '1F3FD', '1F3FE', '1F3FF']

/** The server tells no more at once. */
const maximumNames = 200

/**
 * Standard emoji, whose table is loaded when somebody first needs it, and those that people made here. Names without
 * colons: `wave`, `wave_dark_skin_tone`, `party_parrot`.
 */
export const useEmoji = defineStore('emoji', () => {
  const { client, live } = useServer()
  const preferences = usePreferences()
  const myId = useMyId()
  /** Undefined until it is loaded. */
  const index = shallowRef<EmojiIndex>()
  /** Made here, by name, as far as somebody asked; null where there is none of the name. */
  const custom = shallowReactive(new Map<string, Emoji | null>())
  let loading: Promise<EmojiIndex> | undefined

  const load = (): Promise<EmojiIndex> => {
    loading ??= import('virtual:emoji-table').then(({ rows }) => (index.value = createEmojiIndex(rows)))
    // Without a connection it is tried again at the next question.
    loading.catch(() => { loading = undefined })
    return loading
  }
  const batch = createBatch({
    async load(names) {
      for (let from = 0; from < names.length; from += maximumNames) {
        const part = names.slice(from, from + maximumNames)
        const found = await client.run(emojiListByNames, { names: part })
        for (const name of part) custom.set(name, found.find((emoji) => emoji.name === name) ?? null)
      }
    },
  })
  /** The characters of a name; undefined until the table is here, and for what is none. Asks for the table. */
  const charactersOf = (name: string): string | undefined => {
    if (!index.value) load().catch(() => {})
    return index.value?.charactersOf(name)
  }
  /** The address of the picture of an emoji made here; undefined until it is known, and for all others. */
  const pictureOf = (name: string): string | undefined => {
    const known = custom.get(name)
    if (known === undefined && index.value && !index.value.charactersOf(name) && /^[a-z0-9_+-]{1,64}$/.test(name)) batch.ask(name)
    return known ? emojiPictureOf(known) : undefined
  }

  const recentName = computed(() => ['recent_emojis', myId()] as const)
  /** The latest first. */
  const recent = computed(() => namesOf(preferences.get(...recentName.value)))
  const noteUse = (name: string): void => { preferences.save(...recentName.value, withUse(preferences.get(...recentName.value), name)).catch(() => {}) }

  const tone = computed<SkinTone | undefined>(() => skinTones[toneCodes.indexOf(preferences.get('emoji', 'emoji_skintone')?.split('-')[0] ?? '')])
  const setTone = (chosen: SkinTone | undefined): Promise<void> => preferences.save('emoji', 'emoji_skintone', chosen ? toneCodes[skinTones.indexOf(chosen)] ?? 'default' : 'default')
  /** Under which name it is written in the preferred tone. */
  const nameOf = ({ name, hasTones }: StandardEmoji): string => (hasTones && tone.value ? `${name}_${tone.value}` : name)

  const choiceOf = (name: string): EmojiChoice | undefined => {
    const characters = index.value?.charactersOf(name) ?? ''
    const made = custom.get(name)
    return characters || made ? { name, characters, picture: made ? emojiPictureOf(made) : '' } : undefined
  }
  /** Recent ones that fit come first, then standard ones, then those made here. */
  const search = async (term: string, limit = 20): Promise<EmojiChoice[]> => {
    const [standard, made] = await Promise.all([load(), term === '' ? [] : client.run(emojiSearch, { term: term.slice(0, 64), limit }).catch(() => [])])
    for (const emoji of made) custom.set(emoji.name, emoji)
    const used = recent.value.filter((name) => term === '' || name.includes(term.toLowerCase()))
    const names = [...used.slice(0, term === '' ? limit : 5), ...standard.search(term, limit).map(nameOf), ...made.map(({ name }) => name)]
    return [...new Set(names)].flatMap((name) => choiceOf(name) ?? []).slice(0, limit)
  }

  live.on(emojiCreated, ({ emoji }) => { custom.set(emoji.name, emoji) })
  live.on(emojiDeleted, ({ emoji }) => { custom.set(emoji.name, null) })
  return { index, custom, load, charactersOf, pictureOf, recent, noteUse, tone, setTone, nameOf, search }
})
