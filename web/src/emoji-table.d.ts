/** Made by web/build/emoji-table.ts. */
declare module 'virtual:emoji-table' {
  import type { EmojiRow } from './data/emoji/emoji-row.ts'

  export const rows: readonly EmojiRow[]
}
