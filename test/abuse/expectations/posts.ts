import { onChannel, onPost, type Expectations } from '../expectation.ts'
import { channelMembers, channelReaders, postReaders } from './cells.ts'

export const postExpectations: Expectations = {
  // Team admins may post where they may look; whether one belongs to the channel is asked again where the post is stored.
  'posts.create': onChannel({ ...channelMembers, open: `${channelMembers.open} teamAdmin`, archived: `${channelMembers.archived} teamAdmin` }),
  'posts.get': onPost(postReaders),
  'posts.listOfChannel': onChannel(channelReaders),
}
