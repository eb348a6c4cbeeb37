/** As the build writes them: characters, names, words to find it by (both parted by blanks), group, and whether it takes a tone of skin. */
export type EmojiRow = readonly [characters: string, names: string, words: string, group: number, hasTones: 0 | 1]
