import { deepEqual, equal, ok } from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import type { FrameLocator, Locator, Page } from 'playwright-core'
import { packPlugin } from '@rookery/sdk/bundle'
import { customStatusClear, customStatusSet, pluginsCallRoute, pluginsDisable, pluginsEnable, pluginsGet, pluginsGetSettings, pluginsHooks, pluginsInstall, postsCreate, secretMask, usersPatch, type InputOf } from '@rookery/sdk/protocol'
import type { TestWindow } from '../harness/browser.ts'
import { eventually } from '../harness/plugin-actions.ts'
import { createPackage } from '../harness/plugin-packages.ts'
import { createWebWorld, type WebPerson, type WebWorld } from '../harness/web-world.ts'

const board = 'com.example.noticeboard'
const intruder = 'com.example.intruder'
const ballots = 'com.example.ballots'
const townSquare = '/engines/channels/town-square'

describe('plugins in the web app', function () {
  this.timeout(180_000)
  let world: WebWorld
  let ada: WebPerson
  let bob: WebPerson
  before(async () => {
    world = await createWebWorld(['ada', 'bob'])
    ada = world.people['ada'] as WebPerson
    bob = world.people['bob'] as WebPerson
    for (const name of ['noticeboard', 'intruder', 'ballots']) {
      const { bytes } = await packPlugin(path.join(import.meta.dirname, '../fixtures/plugins', name))
      await ada.client.upload(pluginsInstall, { accept: 'unsigned' }, new Uint8Array(bytes))
    }
  })
  after(() => world?.remove())

  const enable = async (pluginId: string): Promise<void> => {
    const { plugin } = await ada.client.run(pluginsGet, { pluginId })
    await ada.client.run(pluginsEnable, { pluginId, consent: Object.keys(plugin.requested) })
  }
  const disable = async (pluginId: string): Promise<void> => { await ada.client.run(pluginsDisable, { pluginId }) }
  const post = (pluginId: string, address: string, body: unknown) => ada.client.run(pluginsCallRoute, { pluginId, method: 'POST', path: address, body: JSON.stringify(body) } satisfies InputOf<typeof pluginsCallRoute>)
  const frameOf = (page: Page, title: string): FrameLocator => page.frameLocator(`iframe[title^="${title}"]`)

  it('show parts in frames, live: they come with the plugin, do their work, fail alone, and go with it', async () => {
    await ada.client.run(postsCreate, { channelId: (await world.channel('town-square')).id, message: 'Tea is at four' })
    const window = await bob.openWindow(townSquare)
    const { page } = window
    await page.getByText('Tea is at four').waitFor()
    const opener = page.getByRole('button', { name: 'Notice board', exact: true })
    equal(await opener.count(), 0)
    const loaded: string[] = []
    page.on('request', (request) => { if (request.url().includes('/web-parts/')) loaded.push(path.basename(new URL(request.url()).pathname)) })
    await enable(board)
    await opener.waitFor()
    deepEqual(loaded, [], 'a button is the page\'s own: nothing of the plugin is fetched for it')
    await opener.click()
    const frame = frameOf(page, 'Notice board')
    await frame.getByRole('heading', { name: 'No notices' }).waitFor()
    deepEqual(loaded, ['frame.html', 'web.js'])
    equal(await opener.getAttribute('aria-pressed'), 'true')
    await frame.getByLabel('New notice').fill('Bring cups')
    await frame.getByRole('button', { name: 'Put up' }).click()
    await frame.getByRole('heading', { name: '1 notice' }).waitFor()
    await frame.getByText('Bring cups').waitFor()

    // An entry of the menu of a message asks the plugin, which has the page open its panel.
    await page.getByText('Tea is at four').hover()
    await page.getByRole('button', { name: 'More actions' }).click()
    await page.getByRole('menuitem', { name: 'Put on the board' }).click()
    await page.getByText('It hangs on the board.').first().waitFor()
    await frame.getByRole('heading', { name: '2 notices' }).waitFor()
    await window.checkAccessibility()
    await window.screenshot('web/slots-panel', { everywhere: 'nightly' })

    // Escape leads out of the frame, also long after anything else was done; what somebody presses there may open something.
    await frame.getByLabel('New notice').click()
    await page.keyboard.press('Escape')
    await eventually(() => page.locator('aside[data-region]').evaluate((aside) => aside === document.activeElement), Boolean)
    await frame.getByRole('button', { name: 'To the wall' }).click()
    await frameOf(page, 'Wall of notices').getByRole('heading', { name: '2 notices' }).waitFor()
    await page.goBack()
    await frame.getByRole('heading', { name: '2 notices' }).waitFor()

    // Pages have addresses, and say whose they are.
    await page.getByRole('button', { name: 'Wall of notices' }).click()
    await page.getByText('Shown by Notice board').waitFor()
    await window.checkAccessibility()
    await frameOf(page, 'Wall of notices').getByRole('heading', { name: '2 notices' }).waitFor()
    await page.reload()
    await frameOf(page, 'Wall of notices').getByRole('heading', { name: '2 notices' }).waitFor()
    await window.screenshot('web/slots-page')
    await page.goto(`${world.server.url}/settings/parts/${board}.habits`)
    await frameOf(page, 'Notice board').getByText('Notices of').waitFor()
    await window.checkAccessibility()
    // On the card of a person as well.
    await page.goto(`${world.server.url}${townSquare}`)
    await page.getByRole('button', { name: 'ada', exact: true }).first().click()
    await frameOf(page, 'Notices').getByText('Notices of').waitFor()
    await window.checkAccessibility()
    for (const address of [`/settings/parts/${board}.nothing`, `/engines/parts/${board}.nothing`, `${townSquare}?panel=${board}.nothing`]) {
      await page.goto(`${world.server.url}${address}`)
      await page.getByText('This is not here any more').waitFor()
      await page.getByRole('heading', { name: 'Part of a plugin' }).waitFor()
      await window.checkAccessibility()
    }

    // What cannot be drawn is told in its place, with a way to try again.
    await post(board, '/broken', true)
    await page.goto(`${world.server.url}${townSquare}?panel=${board}.board`)
    await page.getByText('Notice board from Notice board could not be shown.').waitFor()
    await page.getByText('Tea is at four').waitFor()
    await window.screenshot('web/slots-problem')
    await post(board, '/broken', false)
    await page.getByRole('alert').getByRole('button', { name: 'Try again' }).click()
    await frame.getByRole('heading', { name: '2 notices' }).waitFor()

    await disable(board)
    await page.locator('iframe').waitFor({ state: 'detached' })
    await opener.waitFor({ state: 'detached' })
    await eventually(() => page.url(), (url) => !url.includes('panel='))
    await enable(board)
    await opener.waitFor()
    deepEqual(window.complaints, [])
    await window.close()

    const admin = await ada.openWindow(`/admin/parts/${board}.care`)
    await frameOf(admin.page, 'Notice board').getByRole('heading', { name: '2 notices' }).waitFor()
    await admin.checkAccessibility()
    await admin.page.goto(`${world.server.url}/admin/parts/${board}.nothing`)
    await admin.page.getByRole('heading', { name: 'Part of a plugin' }).waitFor()
    await admin.page.getByText('This is not here any more').waitFor()
    await admin.checkAccessibility()
    await admin.close()
    const stranger = await bob.openWindow(`${townSquare}?panel=${board}.care`)
    await stranger.page.getByText('This is not here any more').waitFor()
    await stranger.close()
  })

  it('stand in and below messages, beside the teams and in the menu of the team, are used by keys, and fail alone', async () => {
    await enable(ballots)
    const { id: channelId } = await world.channel('town-square')
    const { body } = await post(ballots, '/create', { channelId, message: 'Tea or coffee?', props: { question: 'Tea or coffee?', choices: [{ text: 'tea' }] } })
    ok((JSON.parse(body) as { id?: string }).id, body)
    const window = await bob.openWindow(townSquare)
    const { page } = window
    const [paper, count, rules] = [frameOf(page, 'Paper'), frameOf(page, 'Count'), frameOf(page, 'Rules of voting')]
    // A frame has no origin of ours, and stands in place of what its kind of post says to others.
    await paper.getByRole('button', { name: 'Tick tea' }).waitFor()
    await count.getByRole('button', { name: 'Count again' }).waitFor()
    deepEqual(await page.locator('iframe').evaluateAll((frames) => frames.map((frame) => frame.getAttribute('sandbox'))), ['allow-scripts', 'allow-scripts'])
    equal(await page.getByRole('log').getByText('Tea or coffee?', { exact: true }).count(), 0)
    equal(await page.getByText('Shown by Ballots').count(), 2)
    await paper.getByRole('button').press('Enter')
    await paper.getByRole('button', { name: 'Tick tea: here' }).waitFor()
    await count.getByRole('button').press('Space')
    await count.getByRole('button', { name: 'Count again: here' }).waitFor()
    await window.checkAccessibility()
    await window.screenshot('web/slots-messages', { everywhere: 'nightly' })

    // The two ways to a page of the plugin, by keys alone.
    await page.getByRole('button', { name: 'Ballot box', exact: true }).focus()
    await page.keyboard.press('Enter')
    await rules.getByRole('button', { name: 'One vote each' }).waitFor()
    await page.goto(`${world.server.url}${townSquare}`)
    await paper.getByRole('button', { name: 'Tick tea' }).waitFor()
    await page.getByRole('button', { name: 'Engines', exact: true }).focus()
    await page.keyboard.press('Enter')
    const entry = page.getByRole('menuitem', { name: 'Rules of voting' })
    await entry.waitFor()
    await window.screenshot('web/slots-menu')
    await entry.press('Enter')
    await rules.getByRole('button', { name: 'One vote each' }).waitFor()

    // What cannot be drawn is told in its place; what is beside it, and the page, stand.
    for (const [torn, title, whole, words] of [['paper', 'Paper', count, 'Count again'], ['count', 'Count', paper, 'Tick tea']] as const) {
      await post(ballots, '/torn', torn)
      await page.goto(`${world.server.url}${townSquare}`)
      await page.getByText(`${title} from Ballots could not be shown.`).waitFor()
      await whole.getByRole('button', { name: words }).waitFor()
      await page.getByRole('textbox', { name: 'Write to Town Square' }).fill(`Without ${torn}`)
      await page.keyboard.press('Enter')
      await page.getByRole('log').getByText(`Without ${torn}`, { exact: true }).waitFor()
    }
    await post(ballots, '/torn', '')
    await page.getByRole('alert').getByRole('button', { name: 'Try again' }).press('Enter')
    await count.getByRole('button', { name: 'Count again' }).waitFor()
    // The words of the post itself are there for whoever has no such plugin.
    await disable(ballots)
    await page.getByRole('log').getByText('Tea or coffee?', { exact: true }).waitFor()
    equal(await page.getByRole('button', { name: 'Ballot box', exact: true }).count(), 0)
    deepEqual(window.complaints, [])
    await window.close()
  })

  it('of the release that fail are not there, and nothing else is gone', async () => {
    const window = await bob.openWindow('/robots.txt')
    const { page } = window
    await page.route(/\/status-button-[^/]*\.js/, (route) => route.abort())
    await page.goto(`${world.server.url}${townSquare}`)
    await page.getByRole('button', { name: 'Commands', exact: true }).waitFor()
    await page.getByText('Tea is at four').waitFor()
    equal(await page.getByRole('button', { name: 'Set a status' }).count(), 0)
    await window.close()
  })

  it('of the release are parts of the page', async () => {
    const window = await bob.openWindow(townSquare)
    const { page } = window
    await page.getByRole('button', { name: 'Commands', exact: true }).click()
    await eventually(() => page.getByRole('textbox', { name: 'Write to Town Square' }).inputValue(), (text) => text === '/')
    await page.getByRole('listbox').waitFor()
    await page.getByRole('button', { name: 'Set a status' }).waitFor()
    for (const [pluginId, button] of [['slash-commands', 'Commands'], ['custom-status', 'Set a status']] as const) {
      await disable(pluginId)
      await page.getByRole('button', { name: button, exact: true }).waitFor({ state: 'detached' })
      await enable(pluginId)
      await page.getByRole('button', { name: button, exact: true }).waitFor()
    }
    // They are called what they are called in the language of whoever looks, also once that changes; else what the manifest has.
    for (const [locale, commands, wall] of [['de', 'Befehle', 'Wall of notices'], ['ar', 'الأوامر', 'Wall of notices'], ['en', 'Commands', 'Wall of notices']] as const) {
      await bob.client.run(usersPatch, { userId: bob.user.id, locale })
      await page.getByRole('button', { name: commands, exact: true }).waitFor()
      await page.getByRole('button', { name: wall, exact: true }).waitFor()
    }
    // The custom status stands beside the name, and goes with the plugin that provides it.
    await ada.client.run(customStatusSet, { userId: ada.user.id, emoji: 'palm_tree', text: 'Back on Monday' })
    const said = page.getByRole('log').getByRole('article').filter({ hasText: 'Tea is at four' }).getByRole('img', { name: 'Back on Monday' })
    await said.waitFor()
    await disable('custom-status')
    await said.waitFor({ state: 'detached' })
    await enable('custom-status')
    await said.waitFor()
    await ada.client.run(customStatusClear, { userId: ada.user.id })
    await said.waitFor({ state: 'detached' })
    deepEqual(window.complaints, [])
    await window.close()
  })

  it('are set by people for themselves, and for channels and teams by those who manage these', async () => {
    const { bytes } = await packPlugin(path.join(import.meta.dirname, '../fixtures/plugins/chooser'))
    await ada.client.upload(pluginsInstall, { accept: 'unsigned' }, new Uint8Array(bytes))
    const chosen = async (from: WebPerson, scope: 'user' | 'channel' | 'team', scopeId: string): Promise<unknown> => (await from.client.run(pluginsGetSettings, { pluginId: 'chooser', scope, scopeId })).chosen
    const window = await bob.openWindow('/settings/plugins')
    const { page } = window
    const form = page.getByRole('region', { name: 'Chooser' })
    await page.getByText('No plugin has settings here.').waitFor()
    await enable('chooser')
    await page.reload()
    await form.getByLabel('Colour', { exact: true }).fill('gold')
    await form.getByLabel('Pin', { exact: true }).fill('1234')
    await form.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved. In effect from now on.').waitFor()
    deepEqual(await chosen(bob, 'user', bob.user.id), { colour: 'gold', pin: secretMask })
    await window.checkAccessibility()
    await window.screenshot('web/settings-plugins', { everywhere: 'nightly' })

    const square = (await world.channel('town-square')).id
    await page.goto(`${world.server.url}${townSquare}?panel=info`)
    await page.getByRole('link', { name: 'Settings of plugins' }).click()
    await page.getByRole('heading', { name: 'Plugins in Town Square' }).waitFor()
    await form.getByRole('switch', { name: 'Is quiet' }).uncheck()
    await form.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved. In effect from now on.').waitFor()
    deepEqual(await chosen(bob, 'channel', square), { isQuiet: false })

    await page.goto(`${world.server.url}/settings/plugins/team-${world.team.id}`)
    await page.getByText('You are not allowed to do this.').waitFor()
    deepEqual(window.complaints, [])
    await window.close()
    const other = await ada.openWindow(townSquare)
    await other.page.getByRole('heading', { name: 'Town Square' }).waitFor()
    await other.page.getByRole('button', { name: 'Engines', exact: true }).click()
    await other.page.getByRole('menuitem', { name: 'Team settings' }).click()
    await other.page.getByRole('button', { name: 'What they let you set for this team' }).click()
    await other.page.getByRole('heading', { name: 'Plugins in Engines' }).waitFor()
    await other.page.getByLabel('Colour', { exact: true }).selectOption('blue')
    await other.page.getByRole('button', { name: 'Save' }).click()
    await other.page.getByText('Saved. In effect from now on.').waitFor()
    deepEqual(await chosen(ada, 'team', world.team.id), { colour: 'blue' })
    await other.close()
    await disable('chooser')
  })

  it('take part in operations in an order that the administration shows whole, and changes by the keyboard', async () => {
    for (const [id, name] of [['warp', 'Warp'], ['weft', 'Weft']] as const) {
      const bytes = await createPackage({
        id, name, keys: null, capabilities: { 'posts:transform': { reason: 'Weaves.' } }, source: 'rookery.on("describe", () => ({})); rookery.on("transform posts.create", () => null)',
        contributes: { transforms: [{ operation: 'posts.create', needs: ['message'], filter: { contains: ['nobody says this'] } }] },
      })
      await ada.client.upload(pluginsInstall, { accept: 'unsigned' }, new Uint8Array(bytes))
      await enable(id)
    }
    const window = await ada.openWindow('/admin/plugins/weft?part=activity')
    const { page } = window
    const chain = page.getByRole('region', { name: 'Hooks' }).getByRole('list').getByRole('listitem')
    const names = (): Promise<string[]> => chain.locator('.name').allTextContents()
    const planned = async (): Promise<string[]> => (await ada.client.run(pluginsHooks, { operation: 'posts.create' })).map(({ pluginId }) => pluginId)
    const [earlier, later] = ['Earlier in posts.create', 'Later in posts.create'].map((name) => page.getByRole('button', { name })) as [Locator, Locator]
    await eventually(names, (all) => all.join() === 'Warp,Weft')
    equal(await later.isDisabled(), true)
    await window.checkAccessibility()
    await window.screenshot('web/admin-hooks', { everywhere: 'nightly' })
    await earlier.press('Enter')
    await eventually(names, (all) => all.join() === 'Weft,Warp')
    deepEqual(await planned(), ['weft', 'warp'])
    equal(await earlier.isDisabled(), true)
    equal(await later.evaluate((button) => button === document.activeElement), true)
    await page.reload()
    await eventually(names, (all) => all.join() === 'Weft,Warp')
    await page.getByRole('button', { name: 'Change posts.create' }).click()
    await page.getByRole('dialog').getByLabel('Priority').fill('-7')
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
    await page.getByText('Normal, -7').first().waitFor()
    deepEqual([await planned(), await names()], [['warp', 'weft'], ['Warp', 'Weft']])
    await page.getByRole('button', { name: 'Change posts.create' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'As the plugin sets it' }).click()
    await page.getByText('Normal, -7').first().waitFor({ state: 'detached' })
    deepEqual((await ada.client.run(pluginsHooks, { operation: 'posts.create' })).map(({ priority }) => priority), [0, 0])
    deepEqual(window.complaints, [])
    await window.close()
    for (const id of ['warp', 'weft']) await disable(id)
  })

  describe('that mean harm', () => {
    let trap: Server
    let window: TestWindow
    const reached: string[] = []
    before(async () => {
      trap = createServer((request, response) => {
        reached.push(`${request.method} ${request.url}`)
        response.setHeader('Access-Control-Allow-Origin', '*').end('')
      })
      await new Promise<void>((resolve) => { trap.listen(0, '127.0.0.1', resolve) })
      await enable(intruder)
      await post(intruder, '/target', `http://127.0.0.1:${(trap.address() as AddressInfo).port}`)
      window = await bob.openWindow(townSquare)
    })
    after(async () => {
      await window?.close()
      trap.closeAllConnections()
      trap.close()
    })

    const open = async (name: string): Promise<Page> => {
      await window.page.goto(`${world.server.url}${townSquare}?panel=${intruder}.${name}`)
      return window.page
    }

    it('reach nothing from their frame: no page, no storage, no network, no code but their own', async () => {
      const page = await open('escape')
      const told = JSON.parse(await frameOf(page, 'Attack escape').locator('pre').textContent() ?? '') as Record<string, string>
      const { open: opened, beacon, origin, worker, frame, ...refused } = told
      deepEqual(Object.fromEntries(Object.entries(refused).filter(([, came]) => came.startsWith('done'))), {})
      deepEqual([opened, origin], ['done: nothing', 'done: null'])
      ok(beacon !== undefined && worker !== undefined && frame !== undefined)
      equal(window.context.pages().length, 1)
      // It fills its place with what it likes; what is around it stays the page's.
      const place = await page.locator('iframe').boundingBox()
      const header = await page.getByRole('heading', { name: 'Attack escape' }).boundingBox()
      ok(place && header && header.y + header.height <= place.y + 1 && place.x > 700, JSON.stringify({ place, header }))
      await page.getByText('Intruder').first().waitFor()
      await window.screenshot('web/slots-mask')
      deepEqual(reached, [])
    })

    it('are closed when they send too much, by the port and past it', async () => {
      for (const name of ['flood', 'floodPast']) {
        const page = await open(name)
        await page.getByText(`Attack ${name} from Intruder was closed: it sent more than this page takes.`).waitFor()
        // Once its place is known in whole it is begun anew, and closed again.
        equal(await eventually(() => page.locator('iframe').count(), (count) => count === 0), 0)
      }
    })

    it('do not take the focus, nor send the page elsewhere', async () => {
      const page = await open('nag')
      const said = frameOf(page, 'Attack nag').getByText(/^\d\d times$/)
      const composer = page.getByRole('textbox', { name: 'Write to Town Square' })
      const hasFocus = (): Promise<boolean> => composer.evaluate((element) => element === document.activeElement)
      await composer.click()
      const length = await page.evaluate(() => history.length)
      await said.waitFor()
      deepEqual([await hasFocus(), new URL(page.url()).search, await page.evaluate(() => history.length)], [true, `?panel=${intruder}.nag`, length])

      await open('grab')
      const field = frameOf(page, 'Attack grab').getByLabel('Password')
      await field.waitFor()
      await composer.click()
      await page.keyboard.type('not for you', { delay: 60 })
      await page.getByText('Attack grab from Intruder was closed: it took the focus from what was being done.').waitFor()
      equal(await hasFocus(), true)
      await composer.fill('')
    })

    it('are closed when they go elsewhere, and get no more room than they said', async () => {
      const page = await open('leave')
      await page.getByText('Attack leave from Intruder was closed: it tried to leave its place.').waitFor()
      // An address of its own, where it would have the network, is elsewhere too.
      equal((await fetch(`${world.server.url}/plugins/${intruder}/page`)).status, 200)
      await open('leaveHome')
      await page.getByText('Attack leaveHome from Intruder was closed: it tried to leave its place.').waitFor()
      deepEqual(reached, [])
      await page.goto(`${world.server.url}${townSquare}`)
      await page.getByText('Tea is at four').waitFor()
      await page.getByRole('button', { name: 'ada', exact: true }).first().click()
      const huge = page.locator('iframe[title^="Huge"]')
      await huge.waitFor()
      await eventually(async () => (await huge.boundingBox())?.height, (height) => height === 150)
      // What wishes to be high and low by turns stays high.
      await frameOf(page, 'Shake').getByText(/^\d times$/).waitFor()
      const shaken = page.locator('iframe[title^="Shake"]')
      await shaken.evaluate((element) => {
        const seen: number[] = []
        Object.assign(window, { seen })
        new ResizeObserver(() => { seen.push(element.clientHeight) }).observe(element)
      })
      await frameOf(page, 'Shake').getByText(/^\d\d times$/).waitFor()
      deepEqual(await page.evaluate(() => (window as unknown as { seen: number[] }).seen), [140])
      await page.getByText('Shown by Intruder').first().waitFor()
      await window.screenshot('web/slots-card')
    })

    // The last: browsers keep frames of one server in one process, and end that in their own time.
    it('are told of when they do not answer, can be closed, and never stop the page', async () => {
      const page = await open('loop')
      await page.getByText('Attack loop from Intruder does not answer.').waitFor()
      // The page around it goes on.
      await page.getByRole('textbox', { name: 'Write to Town Square' }).fill('still here')
      await page.keyboard.press('Enter')
      await page.getByRole('log').getByText('still here').waitFor()
      await page.getByRole('button', { name: 'Close it' }).click()
      await page.getByText('Attack loop from Intruder is closed.').waitFor()
      equal(await page.locator('iframe').count(), 0)
    })
  })
})
