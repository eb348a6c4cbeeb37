import { everybody, forAll, onChannel, onPost, without, type Expectations } from '../expectation.ts'
import { channelMembers, channelReaders, postReaders } from './cells.ts'

/** Files, uploads in parts and custom emoji. An upload that nobody began is there for nobody. */
export const fileExpectations: Expectations = {
  'emoji.create': forAll(without(everybody, 'guest', 'visitor')),
  'emoji.delete': forAll('member admin'),
  'emoji.get': forAll(everybody),
  'emoji.getByName': forAll(everybody, () => ({ name: 'loom' })),
  'emoji.image': forAll(everybody),
  'emoji.list': forAll(everybody),
  'emoji.listByNames': forAll(everybody),
  'emoji.search': forAll(everybody),
  'files.download': onPost(postReaders),
  'files.get': onPost(postReaders),
  'files.listOfChannel': onChannel(channelReaders),
  'files.listOfPost': onPost(postReaders),
  'files.preview': onPost(postReaders),
  'files.thumbnail': onPost(postReaders),
  'files.upload': onChannel(channelMembers),
  'uploads.append': forAll(''),
  'uploads.create': onChannel(channelMembers),
  'uploads.get': forAll(''),
  'uploads.list': forAll(everybody),
}
