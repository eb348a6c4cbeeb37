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
  /** Parts of the address that no field of the target or the input has the name of. */
  readonly params?: (target: Target) => Record<string, string>
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
  'GET /users/{user_id}/preferences': 'preferences.list',
  'PUT /users/{user_id}/preferences': { as: 'preferences.save', body: ({ userId }) => [{ user_id: userId, category: 'theme', name: 'colour', value: 'red' }] },
  'POST /users/{user_id}/preferences/delete': { as: 'preferences.delete', body: ({ userId }) => [{ user_id: userId, category: 'theme', name: 'colour' }] },
  'GET /users/{user_id}/preferences/{category}': 'preferences.listOfCategory',
  'GET /users/{user_id}/preferences/{category}/name/{preference_name}': { as: 'preferences.get', params: () => ({ preference_name: 'colour' }) },
  'GET /users/{user_id}/status': 'statuses.get',
  'PUT /users/{user_id}/status': 'statuses.update',
  'POST /users/status/ids': { as: 'statuses.listByIds', body: ({ userId }) => [userId] },
  'POST /users/{user_id}/typing': 'typing.start',
  'GET /users/{user_id}/teams/{team_id}/channels/categories': 'categories.list',
  'POST /users/{user_id}/teams/{team_id}/channels/categories': 'categories.create',
  'PUT /users/{user_id}/teams/{team_id}/channels/categories': { as: 'categories.update', body: ({ userId, teamId, categoryId }) => [{ id: categoryId, user_id: userId, team_id: teamId, display_name: 'Looms', channel_ids: [] }] },
  'GET /users/{user_id}/teams/{team_id}/channels/categories/order': { as: 'categories.list' },
  'PUT /users/{user_id}/teams/{team_id}/channels/categories/order': { as: 'categories.setOrder', body: ({ categoryId }) => [categoryId] },
  'GET /users/{user_id}/teams/{team_id}/channels/categories/{category_id}': 'categories.get',
  'PUT /users/{user_id}/teams/{team_id}/channels/categories/{category_id}': { as: 'categories.update', body: ({ userId, teamId, categoryId }) => ({ id: categoryId, user_id: userId, team_id: teamId, display_name: 'Looms', channel_ids: [] }) },
  'DELETE /users/{user_id}/teams/{team_id}/channels/categories/{category_id}': 'categories.delete',
  'GET /users/{user_id}/teams/{team_id}/drafts': 'drafts.list',
  'POST /drafts': 'drafts.save',
  'DELETE /users/{user_id}/channels/{channel_id}/drafts': 'drafts.delete',
  'DELETE /users/{user_id}/channels/{channel_id}/drafts/{thread_id}': { as: 'drafts.delete', params: ({ postId }) => ({ thread_id: postId }) },
  'GET /roles': 'roles.list',
  'POST /roles/names': { as: 'roles.listByNames', body: () => ['channel_user'] },
  'GET /roles/{role_id}': 'roles.get',
  'GET /roles/name/{role_name}': { as: 'roles.getByName', params: () => ({ role_name: 'channel_user' }) },
  'PUT /roles/{role_id}/patch': 'roles.patch',
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
