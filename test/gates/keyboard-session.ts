import { equal, ok } from 'node:assert/strict'
import { pluginsGet, postsGet, postsListOfChannel, preferencesList, type Post } from '@rookery/sdk/protocol'
import { eventually } from '../harness/plugin-actions.ts'
import type { TestWindow } from '../harness/browser.ts'
import { password, type Furniture } from './furniture.ts'
import { createTypist } from './keyboard.ts'

/** An evening at the keyboard: from signing in to disabling a plugin, with no pointer at all. */
export async function keyboardSession(window: TestWindow, { world, channelIds }: Furniture): Promise<void> {
  const { page } = window
  const keys = createTypist(page)
  const ada = world.people['ada']
  if (!ada) throw new Error('Ada is not there')
  const written = async (message: string): Promise<Post> => eventually(
    async () => (await ada.client.run(postsListOfChannel, { channelId: channelIds.design, limit: 20 })).posts.find((post) => post.message === message), (post) => post !== undefined) as Promise<Post>
  const post = (postId: string): Promise<Post> => ada.client.run(postsGet, { postId })
  const title = (name: string): Promise<void> => page.getByRole('heading', { level: 1, name }).waitFor()

  // Signs in. The first field has the focus already.
  await page.goto(`${world.server.url}/login`)
  await keys.expectFocus(/input/)
  await keys.type('ada')
  await keys.press('Tab')
  await keys.type(password)
  await keys.press('Enter')
  await page.getByRole('navigation', { name: 'Channels and messages' }).waitFor()
  await keys.expectFocus()

  // To a channel by a few letters, and writes.
  await page.keyboard.press('Control+k')
  await keys.expectFocus(/combobox/)
  await keys.type('design')
  await page.getByRole('option', { name: /Design/ }).first().waitFor()
  await keys.press('Enter')
  await title('Design')
  await keys.expectFocus(/textarea/)
  await keys.type('Written by keys alone')
  await keys.press('Enter')
  const own = await written('Written by keys alone')
  await page.locator(`article[data-post="${own.id}"]`).waitFor()

  // Up to the message, and through what may be done with it.
  await keys.goTo(/^article/, 'Shift+Tab')
  await keys.press('End')
  await eventually(() => page.evaluate(() => document.activeElement?.getAttribute('data-post')), (id) => id === own.id)
  await keys.expectFocus(/^article/)
  await keys.press('r')
  await keys.expectFocus(/input/)
  await keys.type('rocket')
  // What was found for the first letters may be there still.
  await page.getByRole('dialog').locator('[role="gridcell"][aria-selected="true"][aria-label=":rocket:"]').waitFor()
  await keys.press('Enter')
  await eventually(() => post(own.id), ({ reactions }) => reactions.some(({ emojiName }) => emojiName === 'rocket'))
  await keys.expectFocus()
  await keys.goTo(/^article/, 'Shift+Tab')
  await keys.press('p')
  await eventually(() => post(own.id), ({ isPinned }) => isPinned)
  await keys.expectFocus(/^article/)
  await keys.press('e')
  await keys.expectFocus(/textarea.*Edit message/)
  await keys.press('End')
  await keys.type('!')
  await keys.press('Enter')
  await eventually(() => post(own.id), ({ message }) => message === 'Written by keys alone!')
  await keys.expectFocus(/^article/)

  // A thread and back.
  await keys.press('t')
  await page.getByRole('region', { name: 'Thread', exact: true }).waitFor()
  await keys.expectFocus(/textarea.*eply/)
  await keys.type('A reply by keys')
  await keys.press('Enter')
  await eventually(() => post(own.id), ({ replyCount }) => replyCount === 1)
  await keys.press('Control+.')
  await page.getByRole('region', { name: 'Thread', exact: true }).waitFor({ state: 'detached' })
  await keys.expectFocus(/^article/)

  // Deleted, and taken back in time.
  await keys.press('Delete')
  await page.locator(`article[data-post="${own.id}"]`).waitFor({ state: 'detached' })
  await keys.expectFocus()
  await keys.press('F8')
  await keys.goTo(/^button  “Undo/)
  await keys.press('Enter')
  await page.locator(`article[data-post="${own.id}"]`).waitFor()
  await keys.expectFocus()
  equal((await post(own.id)).deleteAt, 0)

  // The menu of a message opens, leads round and closes.
  await page.keyboard.press('Control+k')
  await keys.expectFocus(/combobox/)
  await keys.press('Escape')
  await keys.expectFocus()
  await keys.goTo(/^article/, 'Shift+Tab')
  await keys.goTo('More actions')
  await keys.press('Enter')
  await keys.expectFocus(/menuitem/)
  await keys.press('ArrowDown', 'Escape')
  await keys.expectFocus('More actions')

  // Somebody's card, from a name.
  await keys.press('Escape')
  await keys.expectFocus(/^article/)
  await keys.goTo(/^button  “bob”/, 'Shift+Tab')
  await keys.press('Enter')
  await page.getByRole('dialog', { name: /bob/ }).waitFor()
  await keys.expectFocus()
  await keys.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await keys.expectFocus(/^button  “bob”/)

  // From part to part, and along the sidebar.
  await keys.press('F6', 'F6')
  await keys.expectFocus()
  await page.keyboard.press('F6')
  for (let part = 0; part < 6 && !await page.getByRole('navigation', { name: 'Channels and messages' }).evaluate((element) => element.contains(document.activeElement)); part += 1) await page.keyboard.press('F6')
  await keys.expectFocus('Design')
  await keys.press('ArrowUp')
  await keys.expectFocus()
  await keys.press('End', 'Enter')
  await keys.expectFocus()

  // To the settings by the menu of the account; a choice with the arrows; back with Escape.
  await keys.goTo(/Account and status/)
  await keys.press('Enter')
  await keys.expectFocus(/menu/)
  await keys.goTo(/menuitem “Settings/, 'ArrowDown')
  await keys.press('Enter')
  await page.getByRole('navigation', { name: 'Settings' }).waitFor()
  await keys.expectFocus()
  await keys.goTo(/^a  “Display/)
  await keys.press('Enter')
  await title('Display')
  await keys.expectFocus()
  await keys.goTo(/^input/)
  while (!await page.evaluate(() => document.activeElement?.getAttribute('value') === 'auto' || document.activeElement?.getAttribute('value') === 'light' || document.activeElement?.getAttribute('value') === 'dark')) await page.keyboard.press('Tab')
  await keys.press('ArrowRight')
  await eventually(() => ada.client.run(preferencesList, { userId: ada.user.id }), (preferences) => preferences.some(({ name, value }) => name === 'color_scheme' && value !== 'auto'))
  await keys.expectFocus()
  await keys.press('Escape')
  await page.getByRole('navigation', { name: 'Channels and messages' }).waitFor()
  await keys.expectFocus()

  // The palette leads to the administration, where a plugin is disabled and enabled again.
  await page.keyboard.press('Control+Shift+p')
  await keys.expectFocus(/combobox/)
  await keys.type('administration')
  await page.getByRole('option', { name: 'Administration' }).waitFor()
  await keys.press('Enter')
  await page.getByRole('heading', { name: 'Slash commands' }).waitFor()
  await keys.expectFocus()
  await keys.goTo(/^button  “Disable Slash commands/)
  await keys.press('Enter')
  await eventually(() => ada.client.run(pluginsGet, { pluginId: 'slash-commands' }), ({ plugin }) => plugin.state !== 'enabled')
  await keys.expectFocus('Enable Slash commands')
  await keys.press('Enter')
  await eventually(() => ada.client.run(pluginsGet, { pluginId: 'slash-commands' }), ({ plugin }) => plugin.state === 'enabled')
  await keys.expectFocus('Disable Slash commands')
  ok(window.complaints.length === 0, window.complaints.join('\n'))
}

/** The links that lead past what stands on every page: the first thing that Tab comes to. */
export async function skipLinks({ page }: TestWindow, { world }: Furniture): Promise<void> {
  for (const [address, target] of [['/engines/channels/design', 'centre'], ['/admin/plugins', 'admin-page']] as const) {
    await page.goto(`${world.server.url}${address}`)
    await page.locator(`#${target} h1`).first().waitFor()
    await page.evaluate(() => { (document.activeElement as HTMLElement | null)?.blur() })
    const keys = createTypist(page)
    await keys.goTo(/^a  “Skip/)
    const { x = -1, y = -1 } = await page.evaluate(() => { const { left, top } = document.activeElement?.getBoundingClientRect() ?? {}; return { x: left, y: top } }) as { x?: number, y?: number }
    ok(x >= 0 && y >= 0, 'it can be seen')
    await keys.press('Enter')
    ok(await page.evaluate((id) => document.getElementById(id)?.contains(document.activeElement), target), `${address}: the focus is in #${target}`)
    equal(new URL(page.url()).pathname, address)
  }
}
