import { deepEqual, equal } from 'node:assert/strict'
import { buildWeb } from '../../web/build/build-web.ts'
import { createTestBrowser, type TestBrowser } from '../harness/browser.ts'
import { password } from '../harness/mattermost-client.ts'
import { enablePlugin } from '../harness/plugin-actions.ts'
import { postRoute, rawPlugin } from '../harness/raw-plugin.ts'
import { createWorld, type World } from '../harness/world.ts'

const pluginId = 'com.example.kettle'
/** Loops wherever it is asked to. */
const kettle = rawPlugin({
  id: pluginId, name: 'Kettle', capabilities: ['routes'], contributes: { routes: ['boil', 'ping'].map(postRoute) },
  source: `
    rookery.on('route POST /boil', () => { for (;;); })
    rookery.on('route POST /ping', () => ({ text: 'pong' }))`,
})

describe('a plugin in quarantine, in the web app', function () {
  this.timeout(120_000)
  let world: World
  let browser: TestBrowser
  before(async () => {
    const { folder } = await buildWeb()
    ;[world, browser] = await Promise.all([createWorld({ web: folder, bundles: [kettle], pluginHosts: { pauseBreaches: 3, quarantineBreaches: 3 } }), createTestBrowser()])
    await enablePlugin(world, pluginId)
  })
  after(async () => {
    await browser?.close()
    await world?.close()
  })
  const ask = async (way: string): Promise<number> => (await fetch(`${world.server.url}/plugins/${pluginId}/${way}`, { method: 'POST', headers: { Authorization: `Bearer ${world.bob.token}` } })).status

  it('is told of while the admin looks, with its reason and what was written of it, and is let out again', async () => {
    const window = await browser.openWindow()
    const { page } = window
    await page.goto(`${world.server.url}/admin/plugins/${pluginId}`)
    await page.getByLabel('Email or username').fill('admin')
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { level: 1, name: 'Kettle' }).waitFor()
    await page.getByText('Enabled', { exact: true }).waitFor()
    equal(await ask('ping'), 200)

    for (let count = 0; count < 3; count += 1) equal(await ask('boil'), 504)
    await page.getByText('Quarantined', { exact: true }).waitFor()
    await page.getByRole('alert').getByText('It did harm too often. None of it runs until you enable it again.').waitFor()
    await page.getByRole('alert').getByText('it used more than it may too often').waitFor()
    equal(await ask('ping'), 503)
    await window.screenshot('web/quarantine', { everywhere: 'nightly' })
    await window.checkAccessibility()
    await page.getByText(/^Used /).waitFor()
    await page.getByRole('link', { name: 'Log', exact: true }).click()
    await page.getByText('It is in quarantine: it used more than it may too often').waitFor()
    await page.getByRole('link', { name: 'Plugins', exact: true }).first().click()
    await page.getByRole('listitem').filter({ hasText: 'Kettle' }).getByText('It did harm too often.').waitFor()

    await page.getByRole('button', { name: 'Enable Kettle' }).click()
    await page.getByRole('button', { name: 'Enable Kettle' }).waitFor({ state: 'detached' })
    equal(await page.getByText('It did harm too often.').count(), 0)
    equal(await ask('ping'), 200)
    deepEqual(window.complaints, [])
    await window.close()
  })
})
