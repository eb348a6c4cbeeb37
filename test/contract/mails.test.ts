import { deepEqual, doesNotMatch, equal, match } from 'node:assert/strict'
import { ask } from '../harness/ask.ts'
import { createMailServer, type MailServer, type ReceivedMail } from '../harness/mail-server.ts'
import { signIn, type Person } from '../harness/mattermost-client.ts'
import { createWorld, type World } from '../harness/world.ts'

const password = 'a tower of rooks 7'

/** The one link of a mail, which is there as text and to be pressed. */
const linkOf = (mail: ReceivedMail): URL => {
  const [link = ''] = /https?:\/\/\S+/.exec(mail.text) ?? []
  match(mail.html.replaceAll('&#38;', '&'), new RegExp(`href="${link.replace(/[?.+]/g, '\\$&')}"`))
  return new URL(link)
}
const idOf = (body: unknown): string => (body as { id?: string }).id ?? ''

describe('mails', () => {
  let world: World
  let server: MailServer
  const mailTimes = { firstRetryMs: 50, gatherMs: 100 }
  before(async () => {
    server = await createMailServer()
    world = await createWorld({ settings: { mail: { server: '127.0.0.1', port: server.port }, site: { name: 'Looms & Co' } }, mailTimes })
  })
  after(async () => {
    await world.close()
    await server.close()
  })
  const v4 = (method: string, path: string, body?: unknown, token = '') => ask(world.server.url, token, method, path, body)

  describe('for who forgot the password', () => {
    it('bring a link that works once, to the account of the address and to nobody else', async () => {
      const { email } = world.bob.user
      deepEqual([(await v4('POST', '/users/password/reset/send', { email: ` ${email.toUpperCase()} ` })).status, (await v4('POST', '/users/password/reset/send', { email: 'nobody@example.org' })).status], [200, 200])
      const mail = await server.next(email)
      equal(mail.subject, 'Looms & Co: choose a new password')
      match(mail.text, /^Hello bob,/)
      const link = linkOf(mail)
      equal(`${link.origin}${link.pathname}`, `${world.server.url}/reset_password_complete`)
      const token = link.searchParams.get('token')
      const weak = await v4('POST', '/users/password/reset', { token, new_password: 'x' })
      equal(weak.status, 400)
      equal((await v4('POST', '/users/password/reset', { token, new_password: password })).status, 200)
      const used = await v4('POST', '/users/password/reset', { token, new_password: password })
      deepEqual([used.status, idOf(used.body)], [403, 'api.user.reset_password.invalid_link.app_error'])
      equal((await v4('GET', '/users/me', undefined, world.bob.token)).status, 401)
      // Whoever did not do it learns of it.
      const told = await server.next(email)
      equal(told.subject, 'Looms & Co: your password was changed')
      match(told.text, /account bob was changed[^]*tell whoever runs this server/)
      equal((await v4('POST', '/users/login', { login_id: email, password })).status, 200)
      equal(server.mails.some(({ to }) => to.includes('nobody@example.org')), false)
    })

    it('are in the reader\'s language, from right to left where it is written so', async () => {
      const { email, id } = world.ada.user
      for (const [locale, subject, dir] of [['de', 'Looms & Co: neues Passwort wählen', 'ltr'], ['ar', '\u2068Looms & Co\u2069: اختيار كلمة مرور جديدة', 'rtl']] as const) {
        equal((await v4('PUT', `/users/${id}/patch`, { locale }, world.ada.token)).status, 200)
        equal((await v4('POST', '/users/password/reset/send', { email })).status, 200)
        const mail = await server.next(email)
        equal(mail.subject, subject)
        match(mail.html, new RegExp(`<html lang="${locale}" dir="${dir}">`))
        doesNotMatch(mail.text, /Hello/)
      }
    })

    it('are few, and none for what is no address', async () => {
      const statuses: number[] = []
      for (let count = 0; count < 7; count += 1) statuses.push((await v4('POST', '/users/password/reset/send', { email: 'flooded@example.org' })).status)
      deepEqual(statuses, [200, 200, 200, 200, 200, 429, 429])
      for (const email of ['', 'x', 'a@b.c\r\nBcc: d@e.f', 'a@b.c, d@e.f', { email: 'x' }, 'x'.repeat(200)]) {
        const { status } = await v4('POST', '/users/password/reset/send', { email })
        deepEqual([email, status], [email, 400])
      }
    })
  })

  describe('that confirm addresses', () => {
    const require = (isRequired: boolean) => v4('PUT', '/config/patch', { EmailSettings: { RequireEmailVerification: isRequired } }, world.admin.token)
    const clara = { username: 'clara', email: 'clara@example.org', password }
    const signIn = (login_id: string) => v4('POST', '/users/login', { login_id, password })
    before(async () => { equal((await require(true)).status, 200) })
    after(async () => { equal((await require(false)).status, 200) })

    it('are needed before one signs in, where they are asked for', async () => {
      equal(((await v4('GET', '/config/client?format=old', undefined, world.admin.token)).body as Record<string, string>)['RequireEmailVerification'], 'true')
      equal((await v4('POST', '/users', clara)).status, 201)
      const refused = await signIn('clara')
      deepEqual([refused.status, idOf(refused.body)], [401, 'api.user.login.not_verified.app_error'])
      equal((await v4('POST', '/users/login', { login_id: 'clara', password: 'wrong' })).status, 401)
      const first = await server.next(clara.email)
      match(first.text, /clara@example\.org/)
      const link = linkOf(first)
      deepEqual([link.pathname, link.searchParams.get('email')], ['/do_verify_email', clara.email])
      deepEqual([(await v4('POST', '/users/email/verify/send', { email: clara.email })).status, (await v4('POST', '/users/email/verify/send', { email: 'nobody@example.org' })).status], [200, 200])
      const token = linkOf(await server.next(clara.email)).searchParams.get('token')
      equal((await v4('POST', '/users/email/verify', { token })).status, 200)
      for (const used of [token, link.searchParams.get('token'), 'x'.repeat(26)]) {
        const again = await v4('POST', '/users/email/verify', { token: used })
        deepEqual([again.status, idOf(again.body)], [400, 'api.user.verify_email.bad_link.app_error'])
      }
      const { status, body } = await signIn(clara.email)
      deepEqual([status, (body as { email_verified?: boolean }).email_verified], [200, true])
      equal((await v4('POST', '/users/email/verify/send', { email: 'x' })).status, 400)
      equal(server.mails.some(({ to }) => to.includes('nobody@example.org')), false)
    })

    it('make a new address one\'s own only when its link is opened, and tell the old one', async () => {
      const { headers, body } = await signIn('clara')
      const [token, id] = [headers.get('token') ?? '', idOf(body)]
      const change = (fields: object) => v4('PUT', `/users/${id}/patch`, fields, token)
      const emailOf = async (): Promise<string> => ((await v4('GET', '/users/me', undefined, token)).body as { email: string }).email
      equal((await change({ email: 'new@example.org' })).status, 400)
      equal((await change({ email: 'new@example.org', password: 'wrong' })).status, 401)
      equal((await change({ email: world.ada.user.email, password })).status, 400)
      equal((await change({ email: 'new@example.org', password })).status, 200)
      equal(await emailOf(), clara.email)
      const mail = await server.next('new@example.org')
      equal((await v4('POST', '/users/email/verify', { token: linkOf(mail).searchParams.get('token') })).status, 200)
      equal(await emailOf(), 'new@example.org')
      match((await server.next(clara.email)).text, /new@example\.org/)
      equal((await signIn(clara.email)).status, 401)
    })

    it('are void when an address has changed meanwhile, and do not let two have one', async () => {
      const [one, two] = [{ username: 'dora', email: 'dora@example.org', password }, { username: 'emil', email: 'emil@example.org', password }]
      const ids = []
      for (const account of [one, two]) ids.push(idOf((await v4('POST', '/users', account)).body))
      const links = [await server.next(one.email), await server.next(two.email)].map((mail) => linkOf(mail).searchParams.get('token'))
      equal((await v4('PUT', `/users/${ids[0]}/patch`, { email: 'third@example.org' }, world.admin.token)).status, 200)
      equal((await v4('POST', '/users/email/verify', { token: links[0] })).status, 400)
      equal((await v4('POST', '/users/email/verify', { token: links[1] })).status, 200)
      const token = (await signIn('emil')).headers.get('token') ?? ''
      equal((await v4('PUT', `/users/${ids[1]}/patch`, { email: 'wanted@example.org', password }, token)).status, 200)
      const wanted = linkOf(await server.next('wanted@example.org')).searchParams.get('token')
      equal((await v4('PUT', `/users/${ids[0]}/patch`, { email: 'wanted@example.org' }, world.admin.token)).status, 200)
      const taken = await v4('POST', '/users/email/verify', { token: wanted })
      deepEqual([taken.status, idOf(taken.body)], [400, 'app.user.save.email_exists.app_error'])
    })
  })

  it('welcome whoever has an account now, unless it came by a mail or is not to', async () => {
    const { invite_id: inviteId } = (await v4('GET', `/teams/${world.team.id}`, undefined, world.admin.token)).body as { invite_id: string }
    const signUp = (username: string, more: object = {}) => v4('POST', `/users?iid=${inviteId}`, { username, email: `${username}@example.org`, password, ...more })
    equal((await signUp('nia', { locale: 'de' })).status, 201)
    const mail = await server.next('nia@example.org')
    deepEqual([mail.subject, linkOf(mail).origin], ['Willkommen bei Looms & Co', world.server.url])
    match(mail.text, /^Hallo nia,\n\nDas Konto nia bei Looms & Co ist eingerichtet\./)
    // An admin makes one with a word, and one without.
    const made = (username: string, more: object) => v4('POST', '/users', { username, email: `${username}@example.org`, password, ...more }, world.admin.token)
    deepEqual([(await made('obi', { disable_welcome_email: true })).status, (await made('obo', { disable_welcome_email: 'x' })).status, (await made('pia', {})).status], [201, 400, 201])
    equal((await server.next('pia@example.org')).subject, 'Welcome to Looms & Co')
    const notify = (SendEmailNotifications: boolean) => v4('PUT', '/config/patch', { EmailSettings: { SendEmailNotifications } }, world.admin.token)
    equal((await notify(false)).status, 200)
    equal((await made('qi', {})).status, 201)
    equal((await notify(true)).status, 200)
    equal((await made('roy', {})).status, 201)
    await server.next('roy@example.org')
    equal(server.mails.some(({ to }) => /^(obi|obo|qi)@/.test(to.join())), false)
  })

  describe('that invite to a team', () => {
    const invite = (emails: unknown, { token = world.ada.token, isGraceful = false } = {}) => v4('POST', `/teams/${world.team.id}/invite/email${isGraceful ? '?graceful=true' : ''}`, emails, token)
    const tokenOf = async (email: string): Promise<string> => linkOf(await server.next(email)).searchParams.get('t') ?? ''
    const native = async (name: string, input: object, token = ''): Promise<{ status: number, body: Record<string, unknown> }> => {
      const response = await fetch(`${world.server.url}/api/v1/${name}`, { method: 'POST', body: JSON.stringify(input), headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) } })
      return { status: response.status, body: await response.json() as Record<string, unknown> }
    }

    it('make an account of the invited address, a member of the team', async () => {
      equal((await invite([' Fay@Example.org '])).status, 200)
      const mail = await server.next('fay@example.org')
      equal(mail.subject, 'ada invites you to Engines')
      const link = linkOf(mail)
      equal(link.pathname, '/signup_user_complete')
      const token = link.searchParams.get('t') ?? ''
      const read = await native('teamInvitations.get', { token })
      deepEqual([read.body['displayName'], read.body['email']], ['Engines', 'fay@example.org'])
      const made = await v4('POST', `/users?t=${token}`, { username: 'fay', email: 'somebody-else@example.org', password })
      deepEqual([made.status, (made.body as { email: string }).email], [201, 'fay@example.org'])
      const { headers, body } = await v4('POST', '/users/login', { login_id: 'fay', password })
      equal((body as { email_verified?: boolean }).email_verified, true)
      deepEqual(((await v4('GET', '/users/me/teams', undefined, headers.get('token') ?? '')).body as { id: string }[]).map(({ id }) => id), [world.team.id])
      const again = await v4('POST', `/users?t=${token}`, { username: 'fay2', email: 'fay2@example.org', password })
      deepEqual([again.status, idOf(again.body)], [400, 'api.user.create_user.signup_link_invalid.app_error'])
      equal((await native('teamInvitations.get', { token })).status, 404)
    })

    it('let somebody with an account join once, whatever the address', async () => {
      equal((await invite({ emails: ['gus@example.org'], channelIds: [], message: '' })).status, 200)
      const token = await tokenOf('gus@example.org')
      const joined = await v4('POST', `/teams/members/invite?token=${token}`, undefined, world.stranger.token)
      deepEqual([joined.status, (joined.body as { team_id: string }).team_id], [201, world.team.id])
      equal((await v4('POST', `/teams/members/invite?token=${token}`, undefined, world.ada.token)).status, 404)
      equal((await v4('DELETE', `/teams/${world.team.id}/members/${world.stranger.user.id}`, undefined, world.admin.token)).status, 200)
    })

    it('lead to channels as well, as far as the inviter may lead there, and say what the inviter has to say', async () => {
      // The password of the account was changed above, which ended its sessions.
      const bob = (await v4('POST', '/users/login', { login_id: 'bob', password })).headers.get('token') ?? ''
      const make = async (name: string, type: string, token: string): Promise<string> => ((await v4('POST', '/channels', { team_id: world.team.id, name, display_name: name, type }, token)).body as { id: string }).id
      const [open, secret, foreign, left] = [await make('shed', 'O', world.ada.token), await make('vault', 'P', world.ada.token), await make('cellar', 'P', bob), await make('attic', 'P', world.ada.token)]
      const channelIds = [open, secret, foreign, left]
      equal((await invite({ emails: ['lee@example.org'], channelIds, message: ' <b>Bring</b> tea.\nAda ' })).status, 200)
      const mail = await server.next('lee@example.org')
      match(mail.text, /ada writes:\n<b>Bring<\/b> tea\.\nAda\n/)
      match(mail.html, /&#60;b&#62;Bring&#60;\/b&#62; tea/)
      // What the inviter has left meanwhile is open no more.
      equal((await v4('DELETE', `/channels/${left}/members/me`, undefined, world.ada.token)).status, 200)
      equal((await v4('POST', `/users?t=${linkOf(mail).searchParams.get('t')}`, { username: 'lee', email: 'lee@example.org', password })).status, 201)
      const { headers } = await v4('POST', '/users/login', { login_id: 'lee', password })
      const names = async (token: string): Promise<string[]> => ((await v4('GET', `/users/me/teams/${world.team.id}/channels`, undefined, token)).body as { name: string, type: string }[]).filter(({ type }) => type !== 'D').map(({ name }) => name).sort()
      deepEqual(await names(headers.get('token') ?? ''), ['off-topic', 'shed', 'town-square', 'vault'])
      // Also who is in the team already is led there.
      equal((await invite({ emails: ['bob@example.com'], channelIds: [secret], message: null })).status, 200)
      const before = await names(bob)
      equal((await v4('POST', `/teams/members/invite?token=${await tokenOf('bob@example.com')}`, undefined, bob)).status, 201)
      deepEqual(await names(bob), [...before, 'vault'].sort())
      for (const wrong of [{ channelIds: ['x'] }, { channelIds: 'x' }, { message: 7 }, { message: 'x'.repeat(4001) }]) equal((await invite({ emails: ['may@example.org'], ...wrong })).status, 400)
      equal(server.mails.some(({ to }) => to.includes('may@example.org')), false)
    })

    it('are answered for one by one, or all of them are sent, or none', async () => {
      const { status, body } = await invite(['hal@example.org', 'nobody', 'a@b.c\r\nBcc: d@e.f'], { isGraceful: true })
      equal(status, 200)
      deepEqual((body as { email: string, error: { id: string } | null }[]).map(({ email, error }) => [email, error?.id]), [['hal@example.org', undefined], ['nobody', 'model.user.is_valid.email.app_error'], ['a@b.c\r\nBcc: d@e.f', 'model.user.is_valid.email.app_error']])
      await server.next('hal@example.org')
      equal((await invite(['ivy@example.org', 'nobody'])).status, 400)
      for (const emails of [[], {}, 'ivy@example.org', [1], Array.from({ length: 101 }, (_, place) => `p${place}@example.org`)]) equal((await invite(emails)).status, 400)
      equal((await invite(['ivy@example.org'], { token: world.stranger.token })).status, 404)
      equal((await invite(['ivy@example.org'], { token: '' })).status, 401)
      const statuses = []
      for (let count = 0; count < 6; count += 1) statuses.push((await invite(['jan@example.org'])).status)
      deepEqual(statuses, [200, 200, 200, 200, 200, 429])
      equal(server.mails.some(({ to }) => to.includes('ivy@example.org')), false)
    })

    it('are void when an administrator says so, and can be switched off', async () => {
      equal((await invite(['kim@example.org'])).status, 200)
      const token = await tokenOf('kim@example.org')
      equal((await v4('DELETE', '/teams/invites/email', undefined, world.ada.token)).status, 403)
      equal((await v4('DELETE', '/teams/invites/email', undefined, world.admin.token)).status, 200)
      equal((await native('teamInvitations.get', { token })).status, 404)
      const set = (EnableEmailInvitations: boolean) => v4('PUT', '/config/patch', { ServiceSettings: { EnableEmailInvitations } }, world.admin.token)
      equal((await set(false)).status, 200)
      const off = await invite(['kim@example.org'])
      deepEqual([off.status, idOf(off.body)], [501, 'api.team.invite_members.disabled.app_error'])
      equal((await set(true)).status, 200)
    })
  })

  describe('that tell what was missed', () => {
    /** Nobody is online who does not listen. */
    const leave = (...people: Person[]): Promise<unknown> => Promise.all(people.map(({ user, token }) => v4('PUT', `/users/${user.id}/status`, { user_id: user.id, status: 'offline' }, token)))
    const write = async (message: string, { channelId = world.channel.id, rootId = '' } = {}): Promise<string> => {
      const { status, body } = await v4('POST', '/posts', { channel_id: channelId, message, root_id: rootId }, world.admin.token)
      equal(status, 201)
      return idOf(body)
    }
    const patch = (fields: object) => v4('PUT', `/users/${world.ada.user.id}/patch`, fields, world.ada.token)
    const view = () => v4('POST', '/channels/members/me/view', { channel_id: world.channel.id }, world.ada.token)
    const direct = async ({ user }: Person): Promise<string> => idOf((await v4('POST', '/channels/direct', [world.admin.user.id, user.id], world.admin.token)).body)
    let carol: Person
    before(async () => {
      carol = await signIn(world.server.url, 'carol')
      equal((await patch({ locale: 'en' })).status, 200)
      await leave(world.ada, carol)
    })

    it('gather mentions and messages to somebody who is not there, with a way to them', async () => {
      const first = await write('@ada look at <b>this</b>')
      const alone = await server.next(world.ada.user.email)
      equal(alone.subject, 'Looms & Co: admin wrote to you')
      match(alone.text, /^admin in Looms:\n@ada look at <b>this<\/b>\n/)
      equal(linkOf(alone).pathname, `/${world.team.name}/pl/${first}`)
      doesNotMatch(alone.html, /<b>/)
      // Where others read the mailboxes, only by whom it is.
      const contents = (EmailNotificationContentsType: string) => v4('PUT', '/config/patch', { EmailSettings: { EmailNotificationContentsType } }, world.admin.token)
      deepEqual([(await contents('none')).status, (await contents('generic')).status], [400, 200])
      equal(((await v4('GET', '/config/client', undefined, world.ada.token)).body as Record<string, string>)['EmailNotificationContentsType'], 'generic')
      await write('@ada the key is under the mat')
      const generic = await server.next(world.ada.user.email)
      match(generic.text, /^A message from admin\.\n/)
      doesNotMatch(generic.text + generic.html, /under the mat|in Looms:/)
      equal((await contents('full')).status, 200)
      mailTimes.gatherMs = 2000
      await Promise.all([write('@channel everybody'), write('hello', { channelId: await direct(world.ada) }), write('nothing for anybody')])
      const both = await server.next(world.ada.user.email)
      equal(both.subject, 'Looms & Co: 2 messages for you')
      match(both.text, /admin in Looms:\n@channel everybody/)
      match(both.text, /admin, to you:\nhello/)
      doesNotMatch(both.text, /nothing for anybody|look at/)
      mailTimes.gatherMs = 100
    })

    it('are in the reader\'s language', async () => {
      equal((await patch({ locale: 'ar' })).status, 200)
      await write('@ada مرحبا')
      const mail = await server.next(world.ada.user.email)
      match(mail.html, /<html lang="ar" dir="rtl">/)
      equal(mail.subject, '\u2068Looms & Co\u2069: رسالة من \u2068admin\u2069')
    })

    it('are none where it was read, is not wanted, is nobody\'s, or somebody is there', async () => {
      const count = (): number => server.mails.filter(({ to }) => to.includes(world.ada.user.email)).length
      const before = count()
      /** Whoever is mailed after the others would have been. */
      const waited = async (): Promise<void> => {
        await write('later', { channelId: await direct(carol) })
        await server.next(carol.user.email)
      }
      // Time enough for what happens before the mail would be written, on a slow machine too.
      mailTimes.gatherMs = 3000
      await write('@ada read before')
      const gone = await write('deleted', { channelId: await direct(world.ada) })
      equal((await v4('DELETE', `/posts/${gone}`, undefined, world.admin.token)).status, 200)
      equal((await view()).status, 200)
      await leave(world.ada)
      await waited()
      mailTimes.gatherMs = 100
      equal((await patch({ notify_props: { ...world.ada.user.notify_props, email: 'false' } })).status, 200)
      await write('@ada not wanted')
      await waited()
      equal((await patch({ notify_props: { ...world.ada.user.notify_props, email: 'true' } })).status, 200)
      const member = `/channels/${world.channel.id}/members/${world.ada.user.id}/notify_props`
      equal((await v4('PUT', member, { mark_unread: 'mention' }, world.ada.token)).status, 200)
      await write('@ada muted')
      await waited()
      equal((await v4('PUT', member, { mark_unread: 'all' }, world.ada.token)).status, 200)
      equal((await v4('PUT', `/users/${world.ada.user.id}/status`, { user_id: world.ada.user.id, status: 'online' }, world.ada.token)).status, 200)
      await write('@ada is here')
      await waited()
      equal(count(), before)
    })
  })

  it('are tried by administrators, with settings that are kept or with others', async () => {
    const { admin, ada } = world
    const test = (body: object | undefined, token: string) => v4('POST', '/email/test', body, token)
    equal((await test(undefined, admin.token)).status, 200)
    equal((await server.next(admin.user.email)).subject, 'Looms & Co: test mail')
    equal((await test({ EmailSettings: { SMTPServer: '127.0.0.1', SMTPPort: String(server.port), SMTPPassword: '*'.repeat(32), FeedbackName: 'Others' } }, admin.token)).status, 200)
    match((await server.next(admin.user.email)).headers.get('from') ?? '', /^Others </)
    const closed = await test({ EmailSettings: { SMTPServer: '127.0.0.1', SMTPPort: '1' } }, admin.token)
    equal(closed.status, 502)
    match((closed.body as { message: string }).message, /ECONNREFUSED/)
    equal((await test({ EmailSettings: { SMTPPort: 'x' } }, admin.token)).status, 400)
    equal((await test({}, ada.token)).status, 403)
  })

  it('are told of to clients, and set up by admins in either way, with the password kept secret', async () => {
    const config = async (): Promise<Record<string, string>> => (await v4('GET', '/config/client?format=old')).body as Record<string, string>
    const read = async (token: string) => (await v4('GET', '/config', undefined, token)).body as { EmailSettings: Record<string, unknown> }
    const patch = (EmailSettings: object) => v4('PUT', '/config/patch', { EmailSettings }, world.admin.token)
    equal((await config())['PasswordEnableForgotLink'], 'true')
    const { SMTPServer, SMTPPort, ConnectionSecurity, EnableSMTPAuth } = (await read(world.admin.token)).EmailSettings
    deepEqual([SMTPServer, SMTPPort, ConnectionSecurity, EnableSMTPAuth], ['127.0.0.1', String(server.port), '', false])
    equal((await patch({ SMTPUsername: 'rook', SMTPPassword: 'hunter2', FeedbackName: 'The rooks', ReplyToAddress: 'help@example.org' })).status, 200)
    const after = (await read(world.admin.token)).EmailSettings
    deepEqual([after['EnableSMTPAuth'], after['SMTPPassword'], after['FeedbackName']], [true, '*'.repeat(32), 'The rooks'])
    equal((await patch({ ...after, EnableSMTPAuth: false })).status, 200)
    for (const wrong of [{ SMTPPort: 'ten' }, { SMTPPort: '70000' }, { ConnectionSecurity: 'perhaps' }, { SMTPServer: 'a b' }, { FeedbackEmail: 'x\r\nBcc: y@z' }, { FeedbackName: 'a\nb' }]) {
      deepEqual([wrong, (await patch(wrong)).status], [wrong, 400])
    }
    equal((await v4('POST', '/users/password/reset/send', { email: world.stranger.user.email })).status, 200)
    const mail = await server.next(world.stranger.user.email)
    deepEqual([mail.headers.get('from'), mail.headers.get('reply-to')], [`The rooks <no-reply@localhost>`, 'help@example.org'])
    equal((await patch({ SMTPServer: '' })).status, 200)
    equal((await config())['PasswordEnableForgotLink'], 'false')
    const off = await v4('POST', '/users/password/reset/send', { email: world.stranger.user.email })
    deepEqual([off.status, idOf(off.body)], [501, 'api.team.invite_members.unable_to_send_email_with_defaults.app_error'])
    equal((await patch({ SMTPServer: '127.0.0.1' })).status, 200)
  })
})
