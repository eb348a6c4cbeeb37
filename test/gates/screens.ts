import type { Page } from 'playwright-core'
import { adminScreens } from './admin-screens.ts'
import { act, go, put } from './app-page.ts'
import type { Furniture } from './furniture.ts'
import { dialog, heading, menu, text, type Screen } from './screen.ts'

export const start = '/engines/channels/design'

const isNarrow = (page: Page): boolean => (page.viewportSize()?.width ?? 0) < 768
/** Opens the drawer where the window is narrow. */
const toSidebar = async (page: Page): Promise<void> => {
  if (isNarrow(page)) await go(page, `${start}?sidebar=open`)
  await page.getByRole('navigation', { name: 'Channels and messages' }).waitFor()
}
const row = (page: Page, postId: string) => page.locator(`article[data-post="${postId}"]`).first()
/** The toolbar of a message is there while it has the focus. */
const focusRow = async (page: Page, postId: string): Promise<void> => {
  await row(page, postId).waitFor()
  await row(page, postId).focus()
}
const panel = (name: string, title: string): Screen => ({ name: `panel ${name}`, shows: [`panel:${name}`], address: `${start}?panel=${name}`, ready: async (page) => { await page.getByRole('heading', { level: 2, name: title }).first().waitFor() } })
const choiceOfEmoji = async (page: Page): Promise<void> => { await page.getByRole('dialog').getByRole('searchbox').or(page.getByRole('dialog').getByRole('textbox')).or(page.getByRole('dialog').getByRole('combobox')).first().waitFor() }
const shellDialog = (name: string, given: (furniture: Furniture) => object = () => ({}), more: Partial<Screen> = {}): Screen => ({
  name: `dialog ${name}`, shows: [`dialog:${name}`], open: (page, furniture) => act(page, 'dialogs', 'open', name, given(furniture)), ready: dialog, ...more,
})
const settings = (page: string, title: string, more: Partial<Screen> = {}): Screen => ({ name: `settings ${page}`, shows: ['route:settings', `settings:${page}`], address: `/settings/${page}`, ready: heading(title), ...more })

/** Every screen of the app. */
export const screens: readonly Screen[] = [
  // Before one is signed in.
  { name: 'login', who: 'nobody', shows: ['route:login'], address: '/login', ready: heading('Sign in to Rookery'), inArabic: true },
  {
    name: 'login refused', who: 'nobody', shows: ['route:login'], address: '/login',
    async open(page) {
      await page.getByLabel('Email or username').fill('nobody')
      await page.getByLabel('Password').fill('a wrong one')
      await page.keyboard.press('Enter')
    },
    ready: async (page) => { await page.getByRole('alert').first().waitFor() },
  },
  {
    name: 'sign-up with problems', who: 'nobody', shows: ['route:sign-up'], address: '/signup', inArabic: true,
    async open(page) { await page.locator('button[type="submit"]').click() }, ready: async (page) => { await page.getByRole('alert').first().waitFor() },
  },
  { name: 'invitation', who: 'nobody', shows: ['route:invitation'], address: '/signup_user_complete?id={inviteId}', ready: async (page) => { await page.getByLabel('Password').waitFor() } },
  { name: 'invitation refused', who: 'nobody', shows: ['route:invitation'], address: '/signup_user_complete?id=nothing', ready: async (page) => { await page.getByRole('heading', { level: 1 }).waitFor() } },
  {
    name: 'setup account', who: 'nobody', shows: ['route:setup'], address: '/setup/account',
    async open(page) {
      await page.route('**/api/v1/system.describe', async (route) => {
        const response = await route.fetch()
        await route.fulfill({ response, json: { ...await response.json() as object, hasAccounts: false } })
      })
      await go(page, '/unreachable')
      await go(page, '/setup/account')
    },
    close: (page) => page.unrouteAll(), ready: heading('Welcome to Rookery'),
  },
  { name: 'forgotten password', who: 'nobody', shows: ['route:forgotten'], address: '/reset_password', ready: async (page) => { await page.getByRole('heading', { level: 1 }).waitFor() } },
  { name: 'new password', who: 'nobody', shows: ['route:reset-password'], address: '/reset_password_complete?token=x', ready: async (page) => { await page.getByRole('heading', { level: 1 }).waitFor() } },
  { name: 'address confirmed by a bad link', who: 'nobody', shows: ['route:verify-email'], address: '/do_verify_email?token=x', ready: heading('This link does not work') },
  { name: 'address to be confirmed', who: 'nobody', shows: ['route:unverified'], address: '/should_verify_email?email=ada@example.com', ready: heading('Confirm your email address'), inArabic: true },
  { name: 'unreachable', who: 'nobody', shows: ['route:unreachable'], address: '/unreachable', ready: async (page) => { await page.getByRole('button').first().waitFor() } },
  { name: 'setup team', who: 'newcomer', shows: ['route:setup'], address: '/setup/team', ready: heading('Create your first team') },
  { name: 'choose a team', who: 'newcomer', shows: ['route:teams'], address: '/teams', ready: async (page) => { await page.getByRole('heading', { level: 1 }).waitFor() } },
  { name: 'invitation to join', who: 'newcomer', shows: ['route:invitation'], address: '/signup_user_complete?id={inviteId}', ready: heading(/Engines/) },
  { name: 'setup invite', shows: ['route:setup'], address: '/setup/invite?team=engines', ready: heading('Invite your people') },
  { name: 'nowhere', shows: ['route:nowhere'], address: '/engines/no/such/place', ready: text('There is nothing here') },

  // Channels.
  { name: 'channel', shows: ['route:channel'], ready: async (page) => { await page.getByRole('log').getByText('Release notes').waitFor() }, inArabic: true },
  { name: 'empty channel', shows: ['route:channel'], address: '/engines/channels/elsewhere', ready: heading('Elsewhere') },
  { name: 'archived channel', shows: ['route:channel'], address: '/engines/channels/attic', ready: text('This channel is archived') },
  { name: 'unknown channel', shows: ['route:channel'], address: '/engines/channels/no-such-channel', ready: async (page) => { await page.getByRole('alert').first().waitFor() } },
  { name: 'unknown message', shows: ['route:post'], address: '/engines/pl/aaaaaaaaaaaaaaaaaaaaaaaaaa', ready: async (page) => { await page.getByRole('alert').first().waitFor() } },
  { name: 'conversation', shows: ['route:messages'], address: '/engines/messages/@nadia', ready: heading('نادية الخطيب') },
  { name: 'threads', shows: ['route:threads'], address: '/engines/threads', ready: async (page) => { await page.getByRole('list', { name: 'Threads' }).locator('[data-thread]').first().waitFor() } },
  {
    name: 'sidebar', shows: [], open: toSidebar, ready: async (page) => { await page.getByRole('navigation', { name: 'Channels and messages' }).getByRole('link', { name: 'Design' }).waitFor() },
    close: (page) => go(page, start), inArabic: true,
  },
  { name: 'away from the server', shows: [], open: (page) => put(page, 'connection', 'isConnected', false), ready: text('No connection.'), close: (page) => put(page, 'connection', 'isConnected', true) },

  // Messages.
  {
    name: 'toolbar of a message', shows: [], open: (page, { postIds }) => focusRow(page, postIds.rich), ready: async (page) => { await page.getByRole('toolbar', { name: 'Message actions' }).waitFor() },
  },
  {
    name: 'menu of a message', shows: ['views/messages/message-toolbar.vue'], inArabic: true,
    async open(page, { postIds }) {
      await focusRow(page, postIds.edited)
      await page.getByRole('toolbar').getByRole('button', { name: 'More actions' }).press('Enter')
    }, ready: menu,
  },
  {
    name: 'emoji picker', shows: ['views/emoji/emoji-popover.vue', 'views/messages/message-reactions.vue'],
    async open(page, { postIds }) {
      await focusRow(page, postIds.rich)
      await page.keyboard.press('r')
    }, ready: choiceOfEmoji,
  },
  {
    name: 'emoji for what is written', shows: ['views/composer/composer.vue'],
    async open(page) { await page.getByRole('button', { name: 'Insert emoji' }).first().press('Enter') }, ready: choiceOfEmoji,
  },
  {
    name: 'editing a message', shows: [], inArabic: true,
    async open(page, { postIds }) {
      await focusRow(page, postIds.edited)
      await page.keyboard.press('e')
    }, ready: async (page) => { await page.getByLabel('Edit message').waitFor() }, close: async (page) => { await page.getByLabel('Edit message').press('Escape') },
  },
  {
    name: 'more formatting', shows: ['views/composer/format-bar.vue'], inArabic: true,
    async open(page, { postIds }) {
      await focusRow(page, postIds.edited)
      await page.keyboard.press('e')
      await page.getByLabel('Edit message').waitFor()
      // On the desktop there is room for all of it.
      if (isNarrow(page)) await page.getByRole('button', { name: 'More formatting' }).press('Enter')
    }, ready: async (page) => { await (isNarrow(page) ? page.getByRole('menu') : page.getByRole('log').getByRole('toolbar', { name: 'Formatting' })).waitFor() },
    async close(page) {
      if (isNarrow(page)) await page.keyboard.press('Escape')
      await page.getByLabel('Edit message').press('Escape')
    },
  },
  {
    name: 'forwarding', shows: ['views/messages/forward-dialog.vue'],
    async open(page, { postIds }) {
      await focusRow(page, postIds.rich)
      await page.keyboard.press('f')
    }, ready: dialog,
  },
  {
    name: 'edit history', shows: ['views/messages/history-dialog.vue'],
    async open(page, { postIds }) {
      await focusRow(page, postIds.edited)
      await page.getByRole('toolbar').getByRole('button', { name: 'More actions' }).press('Enter')
      await page.getByRole('menuitem', { name: 'Edit history' }).press('Enter')
    }, ready: async (page) => { await page.getByRole('dialog').getByText('A tpyo').waitFor() },
  },
  { name: 'gallery', shows: ['views/messages/image-gallery.vue'], open: async (page) => { await page.getByRole('button', { name: 'Open loom.png' }).press('Enter') }, ready: dialog },
  { name: 'jump to a date', shows: ['views/messages/jump-to-date.vue'], open: async (page) => { await page.getByTitle('Jump to a date').first().press('Enter') }, ready: async (page) => { await page.getByLabel('Jump to a date').waitFor() } },
  {
    name: 'profile card', shows: ['views/people/profile-host.vue'], inArabic: true,
    open: async (page) => { await page.getByRole('log').getByRole('button', { name: 'bob', exact: true }).last().press('Enter') }, ready: async (page) => { await page.getByRole('dialog').getByText('@bob').waitFor() },
  },

  // Writing.
  {
    name: 'completion of names', shows: [],
    async open(page) {
      await page.getByRole('textbox', { name: /Design/ }).focus()
      await page.keyboard.type('Hello @')
    }, ready: async (page) => { await page.getByRole('listbox').waitFor() },
    close: async (page) => {
      await page.keyboard.press('Escape')
      await page.getByRole('textbox', { name: /Design/ }).fill('')
    },
  },
  {
    name: 'preview of a message', shows: [],
    async open(page) {
      await page.getByRole('textbox', { name: /Design/ }).fill('**bold** and `code`')
      await page.getByRole('button', { name: 'Preview' }).press('Enter')
    }, ready: async (page) => { await page.getByRole('region', { name: 'Preview' }).waitFor() },
    close: async (page) => {
      await page.keyboard.press('Escape')
      await page.getByRole('textbox', { name: /Design/ }).fill('')
    },
  },
  {
    name: 'files in the composer', shows: [],
    open: async (page) => { await page.locator('input[type="file"]').setInputFiles([{ name: 'a very long name of a drawing that nobody would read to its end.txt', mimeType: 'text/plain', buffer: Buffer.from('lines') }]) },
    ready: async (page) => { await page.getByRole('list', { name: 'Files' }).or(page.locator('.files li')).first().waitFor() },
    close: async (page) => { await page.locator('form.composer .files button').first().click() },
  },
  {
    name: 'question before everybody is told', shows: ['views/composer/everybody-question.vue'], address: '/engines/channels/crowd',
    async open(page) {
      await page.getByRole('textbox', { name: /Crowd/ }).fill('@all wake up')
      await page.getByRole('button', { name: 'Send' }).press('Enter')
    }, ready: async (page) => { await page.getByRole('dialog').or(page.getByRole('alertdialog')).first().waitFor() },
    close: async (page) => {
      await page.keyboard.press('Escape')
      await page.getByRole('textbox', { name: /Crowd/ }).fill('')
    },
  },

  // Panels.
  panel('info', 'About'), panel('members', 'Members'), panel('pinned', 'Pinned messages'), panel('saved', 'Saved messages'), panel('files', 'Files'), panel('unsent', 'Not sent'),
  { name: 'thread', shows: ['panel:thread'], address: `${start}?thread={root}`, ready: async (page) => { await page.getByText('And a reply').first().waitFor() }, inArabic: true },
  {
    name: 'menu of a member', shows: ['views/people/member-list.vue'], address: `${start}?panel=members`,
    open: async (page) => { await page.getByRole('button', { name: 'Options of bob' }).press('Enter') }, ready: menu,
  },

  // Menus.
  { name: 'menu of the channel', shows: ['views/channel/channel-header.vue', 'views/menus/menu-entries.vue'], open: async (page) => { await page.getByRole('button', { name: 'Design', exact: true }).press('Enter') }, ready: menu },
  {
    name: 'menu of the team', shows: ['views/sidebar/team-menu.vue'],
    async open(page) {
      await toSidebar(page)
      await page.getByRole('button', { name: 'Engines', exact: true }).press('Enter')
    }, ready: menu,
  },
  {
    name: 'menu of the account', shows: ['views/sidebar/account-menu.vue', 'views/menus/menu-entries.vue'], inArabic: true,
    async open(page) {
      await toSidebar(page)
      await page.getByRole('button', { name: /Account and status/ }).press('Enter')
      await page.getByRole('menuitem', { name: 'Do not disturb' }).focus()
      await page.keyboard.press('ArrowRight')
    }, ready: async (page) => { await page.getByRole('menuitem', { name: 'For 1 hour' }).waitFor() },
  },
  {
    name: 'menu of a channel in the sidebar', shows: ['views/sidebar/sidebar.vue'],
    async open(page) {
      await toSidebar(page)
      await page.getByRole('navigation', { name: 'Channels and messages' }).getByRole('link', { name: 'Elsewhere' }).focus()
      await page.keyboard.press('Shift+F10')
    }, ready: menu,
  },
  {
    name: 'menu of a category', shows: ['views/sidebar/sidebar-section.vue'],
    async open(page) {
      await toSidebar(page)
      await page.getByRole('button', { name: 'Options of Channels' }).press('Enter')
    }, ready: menu,
  },
  {
    name: 'menu of a team', shows: ['views/shell/team-bar.vue'],
    async open(page) {
      await toSidebar(page)
      await page.getByRole('navigation', { name: 'Teams' }).getByRole('link').first().focus()
      await page.keyboard.press('Shift+F10')
    }, ready: menu,
  },
  {
    name: 'menu of a thread', shows: ['views/threads/thread-row.vue'], address: '/engines/threads',
    open: async (page) => { await page.getByRole('button', { name: /^Options of/ }).first().press('Enter') }, ready: menu,
  },

  // Dialogs.
  shellDialog('switcher', undefined, { inArabic: true }), shellDialog('palette'), shellDialog('shortcuts'), shellDialog('jumpToDate', ({ channelIds }) => ({ channelId: channelIds.design })), shellDialog('browseChannels'), shellDialog('createChannel'), shellDialog('startDirect'),
  shellDialog('addToChannel', ({ userIds }) => ({ userId: userIds.nadia })), shellDialog('addPeople', ({ channelIds }) => ({ channelId: channelIds.design })), shellDialog('editChannel', ({ channelIds }) => ({ channelId: channelIds.design })),
  shellDialog('confirmChannel', ({ channelIds }) => ({ channelId: channelIds.design, deed: 'archive' })), shellDialog('convertGroup', ({ channelIds }) => ({ channelId: channelIds.group })),
  shellDialog('notifications', ({ channelIds }) => ({ channelId: channelIds.design })), shellDialog('category'), shellDialog('editTeam'), shellDialog('invitePeople'), shellDialog('teamMembers'), shellDialog('addToTeam', undefined, { shows: ['dialog:addToTeam', 'views/dialogs/people-dialog.vue'] }), shellDialog('deleteCategory', () => ({ categoryId: 'none' })), shellDialog('leaveTeam', ({ world }) => ({ leavingId: world.team.id })), shellDialog('signOut'),
  {
    name: 'form of a plugin', shows: ['views/dialogs/interactive-dialog.vue'], ready: dialog,
    open: (page, { channelIds, world }) => put(page, 'interactiveDialogs', 'current', {
      url: 'https://example.com', channelId: channelIds.design, teamId: world.team.id,
      form: {
        callbackId: '', state: '', title: 'A form', introduction: 'Of **somebody else**', submitLabel: '', tellsCancel: false,
        fields: (['text', 'textarea', 'select', 'bool', 'radio', 'date', 'datetime'] as const).map((kind) => ({
          name: kind, label: `A ${kind}`, kind, subtype: 'text', placeholder: 'What', help: 'It helps.', isOptional: kind !== 'text', minimumLength: 0, maximumLength: 100, source: '', isMultiple: false,
          options: [{ text: 'One', value: '1' }, { text: 'Two', value: '2' }], initial: kind === 'bool' ? false : '',
        })),
      },
    }),
  },
  {
    name: 'custom status', shows: ['slots/custom-status/status-dialog.vue'], ready: dialog,
    async open(page) {
      await toSidebar(page)
      await page.getByRole('button', { name: 'Set a status' }).press('Enter')
    },
  },

  // Settings.
  { name: 'settings', shows: ['route:settings'], address: '/settings', ready: async (page) => { await page.getByRole('navigation', { name: 'Settings' }).waitFor() } },
  settings('profile', 'Profile', { inArabic: true }), settings('account', 'Account'), settings('sessions', 'Devices'), settings('notifications', 'Notifications'), settings('display', 'Display', { inArabic: true }),
  settings('language', 'Language and time'), settings('sidebar', 'Sidebar'), settings('plugins', 'Plugins'), settings('accessibility', 'Accessibility'),
  settings('tokens', 'Access tokens', {
    shows: ['route:settings', 'settings:tokens', 'views/settings/tokens-page.vue'],
    async open(page) {
      await page.getByLabel('What it is for').fill('A robot')
      await page.keyboard.press('Enter')
      await dialog(page)
    }, ready: dialog,
  }),
  { name: 'notifications of a channel', shows: ['route:settings', 'views/settings/channel-notices.vue'], address: '/settings/notifications/{design}', ready: dialog },

  ...adminScreens,
]
