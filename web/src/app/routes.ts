import type { RouteRecordRaw } from 'vue-router'
import { rememberBefore } from '../views/settings/before.ts'
import Nowhere from '../views/shell/nowhere.vue'
import Shell from '../views/shell/shell.vue'

declare module 'vue-router' {
  interface RouteMeta {
    /** For those who are not signed in; all others are sent home. */
    isForStrangers?: boolean
    /** For everybody. */
    isOpen?: boolean
    /** Its words are in the later part of a language. */
    saysMore?: boolean
  }
}

/**
 * Every address. Whatever is not on the screen at first is loaded when somebody goes there. What stands in the
 * right-hand side is in the query (`thread`, `panel`), so it has an address and the way back closes it.
 */
export const routes: RouteRecordRaw[] = [
  { path: '/', name: 'home', component: () => import('../views/teams/home.vue') },
  { path: '/login', name: 'login', meta: { isForStrangers: true }, component: () => import('../views/entry/login.vue') },
  { path: '/signup', name: 'sign-up', meta: { isForStrangers: true }, component: () => import('../views/entry/sign-up.vue') },
  { path: '/reset_password', name: 'forgotten', meta: { isForStrangers: true }, component: () => import('../views/entry/forgotten.vue') },
  { path: '/reset_password_complete', name: 'reset-password', meta: { isOpen: true, saysMore: true }, component: () => import('../views/entry/reset-password.vue') },
  // As Mattermost writes them in mails.
  { path: '/do_verify_email', name: 'verify-email', meta: { isOpen: true }, component: () => import('../views/entry/verify-email.vue') },
  { path: '/should_verify_email', name: 'unverified', meta: { isForStrangers: true }, component: () => import('../views/entry/unverified.vue') },
  // As Mattermost writes invitations.
  { path: '/signup_user_complete', name: 'invitation', meta: { isOpen: true }, component: () => import('../views/entry/invitation.vue') },
  { path: '/setup/:step(account|team|invite)', name: 'setup', meta: { isOpen: true }, component: () => import('../views/entry/setup.vue') },
  { path: '/unreachable', name: 'unreachable', meta: { isOpen: true }, component: () => import('../views/entry/unreachable.vue') },
  // As Mattermost writes addresses of posts that name no team.
  { path: '/_redirect/pl/:post', name: 'post-anywhere', component: () => import('../views/teams/home.vue') },
  { path: '/teams', name: 'teams', component: () => import('../views/teams/choose-team.vue') },
  {
    path: '/settings/:page?/:detail?', name: 'settings', meta: { saysMore: true }, component: () => import('../views/settings/settings-page.vue'),
    beforeEnter: (_to, from) => { rememberBefore(from) },
  },
  {
    path: '/admin', meta: { saysMore: true }, component: () => import('../views/admin/admin-shell.vue'),
    children: [
      { path: '', name: 'admin', redirect: { name: 'admin-plugins' } },
      { path: 'plugins', name: 'admin-plugins', component: () => import('../views/admin/plugins/plugin-list.vue') },
      { path: 'plugins/:plugin', name: 'admin-plugin', component: () => import('../views/admin/plugins/plugin-page.vue') },
      { path: 'users', name: 'admin-users', component: () => import('../views/admin/people/user-list.vue') },
      { path: 'teams', name: 'admin-teams', props: { kind: 'teams' }, component: () => import('../views/admin/people/place-list.vue') },
      { path: 'channels', name: 'admin-channels', props: { kind: 'channels' }, component: () => import('../views/admin/people/place-list.vue') },
      { path: 'configuration', name: 'admin-configuration', component: () => import('../views/admin/server/configuration.vue') },
      { path: 'health', name: 'admin-health', component: () => import('../views/admin/server/health.vue') },
      { path: 'parts/:part', name: 'admin-part', component: () => import('../views/admin/plugins/plugin-part-page.vue') },
      { path: 'statistics', name: 'admin-statistics', component: () => import('../views/admin/server/statistics.vue') },
    ],
  },
  {
    path: '/:team', component: Shell,
    children: [
      { path: '', name: 'team', component: () => import('../views/channel/team-home.vue') },
      { path: 'channels/:channel', name: 'channel', component: () => import('../views/channel/channel-page.vue') },
      { path: 'messages/:who', name: 'messages', component: () => import('../views/channel/channel-page.vue') },
      { path: 'threads', name: 'threads', component: () => import('../views/threads/threads-page.vue') },
      { path: 'parts/:part', name: 'plugin-page', component: () => import('../views/plugins/plugin-page.vue') },
      { path: 'pl/:post', name: 'post', component: () => import('../views/channel/post-link.vue') },
    ],
  },
  { path: '/:rest(.*)*', name: 'nowhere', meta: { isOpen: true }, component: Nowhere },
]
