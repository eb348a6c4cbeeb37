import { Type, type Static } from 'typebox'
import { defineEvent } from './event.ts'
import { defineOperation } from './operation.ts'
import { At, Done, Fields, Id, Text } from './schema.ts'

export const Reaction = Fields({ userId: Id, postId: Id, channelId: Id, emojiName: Type.String(), createAt: At })
export type Reaction = Static<typeof Reaction>

export const reactionsAdd = defineOperation({
  name: 'reactions.add', summary: 'Reacts to a post with an emoji; the same reaction twice is one.', capability: 'reactions:write',
  input: Fields({ userId: Id, postId: Id, emojiName: Text(64) }), output: Reaction,
  errors: ['post_not_found', 'emoji_not_found', 'emoji_name_invalid', 'reaction_limit_reached', 'can_not_post_to_archived'],
})

export const reactionsRemove = defineOperation({
  name: 'reactions.remove', summary: 'Takes a reaction back; one that is not there is taken back already.', capability: 'reactions:write',
  input: Fields({ userId: Id, postId: Id, emojiName: Text(64) }), output: Done, errors: ['post_not_found', 'can_not_post_to_archived'],
})

export const reactionsList = defineOperation({
  name: 'reactions.list', summary: 'Lists the reactions to a post.', safe: true, capability: 'posts:read',
  input: Fields({ postId: Id }), output: Type.Array(Reaction), errors: ['post_not_found'],
})

export const reactionsListOfPosts = defineOperation({
  name: 'reactions.listOfPosts', summary: 'Lists the reactions to several posts; posts that the reader may not see are left out.', safe: true, capability: 'posts:read',
  input: Fields({ postIds: Type.Array(Id, { maxItems: 1000 }) }), output: Type.Record(Type.String(), Type.Array(Reaction)),
})

export const reactionAdded = defineEvent({ name: 'reaction.added', summary: 'Somebody reacted to a post.', payload: Fields({ reaction: Reaction }) })
export const reactionRemoved = defineEvent({ name: 'reaction.removed', summary: 'Somebody took a reaction back.', payload: Fields({ reaction: Reaction }) })
