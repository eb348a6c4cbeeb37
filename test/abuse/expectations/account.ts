import { everybody, forAll, onChannel, onUser, same, seeing, without, type Cells, type Expectations } from '../expectation.ts'
import { channelWriters, selfOrAdmin, userReaders } from './cells.ts'

const inTeam = without(everybody, 'stranger', 'admin')

/** A sidebar belongs to an account that belongs to the team, whoever asks for it. */
const sidebar: Cells<'user'> = { self: inTeam, member: 'member admin', guest: 'guest admin', gone: 'admin', bot: 'admin' }
const ownOnly: Cells<'user'> = { ...same('user', ''), self: everybody, member: 'member', guest: 'guest', admin: 'admin' }
const preference = () => ({ category: 'theme', name: 'colour' })

/** What belongs to one account alone: preferences, status, sidebar, drafts; and roles. */
export const accountExpectations: Expectations = {
  'categories.create': onUser(sidebar),
  'categories.delete': onUser(sidebar),
  'categories.get': onUser({ member: 'member admin', self: 'member' }),
  'categories.list': onUser(sidebar),
  'categories.setOrder': onUser(sidebar, ({ categoryId }) => ({ order: [categoryId] })),
  'categories.update': onUser(sidebar, ({ categoryId }) => ({ categories: [{ id: categoryId }] })),
  'drafts.delete': onUser(ownOnly),
  'drafts.list': onUser({ ...ownOnly, self: without(everybody, 'stranger') }),
  'drafts.save': onChannel(channelWriters),
  'preferences.delete': onUser(selfOrAdmin, () => ({ preferences: [preference()] })),
  'preferences.get': onUser(selfOrAdmin, preference),
  'preferences.list': onUser(selfOrAdmin),
  'preferences.listOfCategory': onUser(selfOrAdmin, () => ({ category: 'theme' })),
  'preferences.save': onUser(selfOrAdmin, () => ({ preferences: [{ ...preference(), value: 'red' }] })),
  'presence.look': forAll(everybody),
  'roles.get': forAll(everybody),
  'roles.getByName': forAll(everybody, () => ({ name: 'channel_user' })),
  'roles.list': forAll('admin'),
  'roles.listPermissions': forAll('admin'),
  'roles.listByNames': forAll(everybody, () => ({ names: ['channel_user'] })),
  'roles.patch': forAll('admin'),
  'statuses.get': onUser(userReaders),
  'statuses.list': forAll(everybody),
  'statuses.listByIds': seeing(onUser(userReaders)),
  'statuses.setActive': forAll(everybody),
  'statuses.update': onUser(selfOrAdmin),
  // Through a door that is no socket nobody is told of anything.
  'statuses.watch': forAll(everybody, ({ userId }) => ({ userIds: [userId] })),
  'typing.start': onChannel(channelWriters),
}
