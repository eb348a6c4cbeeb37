import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import type { Locator, Page } from 'playwright-core'
import { readArchive } from '@rookery/sdk/package'
import { channelsListAll, pluginsGet, pluginsLogs, pluginsTrash, pluginsUsage, postsCreate, type InputOf, type Operation, type OutputOf, type PluginLimits, type PluginManifest } from '@rookery/sdk/protocol'
import { createTestBrowser, type TestBrowser, type TestWindow } from '../harness/browser.ts'
import { createMailServer, type MailServer } from '../harness/mail-server.ts'
import { eventually } from '../harness/plugin-actions.ts'
import { createPackage } from '../harness/plugin-packages.ts'
import { createServerProcess, type ServerProcess } from '../harness/server-process.ts'

const password = 'a tower of rooks 7'

describe('the administration in the web app', function () {
  this.timeout(120_000)
  let server: ServerProcess
  let browser: TestBrowser
  let mails: MailServer
  let ada: TestWindow
  let cleo: TestWindow
  let page: Page
  before(async () => {
    [server, browser, mails] = await Promise.all([createServerProcess({ isOnTestDatabase: true }), createTestBrowser(), createMailServer()])
    await server.start()
    ada = await browser.openWindow()
    cleo = await browser.openWindow()
    page = ada.page
    await page.goto(server.url)
    await page.getByLabel('Email address').fill('ada@example.com')
    await page.getByLabel('Username').fill('ada')
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Create account' }).click()
    await page.getByLabel('Team name').fill('Engines')
    await page.getByRole('button', { name: 'Create team' }).click()
    await page.getByRole('button', { name: 'Open Engines' }).click()
    await page.getByRole('heading', { name: 'Town Square' }).waitFor({ timeout: 60_000 })
  })
  after(async () => {
    await browser?.close()
    await server?.remove()
    await mails?.close()
  })

  const navigation = (name: string): Locator => page.getByRole('navigation', { name: 'Administration' }).getByRole('link', { name, exact: true })
  /** Without the page, as the same person. */
  const run = async <O extends Operation>({ name }: O, input: InputOf<O>): Promise<OutputOf<O>> => {
    const answer = await ada.context.request.post(`${server.url}/api/v1/${name}`, { data: input, headers: { 'x-requested-with': 'rookery' } })
    if (!answer.ok()) throw new Error(`${name} was refused: ${await answer.text()}`)
    return await answer.json() as OutputOf<O>
  }
  const look = async (name: string): Promise<void> => {
    await ada.checkAccessibility()
    await ada.screenshot(`web/admin-${name}`, { everywhere: 'nightly' })
  }
  const sleeps = (plugin: string): Promise<void> => page.getByRole('listitem').filter({ hasText: plugin }).getByText('Disabled', { exact: true }).waitFor()

  it('shows what a plugin may do, and disables and enables it at once', async () => {
    await page.goto(`${server.url}/admin`)
    await page.getByRole('heading', { name: 'Slash commands' }).waitFor()
    await look('plugins')
    await page.getByRole('link', { name: 'Slash commands' }).click()
    const rights = page.getByRole('region', { name: 'What it may do' })
    await rights.getByText("act in the name of whoever uses it, with that person's rights").waitFor()
    await rights.getByText("A command is done by whoever typed it, with that person's rights.").waitFor()
    await page.getByText('/away').first().waitFor()
    await look('plugin')

    await page.getByRole('button', { name: 'Disable Slash commands' }).click()
    await page.getByRole('button', { name: 'Enable Slash commands' }).waitFor()
    await navigation('Plugins').click()
    await sleeps('Slash commands')
    await page.getByRole('button', { name: 'Enable Slash commands' }).click()
    await page.getByRole('button', { name: 'Disable Slash commands' }).waitFor()
  })

  it('takes a right away and gives it back', async () => {
    await page.goto(`${server.url}/admin/plugins/slash-commands`)
    const right = page.getByRole('checkbox', { name: 'send data to other servers' })
    equal(await right.isChecked(), true)
    await right.uncheck()
    await page.getByRole('button', { name: 'Save permissions' }).click()
    await page.getByRole('button', { name: 'Save permissions' }).waitFor({ state: 'detached' })
    await page.reload()
    await right.waitFor()
    equal(await right.isChecked(), false)
    await right.check()
    await page.getByRole('button', { name: 'Save permissions' }).click()
    await page.getByRole('button', { name: 'Save permissions' }).waitFor({ state: 'detached' })
  })

  /** Fails on what is bitter until something is ripe. */
  const taster = `
    let isRipe = false
    rookery.on('describe', () => ({}))
    rookery.on('observe taste', async ({ invocation, input }) => {
      if (input.some(({ payload }) => payload.post.message === 'ripe')) {
        isRipe = true
        const calls = [['log.write', { level: 'info', message: 'It is ripe' }], ['capabilities.request', { capability: 'http', reason: 'To ask the neighbours.' }]]
        await rookery.call('calls', { invocation, calls: calls.map(([name, input]) => ({ name, input, asActor: false })) })
      }
      if (!isRipe) throw new Error('It is bitter')
    })`
  const growing = (version: string, capabilities: PluginManifest['capabilities'], { triggers = [], routes = [], limits = {} }: { triggers?: readonly string[], routes?: PluginManifest['contributes']['routes'], limits?: PluginLimits } = {}) => createPackage({
    version, keys: null, capabilities, limits, source: taster, description: 'Greets whoever comes.', contributes: {
      observers: [{ name: 'taste', event: 'post.created', needs: ['post.message'], filter: { contains: ['bitter', 'ripe'] }, maximumAttempts: 1 }],
      commands: triggers.map((trigger) => ({ trigger, description: 'Greets.' })), routes,
    },
    settings: { system: { type: 'object', properties: {
      greeting: { type: 'string', title: 'Greeting', description: 'Said to whoever comes.', default: 'Hello', maxLength: 20 },
      perDay: { type: 'integer', title: 'Times a day', minimum: 1, maximum: 9, default: 3 }, tone: { type: 'string', title: 'Tone', enum: ['kind', 'dry'], default: 'kind' },
      isLoud: { type: 'boolean', title: 'Aloud', default: false }, hosts: { type: 'array', title: 'Hosts', items: { type: 'string' } }, tier: { type: 'integer', title: 'Tier', enum: [1, 2, 3] },
    } } },
  })
  const upload = async (button: string, buffer: Buffer): Promise<void> => {
    const choosing = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: button }).click()
    await (await choosing).setFiles({ name: 'growing.rookery', mimeType: 'application/octet-stream', buffer })
  }

  /** What is asked over the socket under this name is not answered while that is wanted. */
  const breakable = async (operation: string): Promise<{ isBroken: boolean }> => {
    const wish = { isBroken: false }
    await page.routeWebSocket('**/api/v1/socket*', (socket) => {
      const server = socket.connectToServer()
      socket.onMessage((message) => {
        const { id, path } = JSON.parse(String(message)) as { id?: number, path?: string }
        if (wish.isBroken && path === `/api/v1/${operation}`) socket.send(JSON.stringify({ type: 'response', id, statusCode: 503, payload: { error: { code: 'unavailable', message: '', details: { retryAfterSeconds: 1 } } } }))
        else server.send(message)
      })
    })
    return wish
  }

  it('installs a package with consent to all that it asks for, once that could be read, though nobody signed it', async () => {
    const description = await breakable('plugins.get')
    await page.goto(`${server.url}/admin/plugins`)
    await upload('Install a plugin', await growing('1.0.0', {
      'posts:read': { reason: 'Hears who comes.' }, 'commands': { reason: 'Greets when asked.' }, 'routes:public': { reason: 'Tells the time.' }, 'http': { reason: 'Asks elsewhere.', optional: true, hosts: ['example.org'] },
    }, { triggers: ['greet'], routes: [{ method: 'GET', path: '/time', session: 'public' }], limits: { heapMegabytes: 128, valueKeys: 10 } }))
    const doubt = page.getByRole('dialog', { name: 'Nobody you trust vouches for this package' })
    description.isBroken = true
    await doubt.getByRole('button', { name: 'Install anyway' }).click()
    const consent = page.getByRole('dialog', { name: 'Enable Growing?' })
    await consent.getByText('What it asks for could not be read').waitFor()
    equal(await consent.getByRole('button', { name: 'Allow and enable' }).isDisabled(), true)
    await look('consent-unread')
    description.isBroken = false
    await consent.getByRole('button', { name: 'Try again' }).click()
    for (const words of ['Hears who comes.', '/greet', 'GET /plugins/growing/time', '128 MB of memory']) await consent.getByText(words, { exact: true }).waitFor()
    equal(await consent.getByText('10 values').count(), 0, 'less than usual is nobody\'s concern')
    deepEqual(await consent.getByRole('checkbox').evaluateAll((boxes) => boxes.map((box) => [(box as HTMLInputElement).checked, (box as HTMLInputElement).disabled])), [[false, false], [true, true], [true, true], [true, true]])
    // Away from the button that closes: its tooltip is no part of the page.
    await consent.getByRole('button', { name: 'Allow and enable' }).focus()
    await look('consent')
    await consent.getByRole('button', { name: 'Allow and enable' }).click()
    await page.getByRole('button', { name: 'Disable Growing' }).waitFor()
  })

  it('changes its settings in a form made from its schema, which says what is wrong', async () => {
    await page.getByRole('link', { name: 'Settings', exact: true }).click()
    await page.getByLabel('Times a day', { exact: true }).fill('12')
    await page.getByText('At most 9.').waitFor()
    equal(await page.getByRole('button', { name: 'Save' }).isDisabled(), true)
    await look('plugin-settings')
    await page.getByLabel('Times a day', { exact: true }).fill('5')
    await page.getByLabel('Tone', { exact: true }).selectOption('dry')
    await page.getByRole('switch', { name: 'Aloud' }).check()
    await page.getByLabel('Hosts', { exact: true }).fill('a.example\nb.example')
    await page.getByLabel('Tier', { exact: true }).selectOption('2')
    // Nothing that was entered is lost without a question.
    await page.getByRole('link', { name: 'Activity' }).click()
    await page.getByRole('dialog', { name: 'Leave without saving?' }).getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved. In effect from now on.').waitFor()
    await page.reload()
    await page.getByLabel('Times a day', { exact: true }).waitFor()
    deepEqual([await page.getByLabel('Times a day', { exact: true }).inputValue(), await page.getByLabel('Tone', { exact: true }).inputValue(), await page.getByLabel('Hosts', { exact: true }).inputValue(), await page.getByLabel('Greeting', { exact: true }).inputValue()], ['5', 'dry', 'a.example\nb.example', 'Hello'])
    equal(await page.getByLabel('Tier', { exact: true }).inputValue(), '2')
    await page.getByRole('button', { name: 'Back to the default: Times a day' }).click()
    await page.getByRole('button', { name: 'Back to the default: Times a day' }).waitFor({ state: 'detached' })
    equal(await page.getByLabel('Times a day', { exact: true }).inputValue(), '3')
  })

  const later: PluginManifest['capabilities'] = {
    'posts:read': { reason: 'Hears who comes.' }, 'posts:write': { reason: 'Greets.' }, 'commands': { reason: 'Greets when asked.' }, 'http': { reason: 'Asks elsewhere.', optional: true, hosts: ['example.org'] },
  }
  it('shows what another version asks for beyond this one, and upgrades after consent', async () => {
    await upload('Upload another version', await growing('2.0.0', later, { triggers: ['whisper'], limits: { heapMegabytes: 160 } }))
    await page.getByRole('button', { name: 'Install anyway' }).click()
    await page.getByRole('button', { name: 'Review' }).click()
    const review = page.getByRole('dialog', { name: 'Upgrade Growing to 2.0.0?' })
    await review.getByText('Greets.').waitFor()
    await review.getByText('/whisper').waitFor()
    await review.getByText('160 MB of memory').waitFor()
    await review.getByRole('button', { name: 'Allow and upgrade' }).focus()
    await look('upgrade')
    await review.getByRole('button', { name: 'Allow and upgrade' }).click()
    await page.getByText('Version 2.0.0').first().waitFor()
  })

  it('goes back to an older version when that is said, and not before', async () => {
    const older = await growing('1.5.0', later, { triggers: ['whisper'] })
    const question = page.getByRole('dialog', { name: 'Go back to an older version?' })
    await upload('Upload another version', older)
    await page.getByRole('button', { name: 'Install anyway' }).click()
    await question.getByText('Version 1.5.0 is older than 2.0.0, which is here.').waitFor()
    await look('older-version')
    await question.getByRole('button', { name: 'Cancel' }).click()
    await page.getByText('Version 2.0.0').first().waitFor()
    await upload('Upload another version', older)
    await page.getByRole('button', { name: 'Install anyway' }).click()
    await question.getByRole('button', { name: 'Take the older version' }).click()
    await page.getByText('Version 1.5.0').first().waitFor()
    await question.waitFor({ state: 'detached' })
  })

  it('gives it again what it failed on, or forgets that after a question: what is chosen, or all, shown or not', async () => {
    const write = (message: string): Promise<unknown> => run(postsCreate, { channelId: square.id, message, pendingPostId: crypto.randomUUID() })
    const { channels } = await run(channelsListAll, {})
    const square = channels.find(({ channel }) => channel.name === 'town-square')?.channel as { id: string }
    for (let written = 0; written < 62; written += 1) await write('bitter')
    await eventually(() => run(pluginsUsage, { pluginId: 'growing' }), ({ deadLetters }) => deadLetters === 62)
    await page.getByRole('link', { name: 'Activity' }).click()
    await page.getByText('Processor time').waitFor()
    const letters = page.getByRole('region', { name: 'Given up' })
    await letters.getByText('The 60 oldest of 62').waitFor()
    await letters.getByText('It is bitter').first().waitFor()
    await look('plugin-activity')
    await letters.getByRole('button', { name: 'Show more' }).click()
    await letters.getByText('The 60 oldest of 62').waitFor({ state: 'detached' })
    equal(await letters.getByRole('checkbox').count(), 62)

    await letters.getByRole('checkbox').first().check()
    await letters.getByRole('button', { name: 'Discard 1' }).click()
    const question = page.getByRole('dialog', { name: 'Discard 1 event or job?' })
    await look('discard-letters')
    await question.getByRole('button', { name: 'Cancel' }).click()
    equal((await run(pluginsUsage, { pluginId: 'growing' })).deadLetters, 62)
    await letters.getByRole('button', { name: 'Discard 1' }).click()
    await question.getByRole('button', { name: 'Discard 1' }).click()
    await question.waitFor({ state: 'detached' })
    equal((await run(pluginsUsage, { pluginId: 'growing' })).deadLetters, 61)

    // What is not shown is meant by "all" as well.
    await page.reload()
    await letters.getByText('The 60 oldest of 61').waitFor()
    await write('ripe')
    await eventually(() => run(pluginsLogs, { pluginId: 'growing' }), (lines) => lines.some(({ message }) => message === 'It is ripe'))
    await letters.getByRole('button', { name: 'Retry all' }).click()
    await letters.getByText('There are none.').waitFor()
    await eventually(() => run(pluginsUsage, { pluginId: 'growing' }), ({ deadLetters, observers: [taste] }) => deadLetters === 0 && taste?.retrying === 0)
  })

  it('shows what it says and goes on with what is new alone, of the level that is asked for', async () => {
    const asked: string[] = []
    page.on('websocket', (socket) => { socket.on('framesent', ({ payload }) => { asked.push(String(payload)) }) })
    await page.reload()
    await page.getByRole('link', { name: 'Log', exact: true }).click()
    const log = page.getByRole('region', { name: 'Log' })
    await log.getByText('It is ripe').waitFor()
    await look('plugin-log')
    await log.getByRole('combobox', { name: 'Which lines' }).selectOption('Errors only')
    await log.getByText('It is ripe').waitFor({ state: 'detached' })
    asked.length = 0
    await eventually(() => asked.filter((frame) => frame.includes('plugins.logs')), ({ length }) => length > 0)
    deepEqual([asked.some((frame) => /"after":[1-9]/.test(frame)), asked.some((frame) => /plugins\.(usage|deadLetters)/.test(frame))], [true, false])
  })

  it('is allowed what it asks for while it runs', async () => {
    await page.getByRole('link', { name: 'Permissions' }).click()
    const wishes = page.getByRole('region', { name: 'It asks for' })
    await wishes.getByText('To ask the neighbours.').waitFor()
    await look('wishes')
    equal(await page.getByRole('checkbox', { name: 'send data to other servers' }).isChecked(), false)
    await wishes.getByRole('button', { name: 'Allow' }).click()
    await wishes.waitFor({ state: 'detached' })
    equal(await page.getByRole('checkbox', { name: 'send data to other servers' }).isChecked(), true)
    deepEqual((await run(pluginsGet, { pluginId: 'growing' })).plugin.granted['http'], { hosts: ['example.org'] })
  })

  it('works in one team alone, and is uninstalled', async () => {
    await page.getByRole('radio', { name: 'Some teams' }).check()
    await page.getByRole('button', { name: 'Engines' }).click()
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByRole('button', { name: 'Save', exact: true }).waitFor({ state: 'detached' })
    await uninstall('Write it into an archive')
    equal(new URL(page.url()).pathname, '/admin/plugins')
  })

  const trash = () => page.getByRole('region', { name: 'Uninstalled' })
  const uninstall = async (fate: string): Promise<void> => {
    await page.getByRole('button', { name: 'More actions' }).click()
    await page.getByRole('menuitem', { name: 'Uninstall' }).click()
    const dialog = page.getByRole('dialog', { name: 'Uninstall Growing?' })
    await dialog.getByRole('radio', { name: fate }).check()
    await dialog.getByRole('button', { name: 'Uninstall' }).click()
    await trash().getByText('Growing').waitFor()
  }
  it('leaves an archive that can be downloaded, comes back, and is removed for good after a question', async () => {
    await look('trash')
    const downloading = page.waitForEvent('download')
    await trash().getByRole('button', { name: 'Download' }).click()
    const download = await downloading
    equal(download.suggestedFilename(), 'growing.zip')
    const files = await readArchive(await readFile(await download.path()))
    ok(files.has('plugin.json') && files.has('installation.json'), [...files.keys()].join())
    await trash().getByRole('button', { name: 'Restore' }).click()
    await sleeps('Growing')
    await trash().waitFor({ state: 'detached' })

    await page.getByRole('link', { name: 'Growing' }).click()
    await uninstall('Keep it')
    equal(await trash().getByRole('button', { name: 'Download' }).count(), 0)
    const question = page.getByRole('dialog', { name: 'Remove Growing for good?' })
    await trash().getByRole('button', { name: 'Remove for good' }).click()
    await question.getByRole('button', { name: 'Cancel' }).click()
    equal((await run(pluginsTrash, {})).length, 1)
    await trash().getByRole('button', { name: 'Remove for good' }).click()
    await question.getByRole('button', { name: 'Remove for good' }).click()
    await question.waitFor({ state: 'detached' })
    await trash().waitFor({ state: 'detached' })
    deepEqual(await run(pluginsTrash, {}), [])
  })

  it('changes a setting of the server, found by search', async () => {
    await page.getByRole('searchbox', { name: 'Find a page, plugin or setting' }).fill('sign-up')
    await page.getByRole('link', { name: 'Open sign-up' }).click()
    const openSignUp = page.getByRole('switch', { name: 'Open sign-up' })
    await openSignUp.check()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved. In effect from now on.').waitFor()
    await page.getByRole('searchbox', { name: 'Find a setting' }).fill('')
    await page.getByLabel('Shortest password', { exact: true }).fill('2')
    await page.getByText('At least 5.').waitFor()
    await look('configuration')
    // A search neither loses nor hides what is not saved, also where that cannot be.
    const search = page.getByRole('searchbox', { name: 'Find a setting' })
    await search.fill('mail server')
    await page.getByLabel('Mail server', { exact: true }).fill('mail.example')
    await page.getByText('At least 5.').waitFor()
    equal(await page.getByRole('switch', { name: 'Open sign-up' }).count(), 0)
    await search.fill('nothing is called so')
    await search.fill('')
    deepEqual([await page.getByLabel('Shortest password', { exact: true }).inputValue(), await page.getByLabel('Mail server', { exact: true }).inputValue()], ['2', 'mail.example'])
    await navigation('Health').click()
    const leaving = page.getByRole('dialog', { name: 'Leave without saving?' })
    await leaving.waitFor()
    await look('configuration-leave')
    await leaving.getByRole('button', { name: 'Cancel' }).click()
    await leaving.waitFor({ state: 'detached' })
    equal(new URL(page.url()).pathname, '/admin/configuration')
    const asked = page.waitForEvent('dialog')
    const reloading = page.reload()
    const question = await asked
    equal(question.type(), 'beforeunload')
    await question.accept()
    await reloading
    equal(await openSignUp.isChecked(), true)
    await openSignUp.uncheck()
    await navigation('Health').click()
    await leaving.getByRole('button', { name: 'Leave' }).click()
    await page.getByText('All is well').waitFor()
  })

  it('creates an account that can sign in, sees its session, and makes a link where the password is forgotten', async () => {
    await navigation('People').click()
    await page.getByRole('button', { name: 'Create account' }).click()
    const dialog = page.getByRole('dialog', { name: 'Create an account' })
    await dialog.getByLabel('Username').fill('ada')
    await dialog.getByLabel('Email address').fill('cleo@example.com')
    await dialog.getByRole('button', { name: 'Create account' }).click()
    await dialog.getByText('This username is taken.').waitFor()
    await dialog.getByLabel('Username').fill('cleo')
    await dialog.getByLabel('Full name (optional)').fill('Cleo مرحبا von-und-zu-Donaudampfschifffahrtsgesellschaft')
    const secret = await dialog.getByLabel('Password', { exact: true }).inputValue()
    match(secret, /^\w{20}$/)
    await look('create-account')
    await dialog.getByRole('button', { name: 'Create account' }).click()
    await page.getByText('cleo@example.com').waitFor()

    await cleo.page.goto(`${server.url}/login?next=/admin/users`)
    await cleo.page.getByLabel('Email address or username').or(cleo.page.locator('input[autocomplete=username]')).first().fill('cleo')
    await cleo.page.getByLabel('Password').fill(secret)
    await cleo.page.getByRole('button', { name: 'Sign in' }).click()
    await cleo.page.getByText('This part is for admins').waitFor()
    await cleo.checkAccessibility()
    await cleo.screenshot('web/admin-refused')

    await page.getByRole('button', { name: 'Actions for cleo' }).click()
    await page.getByRole('menuitem', { name: 'Sessions' }).click()
    await page.getByRole('dialog', { name: 'Sessions of cleo' }).getByRole('button', { name: 'End', exact: true }).press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await look('people')
    await page.getByRole('button', { name: 'Actions for cleo' }).click()
    await page.getByRole('menuitem', { name: 'Set a new password' }).click()
    const link = page.getByRole('dialog').getByLabel('Link to choose a new password')
    await page.getByRole('dialog').getByRole('button', { name: 'Make a link instead' }).click()
    const address = await link.inputValue()
    await page.keyboard.press('Escape')
    const second = await cleo.context.newPage()
    await second.goto(address)
    await second.getByRole('heading', { name: 'Choose a new password' }).waitFor()
    await second.getByLabel('New password').fill('a tower of rooks 7')
    await second.getByRole('button', { name: 'Save password' }).click()
    // All her pages are signed out, the one that was open as well.
    for (const each of [second, cleo.page]) await each.getByRole('button', { name: 'Sign in' }).waitFor()
    await second.goto(address)
    await second.getByRole('heading', { name: 'This link does not work' }).waitFor()
    await second.close()
    await cleo.page.getByRole('link', { name: 'Forgotten your password?' }).click()
    await cleo.page.getByText('Ask whoever runs this server').waitFor()
    await cleo.page.getByRole('link', { name: 'I already have an account' }).click()
    await cleo.page.locator('input[autocomplete=username]').fill('cleo')
    await cleo.page.getByLabel('Password').fill('a tower of rooks 7')
    await cleo.page.getByRole('button', { name: 'Sign in' }).click()
    await cleo.page.getByRole('button', { name: 'Sign in' }).waitFor({ state: 'detached' })
  })

  it('finds accounts, counts them, gives and takes roles, and ends a session', async () => {
    const accounts = page.getByRole('region', { name: 'Accounts' })
    const row = (username: string): Locator => accounts.getByRole('listitem').filter({ hasText: `@${username}` })
    const choose = async (username: string, deed: string): Promise<void> => {
      await page.getByRole('button', { name: `Actions for ${username}` }).click()
      await page.getByRole('menuitem', { name: deed, exact: true }).click()
    }
    const search = page.getByRole('searchbox', { name: 'Find by name or email address' })
    await page.getByText(/^\d accounts$/).waitFor()
    await search.fill('cleo@')
    await page.getByText('1 account', { exact: true }).waitFor()
    await row('ada').waitFor({ state: 'detached' })
    await search.fill('nobody')
    await page.getByText('No accounts', { exact: true }).waitFor()
    await page.getByText('Nobody found').waitFor()
    await search.fill('')
    await choose('cleo', 'Roles')
    const roles = page.getByRole('dialog', { name: /^Roles of/ })
    await roles.getByRole('checkbox', { name: 'Manager of groups' }).check()
    await look('roles')
    await roles.getByRole('button', { name: 'Save' }).click()
    await row('cleo').getByText('Manager of groups').waitFor()
    await choose('cleo', 'Make admin')
    await row('cleo').getByText('Admin', { exact: true }).waitFor()
    await page.getByLabel('Which accounts').selectOption('admins')
    await page.getByText('2 accounts', { exact: true }).waitFor()
    await choose('cleo', 'Make ordinary member')
    await row('cleo').getByText('Admin', { exact: true }).waitFor({ state: 'detached' })
    // Nobody takes away what lets them in here.
    await choose('ada', 'Roles')
    equal(await roles.getByRole('checkbox', { name: 'Admin', exact: false }).first().isDisabled(), true)
    await page.keyboard.press('Escape')
    await roles.waitFor({ state: 'detached' })
    await choose('cleo', 'Make guest')
    await row('cleo').getByText('Guest', { exact: true }).waitFor()
    await page.getByLabel('Which accounts').selectOption('guests')
    await row('ada').waitFor({ state: 'detached' })
    await page.getByText('1 account', { exact: true }).waitFor()
    await choose('cleo', 'Make member')
    await row('cleo').getByText('Guest', { exact: true }).waitFor({ state: 'detached' })
    await choose('cleo', 'Sessions')
    const sessions = page.getByRole('dialog', { name: 'Sessions of cleo' })
    await sessions.getByRole('button', { name: 'End', exact: true }).first().click()
    await sessions.getByText('Not signed in anywhere.').waitFor()
    await cleo.page.getByRole('button', { name: 'Sign in' }).waitFor()
    await page.keyboard.press('Escape')
  })

  it('sets up a mail server, from which on links come by mail, and deactivates an account', async () => {
    await navigation('Configuration').click()
    await page.getByLabel('Mail server', { exact: true }).fill('127.0.0.1')
    await page.getByLabel('Port', { exact: true }).fill(String(mails.port))
    await page.getByRole('region', { name: 'Mail', exact: true }).getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved. In effect from now on.').waitFor()
    await page.getByRole('button', { name: 'Send a test mail' }).click()
    await page.getByText('A test mail is on its way to ada@example.com.', { exact: true }).waitFor()
    await mails.next('ada@example.com')
    await look('mail')
    const stranger = await browser.openWindow()
    await stranger.page.goto(`${server.url}/reset_password`)
    await stranger.page.getByLabel('Email address').fill('cleo@example.com')
    await stranger.checkAccessibility()
    await stranger.screenshot('web/forgotten', { everywhere: 'nightly' })
    await stranger.page.getByRole('button', { name: 'Send link' }).click()
    await stranger.page.getByRole('heading', { name: 'Look into your mail' }).waitFor()
    await stranger.screenshot('web/forgotten-sent', { everywhere: 'nightly' })
    const [link = ''] = /http\S+/.exec((await mails.next('cleo@example.com')).text) ?? []
    await stranger.page.goto(link)
    await stranger.page.getByLabel('New password').fill('a tower of rooks 8')
    await stranger.page.getByRole('button', { name: 'Save password' }).click()
    await stranger.page.locator('input[autocomplete=username]').fill('cleo')
    await stranger.page.getByLabel('Password').fill('a tower of rooks 8')
    await stranger.page.getByRole('button', { name: 'Sign in' }).click()
    await stranger.page.getByRole('button', { name: 'Sign in' }).waitFor({ state: 'detached' })
    await page.goto(`${server.url}/engines/channels/town-square`)
    await page.getByRole('button', { name: 'Engines', exact: true }).click()
    await page.getByRole('menuitem', { name: 'Invite people' }).click()
    const invitation = page.getByRole('dialog', { name: 'Invite people to Engines' })
    await invitation.getByLabel('Email addresses').fill('Dora <dora@example.com>, nobody@nowhere..com')
    await look('invite')
    await invitation.getByRole('button', { name: 'Send 2 invitations' }).click()
    await invitation.getByRole('listitem').filter({ hasText: 'nobody@nowhere..com' }).waitFor()
    equal(await invitation.getByLabel('Email addresses').inputValue(), 'nobody@nowhere..com')
    await page.keyboard.press('Escape')
    const [invitationLink = ''] = /http\S+/.exec((await mails.next('dora@example.com')).text) ?? []
    const dora = await browser.openWindow()
    await dora.page.goto(invitationLink)
    await dora.page.getByRole('heading', { name: 'Join Engines' }).waitFor()
    equal(await dora.page.getByLabel('Email address').inputValue(), 'dora@example.com')
    await dora.checkAccessibility()
    await dora.page.getByLabel('Password').fill('a tower of rooks 9')
    await dora.page.getByRole('button', { name: 'Create account' }).click()
    await dora.page.getByRole('heading', { name: 'Town Square' }).waitFor({ timeout: 60_000 })
    await dora.close()

    await page.goto(`${server.url}/admin/users`)
    await page.getByRole('button', { name: 'Actions for cleo' }).click()
    await page.getByRole('menuitem', { name: 'Deactivate' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Deactivate' }).click()
    await page.getByRole('listitem').filter({ hasText: 'cleo@example.com' }).getByText('Deactivated').waitFor()
    // Her page learns it by itself.
    await stranger.page.getByRole('button', { name: 'Sign in' }).waitFor()
    deepEqual(stranger.complaints, [])
    await stranger.close()
    await page.getByLabel('Which accounts').selectOption('inactive')
    await page.getByText('@ada', { exact: true }).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Actions for cleo' }).click()
    await page.getByRole('menuitem', { name: 'Activate' }).click()
    await page.getByRole('listitem').filter({ hasText: 'cleo@example.com' }).getByText('Deactivated').waitFor({ state: 'detached' })
  })

  it('archives places and restores them, opens and closes them, and shows who belongs there', async () => {
    const choose = async (place: string, deed: string): Promise<void> => {
      await page.getByRole('button', { name: `Options of ${place}` }).click()
      await page.getByRole('menuitem', { name: deed }).click()
    }
    const row = (place: string) => page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: place }) })
    await navigation('Channels').click()
    await choose('Off-Topic', 'Make private')
    await row('Off-Topic').getByText('Private').waitFor()
    await choose('Off-Topic', 'Archive')
    await page.getByRole('dialog', { name: 'Archive Off-Topic?' }).getByRole('button', { name: 'Archive' }).click()
    await row('Off-Topic').getByText('Archived').waitFor()
    await choose('Off-Topic', 'Restore')
    await row('Off-Topic').getByText('Archived').waitFor({ state: 'detached' })
    await choose('Off-Topic', 'Make public')
    await row('Off-Topic').getByText('Private').waitFor({ state: 'detached' })
    await look('channels')
    await choose('Off-Topic', 'Members')
    await page.getByRole('dialog', { name: 'Members of Off-Topic' }).getByText('ada', { exact: true }).waitFor()
    await look('channel-members')
    await page.keyboard.press('Escape')
    await navigation('Teams').click()
    await choose('Engines', 'Archive')
    await page.getByRole('dialog', { name: 'Archive Engines?' }).getByRole('button', { name: 'Archive' }).click()
    await choose('Engines', 'Restore')
    await row('Engines').getByText('Archived').waitFor({ state: 'detached' })
  })

  it('says what one is doing with a plugin of the release, while that is enabled', async () => {
    await page.goto(`${server.url}/engines/channels/town-square`)
    await page.getByRole('button', { name: 'Set a status' }).click()
    const dialog = page.getByRole('dialog', { name: 'What are you doing?' })
    await dialog.getByRole('button', { name: 'Out for lunch' }).click()
    equal(await dialog.getByLabel('Clear it after').inputValue(), 'thirty_minutes')
    await look('custom-status')
    await dialog.getByRole('button', { name: 'Set status' }).click()
    await page.getByRole('button', { name: 'Your status: Out for lunch' }).click()
    await dialog.getByRole('button', { name: 'Clear status' }).click()
    await page.getByRole('button', { name: 'Set a status' }).waitFor()
    const other = await ada.context.newPage()
    await other.goto(`${server.url}/admin/plugins`)
    await other.getByRole('button', { name: 'Disable Custom status' }).click()
    await page.getByRole('button', { name: 'Set a status' }).waitFor({ state: 'detached' })
    await other.getByRole('button', { name: 'Enable Custom status' }).click()
    await page.getByRole('button', { name: 'Set a status' }).waitFor()
    await other.close()
    await page.goto(`${server.url}/admin`)
  })

  it('tells how the server is and what there is on it', async () => {
    await navigation('Health').click()
    await page.getByText('All is well').waitFor()
    await look('health')
    await navigation('Statistics').click()
    await page.getByText('Active accounts').waitFor()
    const written = page.getByRole('figure').filter({ hasText: 'Messages a day' })
    await written.getByRole('img').waitFor()
    await look('statistics')
    await written.getByRole('button', { name: 'As a table' }).click()
    equal(await written.getByRole('row').count(), 31)
    await look('statistics-table')
  })

  it('has nothing to complain of', () => {
    // Cleo's client says that her session ended.
    deepEqual([...ada.complaints, ...cleo.complaints.filter((complaint) => !complaint.startsWith('RookeryError: Sign in first'))], [])
  })
})
