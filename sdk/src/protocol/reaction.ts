import { Type, type Static } from 'typebox'
import { At, Fields, Id } from './schema.ts'

export const Reaction = Fields({ userId: Id, postId: Id, channelId: Id, emojiName: Type.String(), createAt: At })
export type Reaction = Static<typeof Reaction>
