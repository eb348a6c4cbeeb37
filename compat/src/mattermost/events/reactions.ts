import { reactionAdded, reactionRemoved } from '@rookery/sdk/protocol'
import { reactionShape } from '../shapes/post.ts'
import { message, tell, type Encoder } from './message.ts'

export const reactionEvents: readonly Encoder[] = [
  tell(reactionAdded, ({ reaction }) => [message('reaction_added', { reaction: JSON.stringify(reactionShape(reaction)) }, { channelId: reaction.channelId })]),
  tell(reactionRemoved, ({ reaction }) => [message('reaction_removed', { reaction: JSON.stringify(reactionShape(reaction)) }, { channelId: reaction.channelId })]),
]
