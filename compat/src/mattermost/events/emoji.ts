import { emojiCreated } from '@rookery/sdk/protocol'
import { emojiShape } from '../shapes/emoji.ts'
import { message, tell, type Encoder } from './message.ts'

export const emojiEvents: readonly Encoder[] = [
  tell(emojiCreated, ({ emoji }) => [message('emoji_added', { emoji: JSON.stringify(emojiShape(emoji)) }, {})]),
]
