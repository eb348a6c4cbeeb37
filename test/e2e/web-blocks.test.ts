import { deepEqual, equal, ok } from 'node:assert/strict'
import type { Locator, Page } from 'playwright-core'
import { blocks } from '@rookery/sdk/plugin'
import { buildWeb } from '../../web/build/build-web.ts'
import { createTestBrowser, type TestBrowser, type TestWindow, type WindowOptions } from '../harness/browser.ts'
import { password, signIn } from '../harness/mattermost-client.ts'
import { askPlugin, enablePlugin, eventually } from '../harness/plugin-actions.ts'
import { thinkBetter } from '../harness/think-better.ts'
import { createWorld, type World } from '../harness/world.ts'

const pluginId = 'com.example.blocks'

describe('blocks of plugins in the web app', function () {
  this.timeout(180_000)
  let world: World
  let browser: TestBrowser
  before(async () => {
    const { folder } = await buildWeb()
    ;[world, browser] = await Promise.all([createWorld({ web: folder, releasePlugins: ['slash-commands'], plugins: ['blocks'] }), createTestBrowser()])
    await enablePlugin(world, pluginId)
  })
  after(async () => {
    await browser?.close()
    await world?.close()
  })

  const open = async (name: string, options: WindowOptions = {}): Promise<TestWindow> => {
    const window = await browser.openWindow(options)
    // What pictures elsewhere would show is none of this test's.
    await window.page.route('https://example.com/**', (route) => route.fulfill({ contentType: 'image/svg+xml', body: '<svg xmlns="http://www.w3.org/2000/svg" width="480" height="200"><rect width="480" height="200" fill="#3a6ea5"/><circle cx="240" cy="100" r="60" fill="#ffe9a8"/></svg>' }))
    await window.page.goto(`${world.server.url}/engines/channels/looms`)
    await window.page.locator('input[type=password]').waitFor()
    await window.page.locator('input[autocomplete=username]').fill(name)
    await window.page.locator('input[type=password]').fill(password)
    await window.page.locator('button[type=submit]').click()
    await window.page.getByRole('log').waitFor()
    return window
  }
  const row = (page: Page, text: string): Locator => page.getByRole('log').getByRole('listitem').filter({ has: page.getByRole('article') }).filter({ hasText: text })
  const launch = async (name: string): Promise<void> => { await world.bob.client.executeCommand(`/launch ${name}`, { channel_id: world.channel.id, team_id: world.team.id }) }

  it('are drawn, pressed, filled in and answered, by mouse and keyboard', async () => {
    const bob = await open('bob')
    const { page } = bob
    await launch('Heron')
    const post = row(page, 'Launch of the *Heron*')
    await post.getByRole('img', { name: 'The Heron on its pad' }).waitFor()
    await bob.screenshot('web/blocks', { everywhere: 'nightly' })
    await bob.checkAccessibility()

    // A list: ticked at once, and as the plugin has it.
    await post.getByRole('checkbox', { name: 'Wake the crew' }).check()
    await post.getByText('1 step is ready').waitFor()
    ok(await post.getByRole('checkbox', { name: 'Wake the crew' }).isChecked())
    equal(await post.getByRole('progressbar', { name: '1 step is ready' }).getAttribute('value'), '1')

    // A menu by keyboard, a choice, a day.
    await post.getByRole('button', { name: 'More', exact: true }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: 'Copy' }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await row(page, 'more is ').waitFor()
    await post.getByRole('combobox', { name: 'Pad' }).selectOption('b')
    await row(page, 'pad is b').getByRole('button', { name: 'Again' }).click()
    await row(page, 'Thank you').waitFor()
    equal(await row(page, 'pad is b').count(), 0)
    await post.getByLabel('Day').fill('2026-12-24')
    await post.getByLabel('Day').blur()
    await row(page, 'day is 2026-12-24').waitFor()
    // People are searched by the server, by keys alone, and stand where they were chosen.
    const { user: { id: carolId } } = await signIn(world.server.url, 'carol', { inviteId: world.team.invite_id } as never)
    const pilot = post.getByRole('combobox', { name: 'Pilot' })
    await pilot.focus()
    await page.keyboard.type('ca')
    const carol = page.getByRole('option', { name: /@carol/ })
    await carol.waitFor()
    equal(await page.getByRole('listbox').getByRole('option').count(), 1)
    await bob.checkAccessibility()
    await eventually(async () => carol.getAttribute('data-highlighted'), (mark) => mark !== null)
    equal(await pilot.getAttribute('aria-activedescendant'), await carol.getAttribute('id'))
    await page.keyboard.press('Enter')
    await row(page, `pilot is ${carolId}`).waitFor()
    ok(/@carol/.test(await pilot.inputValue()))
    ok(await pilot.evaluate((element) => document.activeElement === element))

    // What fails says so where it was pressed, after it was asked about.
    await post.getByRole('button', { name: 'Break' }).click()
    await page.getByRole('dialog').getByText('Really break it?').waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Break it' }).click()
    await post.getByRole('alert').waitFor()

    // A form of blocks: judged here, then by the plugin.
    // By key: what failed made the post taller, so the list may still move under a pointer.
    await thinkBetter(page, 'interactive-dialog', () => post.getByRole('button', { name: 'Details' }).press('Enter'))
    const form = page.getByRole('dialog', { name: 'Details' })
    // Pressed again within half a second it counts as one press with the first.
    ok(await eventually(async () => {
      await post.getByRole('button', { name: 'Details' }).click({ timeout: 1000 }).catch(() => { /* the form covers it already */ })
      return form.isVisible()
    }, Boolean))
    await form.getByLabel('Name').fill('Io')
    await form.getByLabel('Seats').fill('')
    await form.getByLabel('Seats').pressSequentially('12')
    equal(await form.getByLabel('Seats').inputValue(), '12')
    await form.getByRole('button', { name: 'Save' }).click()
    await form.getByText('This is too short: at least 3 characters.').waitFor()
    await form.getByText('This is too large: at most 9.').waitFor()
    equal(await form.getByLabel('Seats').inputValue(), '12')
    await bob.screenshot('web/blocks-form', { everywhere: 'nightly' })
    await bob.checkAccessibility()
    await form.getByLabel('Name').fill('Nobody')
    await form.getByLabel('Seats').fill('9')
    await form.getByRole('button', { name: 'Save' }).click()
    await form.getByText('Somebody, please.').waitFor()
    await form.getByLabel('Name').fill('Heron')
    await form.getByRole('button', { name: 'Save' }).click()
    const next = page.getByRole('dialog', { name: 'So many?' })
    await next.getByLabel('Name again').fill('Heron')
    await page.keyboard.press('Enter')
    // It is where the newest are; the list stays where it is read.
    const [latest, second] = [page.getByRole('button', { name: /^(Jump to latest|\d+ new messages?)$/ }), row(page, 'second here {"name":"Heron"}')]
    ok(await eventually(async () => {
      if (await latest.isVisible()) await latest.click()
      return second.isVisible()
    }, Boolean))

    // Pressed twice at once, it is done once; and the post is what the plugin makes of it.
    await post.getByRole('button', { name: 'Go', exact: true }).dblclick()
    await row(page, 'It flies').first().waitFor()
    deepEqual(await eventually(() => row(page, 'Launch of the').count(), (count) => count === 0), 0)
    deepEqual(bob.complaints, [])
    await bob.close()
  })

  it('stand in posts with what is filled in beside their buttons, in every language', async () => {
    await world.ada.client.patchMe({ locale: 'ar' } as never)
    const ada = await open('ada', { locale: 'ar', theme: 'dark', size: 'phone' })
    const { page } = ada
    await askPlugin(world, pluginId, '/post', { operation: 'create', channelId: world.channel.id, blocks: [
      blocks.heading({ en: 'A long trip', ar: 'رحلة طويلة' }), blocks.section({ en: 'Where to?', ar: 'إلى **أين** نذهب؟' }),
      blocks.input('where', { en: 'Where', ar: 'المكان' }, { type: 'string', maxLength: 20 }, { isRequired: true }), blocks.input('days', { en: 'Days', ar: 'الأيام' }, { type: 'integer', minimum: 1 }),
      blocks.actions(blocks.button('go', 'go', { en: 'Travel', ar: 'سافر' }, { style: 'primary' }), blocks.link('https://example.com/a-very-long-word-that-does-not-fit-into-one-row', 'https://example.com/x')),
      blocks.progress('دونودوناودشيفارتسغزلشافتسكابيتان '.repeat(3).trim(), 2, 3), { kind: 'carousel', fallback: 'ثلاث صور' },
    ] })
    const post = row(page, 'رحلة طويلة')
    await post.getByText('ثلاث صور').waitFor()
    await post.getByRole('button', { name: 'سافر' }).click()
    await post.getByRole('alert').first().waitFor()
    await ada.screenshot('web/blocks-arabic')
    await ada.checkAccessibility()
    await post.getByLabel('المكان').fill('القمر')
    await post.getByLabel('الأيام').fill('3')
    await post.getByRole('button', { name: 'سافر' }).click()
    await row(page, 'It flies {"where":"القمر","days":3}').waitFor()
    ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth))
    deepEqual(ada.complaints, [])
    await ada.close()
  })

  it('fill a panel beside the channel, which is pressed and asked again', async () => {
    const bob = await open('bob')
    const { page } = bob
    await page.goto(`${world.server.url}/engines/channels/looms?panel=info`)
    await page.locator('aside').getByRole('button', { name: 'Launches', exact: true }).click()
    const panel = page.getByRole('region', { name: 'Launches here' })
    await panel.getByText(`here ${world.bob.user.id}`).waitFor()
    await panel.getByRole('checkbox', { name: 'Fill the tanks' }).check()
    await panel.getByText('1 step is ready').waitFor()
    await bob.screenshot('web/blocks-panel', { everywhere: 'nightly' })
    await bob.checkAccessibility()
    await panel.getByRole('button', { name: 'Details' }).click()
    const form = page.getByRole('dialog', { name: 'Details' })
    await form.getByLabel('Name').fill('Egret')
    await form.getByRole('button', { name: 'Save' }).click()
    await row(page, 'first nowhere {"name":"Egret","seats":2').waitFor()
    await panel.getByText('0 steps are ready').waitFor()
    await page.goto(`${world.server.url}/engines/channels/looms?panel=blocks:${pluginId}/broken`)
    await page.getByRole('button', { name: 'Try again' }).waitFor()
    deepEqual(bob.complaints, [])
    await bob.close()
  })
})
