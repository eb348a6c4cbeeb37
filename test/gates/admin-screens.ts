import type { Page } from 'playwright-core'
import { eventually } from '../harness/plugin-actions.ts'
import { createPackage } from '../harness/plugin-packages.ts'
import { dialog, heading, menu, type Screen } from './screen.ts'

const plugin = (part: string, more: Partial<Screen> = {}): Screen => ({ name: `plugin ${part}`, shows: ['route:admin-plugin'], address: `/admin/plugins/slash-commands?part=${part}`, ready: heading('Slash commands'), ...more })
const press = (name: string | RegExp) => async (page: Page): Promise<void> => { await page.getByRole('main').getByRole('button', { name }).first().press('Enter') }
const choose = (button: string | RegExp, item: string) => async (page: Page): Promise<void> => {
  await press(button)(page)
  await page.getByRole('menuitem', { name: item }).press('Enter')
}

async function goWithoutSaving(page: Page): Promise<void> {
  await page.getByLabel('Shortest password', { exact: true }).fill('2')
  const navigation = page.getByRole('button', { name: 'Open navigation' })
  if (await navigation.isVisible()) await navigation.click()
  await page.getByRole('link', { name: 'Health' }).first().click()
}

export const adminScreens: readonly Screen[] = [
  { name: 'administration refused', who: 'bob', shows: ['route:admin'], address: '/admin', ready: async (page) => { await page.getByRole('alert').waitFor() } },
  { name: 'plugins', shows: ['route:admin', 'route:admin-plugins'], address: '/admin', ready: async (page) => { await page.getByRole('heading', { name: 'Slash commands' }).waitFor() }, inArabic: true },
  {
    name: 'doubtful package', shows: ['views/admin/plugins/package-upload.vue'], address: '/admin/plugins',
    async open(page) {
      const choosing = page.waitForEvent('filechooser')
      await press('Install a plugin')(page)
      await (await choosing).setFiles({ name: 'stray.rookery', mimeType: 'application/octet-stream', buffer: await createPackage({ id: 'stray', name: 'Stray', keys: null }) })
    }, ready: dialog,
  },
  plugin('permissions'),
  plugin('settings', { address: '/admin/plugins/growing?part=settings', ready: async (page) => { await page.getByLabel('Times a day', { exact: true }).waitFor() } }),
  plugin('activity', { ready: async (page) => { await page.getByText('Processor time').waitFor() } }), plugin('log'),
  { name: 'menu of a plugin', shows: ['views/admin/plugins/plugin-page.vue'], address: '/admin/plugins/growing', open: press('More actions'), ready: menu },
  { name: 'uninstalling a plugin', shows: ['views/admin/plugins/uninstall-dialog.vue'], address: '/admin/plugins/growing', open: choose('More actions', 'Uninstall'), ready: dialog },
  { name: 'enabling a plugin', shows: ['views/admin/plugins/enable-dialog.vue'], address: '/admin/plugins/sleeping', open: press('Enable Sleeping'), ready: dialog },
  { name: 'upgrading a plugin', shows: ['views/admin/plugins/upgrade-notice.vue'], address: '/admin/plugins/growing', open: press('Review'), ready: dialog },
  { name: 'discarding what a plugin failed on', shows: ['views/admin/plugins/plugin-letters.vue'], address: '/admin/plugins/growing?part=activity', open: press('Discard all'), ready: dialog },
  { name: 'removing a plugin for good', shows: ['views/admin/plugins/plugin-trash.vue'], address: '/admin/plugins', open: press('Remove for good: Gone'), ready: dialog },
  { name: 'order of hooks', shows: ['views/admin/plugins/plugin-hooks.vue'], address: '/admin/plugins/growing?part=activity', open: press(/^Change /), ready: dialog },
  { name: 'users', shows: ['route:admin-users'], address: '/admin/users', ready: async (page) => { await page.getByRole('button', { name: 'Actions for bob' }).waitFor() }, inArabic: true },
  { name: 'creating an account', shows: ['views/admin/people/create-user.vue'], address: '/admin/users', open: press('Create account'), ready: dialog },
  { name: 'menu of an account', shows: ['views/admin/people/user-row.vue'], address: '/admin/users', open: press('Actions for bob'), ready: menu },
  { name: 'sessions of an account', shows: ['views/admin/people/user-sessions.vue'], address: '/admin/users', open: choose('Actions for bob', 'Sessions'), ready: dialog },
  { name: 'roles of an account', shows: ['views/admin/people/user-roles.vue'], address: '/admin/users', open: choose('Actions for bob', 'Roles'), ready: dialog },
  { name: 'new password for an account', shows: ['views/admin/people/new-password.vue'], address: '/admin/users', open: choose('Actions for bob', 'Set a new password'), ready: dialog },
  { name: 'teams', shows: ['route:admin-teams'], address: '/admin/teams', ready: async (page) => { await page.getByRole('button', { name: 'Options of Engines' }).waitFor() } },
  { name: 'archiving a team', shows: ['views/admin/people/place-list.vue'], address: '/admin/teams', open: choose('Options of Engines', 'Archive'), ready: dialog },
  { name: 'channels', shows: ['route:admin-channels'], address: '/admin/channels', ready: async (page) => { await page.getByRole('button', { name: /^Options of/ }).first().waitFor() } },
  { name: 'configuration', shows: ['route:admin-configuration'], address: '/admin/configuration', ready: async (page) => { await page.getByRole('textbox').nth(2).waitFor() } },
  {
    name: 'leaving what is not saved', shows: ['views/admin/form/leave-dialog.vue'], address: '/admin/configuration', ready: dialog,
    open: goWithoutSaving,
    // Else it asks again whoever looks at the next screen. The drawer of a phone may still give the focus back, and a key goes where that is.
    async close(page) {
      const leave = page.getByRole('dialog').getByRole('button', { name: 'Leave', exact: true })
      await eventually(async () => {
        if (!await leave.isVisible()) await goWithoutSaving(page)
        await leave.press('Enter', { timeout: 2000 }).catch(() => { /* it is asked again */ })
        return page.waitForURL('**/admin/health', { timeout: 2000 }).then(() => true, () => false)
      }, (hasLeft) => hasLeft)
    },
  },
  { name: 'health', shows: ['route:admin-health'], address: '/admin/health', ready: async (page) => { await page.locator('main section').first().waitFor() } },
  { name: 'statistics', shows: ['route:admin-statistics'], address: '/admin/statistics', ready: async (page) => { await page.locator('main svg').first().waitFor() }, inArabic: true },
]
