import { everybody, everybodyAndAnonymous, forAll, onChannel, onPost, onTeam, onUser, type Expectations } from '../expectation.ts'
import { channelMembers, channelWriters, openTeamMembers, selfOrAdmin } from './cells.ts'

/** Here nobody carries out any of it: who gets through hears that. */
export const featureExpectations: Expectations = {
  'commands.execute': onChannel(channelWriters, () => ({ command: '/shrug' })),
  'commands.list': onTeam(openTeamMembers),
  'commands.list custom': onTeam({ home: 'teamAdmin admin', openTeam: 'admin', foreign: 'admin' }, () => ({ customOnly: true })),
  'commands.listSuggested': onTeam(openTeamMembers),
  'commands.suggest': onTeam(openTeamMembers, () => ({ text: '/sh' })),
  'commands.create': onTeam({ home: 'teamAdmin admin', openTeam: 'admin', foreign: 'admin' }),
  'commands.move': onTeam({ home: 'teamAdmin admin', openTeam: 'admin', foreign: 'admin' }),
  // Whose a command is knows the plugin that keeps it.
  'commands.get': forAll(everybody),
  'commands.update': forAll(everybody),
  'commands.delete': forAll(everybody),
  'commands.regenerateToken': forAll(everybody),
  'customStatus.set': onUser(selfOrAdmin),
  'customStatus.clear': onUser(selfOrAdmin),
  'customStatus.listRecent': onUser(selfOrAdmin),
  'customStatus.removeRecent': onUser(selfOrAdmin),
  'search.posts': forAll(everybody),
  'search.posts in team': onTeam(openTeamMembers, ({ teamId }) => ({ teamId })),
  'search.files': forAll(everybody),
  'search.files in team': onTeam(openTeamMembers, ({ teamId }) => ({ teamId })),
  'plugins.contracts': forAll('admin'),
  'plugins.chooseProvider': forAll('admin', () => ({ pluginId: 'first', contract: 'commands' })),
  // Asked by the plugin that carries out commands.
  'plugins.listCommands': forAll('admin'),
  'plugins.runCommand': forAll('', () => ({ pluginId: 'first' })),
  'plugins.completeCommand': forAll('', () => ({ pluginId: 'first' })),
  'triggers.create': forAll(everybody),
  'dialogs.open': forAll(everybodyAndAnonymous),
  'dialogs.submit': onChannel(channelMembers),
  'dialogs.lookup': onChannel(channelMembers),
  // None of these posts has a button.
  'postActions.run': onPost({}),
  'permissions.listHeld': forAll(everybody),
  'permissions.test': forAll(everybody, () => ({ permission: 'create_post' })),
  'emoji.exists': forAll(everybody),
  'emoji.identify': forAll(everybody),
  // Only for plugins, which act as nobody here.
  'users.setProps': onUser({}, () => ({ props: { seen: 1 } })),
  'posts.setProps': onPost({}, () => ({ props: { seen: 1 } })),
  'channels.setProps': onChannel({}, () => ({ props: { seen: 1 } })),
}
