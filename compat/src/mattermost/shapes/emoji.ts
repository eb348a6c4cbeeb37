import type { Emoji } from '@rookery/sdk/protocol'

export const emojiShape = (emoji: Emoji) => ({
  id: emoji.id,
  create_at: emoji.createAt,
  update_at: emoji.updateAt,
  delete_at: emoji.deleteAt,
  creator_id: emoji.creatorId,
  name: emoji.name,
})
