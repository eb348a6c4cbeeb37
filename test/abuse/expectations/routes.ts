import type { Target } from '../actors.ts'
import { everybody, without, type Expectation } from '../expectation.ts'
import { selfOrAdmin } from './cells.ts'

/**
 * Routes of API v4: each lets in whom its operation lets in. The address is filled from the target, the body from the
 * operation's input in the words of v4; `body` and `query` say what cannot be guessed.
 */
export interface RouteExpectation {
  readonly as: string
  /** Where the address names more than the operation's input does, who gets through may differ. */
  readonly cells?: Expectation['cells']
  readonly body?: (target: Target) => unknown
  readonly query?: (target: Target) => Record<string, string>
}

export const routeExpectations: Readonly<Record<string, string | RouteExpectation>> = {
  'POST /users': 'users.create',
  'POST /users/login': { as: 'sessions.create', body: () => ({ login_id: 'nobody' }) },
  'POST /users/logout': 'sessions.end',
  'GET /users/{user_id}': 'users.get',
  'GET /users/username/{username}': 'users.getByUsername',
  'POST /users/ids': { as: 'users.listByIds', body: ({ userId }) => [userId] },
  'POST /teams': 'teams.create',
  'GET /teams/{team_id}': 'teams.get',
  'GET /users/{user_id}/teams': 'teams.listOfUser',
  'POST /teams/{team_id}/members': 'teamMembers.add',
  'POST /teams/members/invite': { as: 'teamMembers.join', query: () => ({ invite_id: 'none' }) },
  'GET /teams/{team_id}/members/{user_id}': 'teamMembers.get',
  'GET /users/{user_id}/teams/members': 'teamMembers.listOfUser',
  'POST /channels': 'channels.create',
  'GET /channels/{channel_id}': 'channels.get',
  'POST /channels/{channel_id}/members': 'channelMembers.add',
  'GET /channels/{channel_id}/members/{user_id}': 'channelMembers.get',
  'GET /users/{user_id}/teams/{team_id}/channels/members': { as: 'channelMembers.listOfUser', cells: { ...selfOrAdmin, self: without(everybody, 'stranger') } },
  'POST /posts': 'posts.create',
  'GET /posts/{post_id}': 'posts.get',
  'GET /channels/{channel_id}/posts': 'posts.listOfChannel',
  'GET /system/ping': 'system.checkHealth',
  'GET /system/timezones': 'clientLogs.write',
  'GET /config/client': 'system.describe',
  'GET /license/client': { as: 'system.describe', query: () => ({ format: 'old' }) },
  'GET /plugins/webapp': 'system.describe',
  'GET /config': 'settings.get',
  'PUT /config': { as: 'settings.patch', body: () => ({}) },
  'PUT /config/patch': { as: 'settings.patch', body: () => ({}) },
  'GET /config/environment': 'settings.get',
  'POST /config/reload': 'settings.reload',
  'POST /logs': 'clientLogs.write',
}
