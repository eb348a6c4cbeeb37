import { onChannel, onPost, type Expectations } from '../expectation.ts'
import { channelReaders, channelWriters, postReaders } from './cells.ts'

export const postExpectations: Expectations = {
  'posts.create': onChannel(channelWriters),
  'posts.get': onPost(postReaders),
  'posts.listOfChannel': onChannel(channelReaders),
}
