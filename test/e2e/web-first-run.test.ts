import { deepEqual, equal, match, notEqual } from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { eventually } from '../harness/plugin-actions.ts'
import { createTestBrowser, type TestBrowser, type TestWindow } from '../harness/browser.ts'
import { createServerProcess, type ServerProcess } from '../harness/server-process.ts'

const password = 'a tower of rooks 7'

/** A picture of one colour, wider than high. */
const picture = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAgAAAAECAIAAAA8r+mnAAAAEUlEQVR4nGNwDj6JFTFQTwIAgdwr4X792h4AAAAASUVORK5CYII=', 'base64')

describe('the web app on an empty server', function () {
  this.timeout(180_000)
  let server: ServerProcess
  let browser: TestBrowser
  let ada: TestWindow
  let bob: TestWindow
  let cleo: TestWindow
  let invitation = ''
  before(async () => {
    [server, browser] = await Promise.all([createServerProcess({ environment: { ROOKERY_ACCOUNTS_ALLOW_ACCESS_TOKENS: 'true' } }), createTestBrowser()])
    await server.start();
    [ada, bob, cleo] = await Promise.all([browser.openWindow(), browser.openWindow(), browser.openWindow({ locale: 'ar-EG' })])
  })
  after(async () => {
    await browser?.close()
    await server?.remove()
  })

  const look = async (window: TestWindow, name: string): Promise<void> => {
    await window.checkAccessibility()
    await window.screenshot(`web/${name}`, { everywhere: 'always' })
  }
  const setting = (page: Page, title: string) => page.getByRole('region', { name: title, exact: true })
  const saved = (page: Page) => page.waitForResponse((response) => response.url().includes('/api/v1/'))

  it('leads from nothing to a team with an invitation, by keyboard, through a reload', async () => {
    const { page } = ada
    await page.goto(server.url)
    await page.getByRole('heading', { name: 'Welcome to Rookery' }).waitFor()
    await page.getByRole('button', { name: 'Create account' }).click()
    await page.getByText('This field is required.').first().waitFor()
    await look(ada, 'first-run/problems')
    await page.getByLabel('Email address').focus()
    await page.keyboard.type('ada@example.com')
    equal(await page.getByLabel('Username').inputValue(), 'ada')
    await page.getByLabel('Password').fill('ada')
    equal(await page.getByText('(fulfilled)').count(), 0)
    await page.getByLabel('Password').fill('rooks')
    await page.getByText('Not your name or address (fulfilled)').waitFor()
    await page.reload()
    equal(await page.getByLabel('Email address').inputValue(), 'ada@example.com')
    await page.getByLabel('Password').fill('password')
    await page.keyboard.press('Enter')
    await page.getByText('one of the passwords that are guessed first').waitFor()
    await page.getByLabel('Password').fill(password)
    await page.keyboard.press('Enter')

    await page.getByRole('heading', { name: 'Create your first team' }).waitFor()
    await page.getByLabel('Team name').fill('Änderungs Schneiderei')
    equal(await page.getByLabel('Address of the team').inputValue(), 'anderungs-schneiderei')
    await page.getByLabel('Address of the team').fill('admin')
    await page.keyboard.press('Enter')
    await page.getByText('cannot be the address of a team').waitFor()
    await look(ada, 'first-run/team')
    await page.getByLabel('Address of the team').fill('engines')
    await page.reload()
    equal(await page.getByLabel('Team name').inputValue(), 'Änderungs Schneiderei')
    await page.getByRole('button', { name: 'Create team' }).click()

    await page.getByRole('heading', { name: 'Invite your people' }).waitFor()
    await page.reload()
    await page.getByRole('button', { name: 'Copy' }).click()
    invitation = await page.evaluate(() => navigator.clipboard.readText())
    match(invitation, /\/signup_user_complete\?id=\w+$/)
    await look(ada, 'first-run/invite')
    await page.getByRole('button', { name: 'Open Änderungs Schneiderei' }).click()
    await page.getByRole('heading', { name: 'Town Square' }).waitFor()
    equal(new URL(page.url()).pathname, '/engines/channels/town-square')
  })

  it('lets two people join by the link, one of them in Arabic, and refuses a link that is void', async () => {
    await bob.page.goto(`${server.url}/signup_user_complete?id=nothing`)
    await bob.page.getByRole('heading', { name: 'This invitation does not work' }).waitFor()
    await look(bob, 'first-run/invitation-void')
    await bob.page.goto(`${server.url}/signup`)
    await bob.page.getByRole('heading', { name: 'You need an invitation' }).waitFor()
    await bob.page.goto(invitation)
    await bob.page.getByRole('heading', { name: 'Join Änderungs Schneiderei' }).waitFor()
    await bob.page.getByLabel('Email address').fill('bob@example.com')
    await bob.page.getByLabel('Username').fill('ada')
    await bob.page.getByLabel('Password').fill(password)
    await bob.page.getByRole('button', { name: 'Create account' }).click()
    await bob.page.getByText('This username is taken.').waitFor()
    await bob.page.getByLabel('Username').fill('bob')
    await bob.page.getByRole('button', { name: 'Create account' }).click()
    await bob.page.getByRole('heading', { name: 'Town Square' }).waitFor()
    await bob.page.goto(invitation)
    await bob.page.getByRole('heading', { name: 'You are already in Änderungs Schneiderei' }).waitFor()
    await bob.page.getByRole('button', { name: 'Open Änderungs Schneiderei' }).click()
    await bob.page.getByRole('heading', { name: 'Town Square' }).waitFor()

    await cleo.page.goto(invitation)
    await cleo.page.getByRole('heading', { name: 'الانضمام إلى \u2068Änderungs Schneiderei\u2069' }).waitFor()
    equal(await cleo.page.locator('html').getAttribute('dir'), 'rtl')
    await look(cleo, 'first-run/invitation-arabic')
    await cleo.page.getByLabel('البريد الإلكتروني').fill('cleo@example.com')
    await cleo.page.getByLabel('كلمة المرور').fill(password)
    await cleo.page.getByRole('button', { name: 'إنشاء حساب' }).click()
    await cleo.page.getByRole('heading', { name: 'Town Square' }).waitFor()
  })

  it('finds a setting by words, saves it at once, and every window of the account has it', async () => {
    const { page } = ada
    const second = await ada.context.newPage()
    await second.goto(`${server.url}/settings/display`)
    await page.getByRole('button', { name: 'Account and status' }).click()
    await page.getByRole('menuitem', { name: 'Settings' }).click()
    await page.getByRole('heading', { name: 'Profile' }).waitFor()
    await look(ada, 'settings/profile')
    await page.getByLabel('Search settings').fill('dark')
    await page.getByRole('link', { name: /^Theme/ }).click()
    await setting(page, 'Theme').getByRole('radio', { name: 'Dark' }).check()
    await page.locator('html[data-theme="dark"]').waitFor()
    await second.locator('html[data-theme="dark"]').waitFor()
    await page.reload()
    await page.locator('html[data-theme="dark"]').waitFor()
    await look(ada, 'settings/display')
    await setting(page, 'Theme').getByRole('radio', { name: 'System' }).check()
    await second.locator('html[data-theme="light"]').waitFor()
    await setting(page, 'Names of people').getByRole('combobox').selectOption('username')
    await setting(page, 'Collapsed threads').getByRole('switch').focus()
    await page.keyboard.press('Space')
    await second.getByRole('switch', { name: 'Collapsed threads', checked: false }).waitFor()
    await second.close()

    await page.goto(`${server.url}/settings/accessibility`)
    const size = await page.evaluate(() => parseFloat(getComputedStyle(document.documentElement).fontSize))
    await setting(page, 'Text size').getByRole('radio', { name: 'Larger' }).check()
    await eventually(() => page.evaluate(() => parseFloat(getComputedStyle(document.documentElement).fontSize)), (now) => now === size * 1.25)
    await setting(page, 'High contrast').getByRole('switch').click()
    await page.locator('html[data-contrast="high"]').waitFor()
    await look(ada, 'settings/accessibility')
    await setting(page, 'Text size').getByRole('radio', { name: 'Normal' }).check()
    await setting(page, 'High contrast').getByRole('switch').click()
    await page.goto(`${server.url}/settings/sidebar`)
    await setting(page, 'Order of channels').getByRole('combobox').selectOption('recent')
    await look(ada, 'settings/sidebar')
  })

  it('changes the profile, the picture and the password, and tells at the field what is wrong', async () => {
    const { page } = ada
    await page.goto(`${server.url}/settings/profile`)
    await page.getByLabel('First name').fill('Ada')
    await page.getByLabel('First name').press('Enter')
    await page.getByLabel('Last name').fill('Lovelace')
    await page.getByLabel('Last name').press('Tab')
    await page.locator('input[type=file]').setInputFiles({ name: 'picture.txt', mimeType: 'image/png', buffer: Buffer.from('no picture') })
    await page.getByRole('button', { name: 'Use this picture' }).click()
    await page.getByText('This picture cannot be read.').waitFor()
    await page.locator('input[type=file]').setInputFiles({ name: 'picture.png', mimeType: 'image/png', buffer: picture })
    await page.getByRole('button', { name: 'Use this picture' }).click()
    await page.getByRole('button', { name: 'Remove' }).waitFor()
    await page.reload()
    equal(await page.getByLabel('Last name').inputValue(), 'Lovelace')

    await page.goto(`${server.url}/settings/account`)
    const change = setting(page, 'Password')
    await change.getByLabel('Current password').fill('something else')
    await change.getByLabel('New password').fill('another tower 8')
    await look(ada, 'settings/account')
    await change.getByRole('button', { name: 'Change password' }).click()
    await change.getByText('This is not your current password.').waitFor()
    await page.getByRole('textbox', { name: 'Username' }).fill('bob')
    await page.getByRole('textbox', { name: 'Username' }).press('Enter')
    await page.getByText('This username is taken.').waitFor()
  })

  it('shows devices and tokens, and signs the others out', async () => {
    const other = await browser.openWindow()
    await other.page.goto(`${server.url}/engines/channels/off-topic`)
    await other.page.getByLabel('Email or username').fill('ada')
    await other.page.getByLabel('Password').fill('wrong')
    await other.page.getByRole('button', { name: 'Sign in' }).click()
    await other.page.getByText('The username or password is wrong.').waitFor()
    await look(other, 'first-run/login')
    await other.page.getByLabel('Password').fill(password)
    await other.page.getByRole('button', { name: 'Sign in' }).click()
    await other.page.getByRole('heading', { name: 'Off-Topic' }).waitFor()

    const { page } = ada
    await page.goto(`${server.url}/settings/sessions`)
    await page.getByText('This device').waitFor()
    await page.getByRole('button', { name: /^Sign out Chrome/ }).waitFor()
    await look(ada, 'settings/sessions')
    await page.getByRole('button', { name: 'Sign out the others' }).click()
    await other.page.getByText('Your session has ended.').waitFor()
    await look(other, 'first-run/session-ended')
    await other.page.getByLabel('Email or username').fill('ada')
    const tooMany = other.page.getByText('Too many attempts')
    for (let attempt = 0; attempt < 30 && await tooMany.count() === 0; attempt += 1) {
      await other.page.getByLabel('Password').fill(`wrong ${attempt}`)
      const answer = saved(other.page).catch(() => {})
      // When the words come the button cannot be pressed any more.
      await Promise.race([other.page.getByRole('button', { name: 'Sign in' }).click().then(() => answer).catch(() => {}), tooMany.waitFor().catch(() => {})])
    }
    await other.page.getByText(/^Too many attempts. You can try again in .+, at \d/).waitFor()
    equal(await other.page.getByRole('button', { name: 'Sign in' }).isDisabled(), true)
    await look(other, 'first-run/too-many-attempts')
    deepEqual(other.complaints, [])
    await other.close()

    await page.goto(`${server.url}/settings/tokens`)
    await page.getByLabel('What it is for').fill('deploy')
    await page.getByRole('button', { name: 'Create token' }).click()
    const secret = await page.getByRole('dialog').getByLabel('Token', { exact: true }).inputValue()
    const ask = async (): Promise<number> => (await fetch(`${server.url}/api/v1/sessions.getCurrent`, { method: 'POST', headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' }, body: '{}' })).status
    notEqual(await ask(), 401)
    // The dialog's first button has the focus, and with it a hint that floats outside of everything.
    await page.getByRole('dialog').getByLabel('Token', { exact: true }).focus()
    await page.getByRole('tooltip').waitFor({ state: 'detached' })
    await ada.checkAccessibility()
    await page.getByRole('button', { name: 'I have copied it' }).click()
    await look(ada, 'settings/tokens')
    await page.getByRole('button', { name: 'Revoke deploy' }).click()
    await page.getByText('You have no tokens.').waitFor()
    equal(await ask(), 401)
  })

  it('has notifications for all channels and for one', async () => {
    const { page } = ada
    await page.goto(`${server.url}/settings/notifications`)
    await setting(page, 'Notify me about').getByRole('radio', { name: 'All messages' }).check()
    await setting(page, 'Keywords').getByRole('textbox').fill('steam, engine, steam')
    await setting(page, 'Keywords').getByRole('textbox').press('Enter')
    await page.getByRole('status').getByText('Saved').waitFor({ state: 'attached' })
    await page.getByLabel('Find a channel').fill('town')
    await page.getByRole('link', { name: 'Town Square' }).click()
    const dialog = page.getByRole('dialog', { name: 'Notifications of Town Square' })
    await dialog.getByRole('switch', { name: 'Mute' }).click()
    await dialog.getByRole('switch', { name: 'Mute', checked: true }).waitFor()
    await dialog.getByRole('button', { name: 'Done' }).click()
    await page.reload()
    equal(await setting(page, 'Keywords').getByRole('textbox').inputValue(), 'steam, engine')
    equal(await setting(page, 'Notify me about').getByRole('radio', { name: 'All messages' }).isChecked(), true)
    await page.getByRole('link', { name: 'Town Square' }).waitFor()
    await look(ada, 'settings/notifications')
  })

  it('speaks Arabic, from right to left, and English again, without a reload', async () => {
    const { page } = ada
    await page.goto(`${server.url}/settings/language`)
    await page.evaluate(() => { Object.assign(window, { isStillHere: true }) })
    await setting(page, 'Clock').getByRole('radio', { name: '24 hours' }).check()
    await setting(page, 'Language').getByRole('combobox').selectOption('ar')
    await page.getByRole('heading', { name: 'اللغة والوقت' }).waitFor()
    deepEqual(await page.evaluate(() => [document.documentElement.lang, document.documentElement.dir]), ['ar', 'rtl'])
    await look(ada, 'settings/language-arabic')
    for (const name of ['notifications', 'profile', 'sessions']) {
      await page.goto(`${server.url}/settings/${name}`)
      await page.locator('section[id^="setting-"]').first().waitFor()
      await ada.screenshot(`web/settings/${name}-arabic`, { everywhere: 'always' })
    }
    await page.getByRole('button', { name: 'العودة إلى المحادثات' }).click()
    await page.getByRole('heading', { name: 'Town Square' }).or(page.getByRole('heading', { name: 'Off-Topic' })).waitFor()
    await ada.screenshot('web/settings/arabic-channel', { everywhere: 'always' })
    await page.goto(`${server.url}/settings/language`)
    await page.evaluate(() => { Object.assign(window, { isStillHere: true }) })
    await setting(page, 'اللغة').getByRole('combobox').selectOption('de')
    await page.getByRole('heading', { name: 'Sprache und Zeit' }).waitFor()
    await setting(page, 'Sprache').getByRole('combobox').selectOption('en')
    await page.getByRole('heading', { name: 'Language and time' }).waitFor()
    deepEqual(await page.evaluate(() => [document.documentElement.dir, 'isStillHere' in window]), ['ltr', true])
    await setting(page, 'Time zone of this device').getByRole('switch').click()
    await page.getByRole('combobox', { name: 'Time zone' }).selectOption('Asia/Tokyo')
    await page.keyboard.press('Escape')
    await page.getByRole('main').getByRole('textbox').waitFor()
    deepEqual([...ada.complaints, ...bob.complaints, ...cleo.complaints], [])
  })

  it('shows no text that is outside the locale files', async () => {
    const pseudo = await browser.openWindow()
    await pseudo.page.addInitScript(() => { localStorage.setItem('rookery.locale', 'en-XA') })
    await pseudo.page.goto(`${server.url}/login`)
    await pseudo.page.getByRole('heading', { name: /^⟦/ }).waitFor()
    const plain = await pseudo.page.evaluate(() => [...document.querySelectorAll('h1, h2, p, label, button, a')].map((element) => (element.textContent ?? '').trim()).filter((text) => /\p{L}{2}/u.test(text) && !text.startsWith('⟦')))
    deepEqual(plain, [])
    await pseudo.screenshot('web/first-run/pseudo', { everywhere: 'always' })
    await pseudo.close()
  })
})
