import { onChannel, onTeam, onUser, type Expectations } from '../expectation.ts'
import { channelReaders, selfOrAdmin } from './cells.ts'

const members = 'outsider member channelAdmin teamAdmin admin'

export const channelExpectations: Expectations = {
  'channels.create': onTeam({ home: members, openTeam: 'admin', foreign: 'admin', archivedTeam: 'member teamAdmin admin' }),
  'channels.get': onChannel(channelReaders),
  // Oneself: joining. In direct and group channels the request itself is wrong.
  'channelMembers.add': onChannel({
    open: members, private: 'member channelAdmin admin', direct: 'member admin', group: 'guest member admin', archived: members, foreignOpen: 'admin', foreignPrivate: 'admin',
  }),
  'channelMembers.get': onChannel(channelReaders, ({ memberId }) => ({ userId: memberId })),
  'channelMembers.listOfUser': onUser(selfOrAdmin),
}
