import { Type } from 'typebox'
import { defineOperation } from './operation.ts'
import { Done, Fields, Id } from './schema.ts'

export const typingStart = defineOperation({
  name: 'typing.start', summary: 'Tells the members of a channel that somebody (the actor, where userId is left out) is writing there, in a thread where rootId is given.',
  input: Fields({ userId: Type.Optional(Id), channelId: Id, rootId: Type.Optional(Type.Union([Id, Type.Literal('')])) }),
  output: Done, errors: ['channel_not_found'],
})
