import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { createCertificate } from '../../../test/harness/certificate.ts'
import { createMailServer, type MailServer } from '../../../test/harness/mail-server.ts'
import { createTestDatabase, type TestDatabase } from '../../../test/harness/postgres.ts'
import { systemClock } from '../../src/clock.ts'
import { defaultSettings, type Settings } from '../../src/config/index.ts'
import { createAlarmClock, createDueWork, type AlarmClock, type DueWork } from '../../src/jobs/index.ts'
import { createMails, createSmtp, type Letter, type MailKind, type Mails } from '../../src/notify/index.ts'
import { createDatabase, sql, type Database } from '../../src/storage/index.ts'
import { createLog } from '../../src/telemetry/index.ts'

type MailSettings = Settings['mail']

describe('mails on their way', () => {
  let place: TestDatabase
  let db: Database
  let alarm: AlarmClock
  let dueWork: DueWork
  let server: MailServer
  let mails: Mails
  let greetings: MailKind<Partial<Letter>>
  let mail: { -readonly [Key in keyof MailSettings]: MailSettings[Key] }
  let complaints: string[]

  before(async () => {
    place = await createTestDatabase()
    complaints = []
    const log = createLog({ format: 'human', level: 'warn', write: (line) => { complaints.push(line) } })
    db = await createDatabase({ connection: place.connection, log, maximumConnections: 6 })
    alarm = createAlarmClock({ connection: place.connection, log })
    dueWork = createDueWork({ db, alarm, log })
    server = await createMailServer()
    mail = { ...defaultSettings.mail, server: '127.0.0.1', port: server.port }
    const settings: Settings = { ...defaultSettings, url: 'https://chat.example.org', mail }
    mails = createMails({ db, dueWork, smtp: createSmtp({ settings, password: async () => mail.password }), settings, clock: systemClock, log, firstRetryMs: 50 })
    greetings = mails.define<Partial<Letter>>('greeting', async (about) => ({ to: 'ada@example.org', locale: 'en', subject: 'Hello', paragraphs: ['Hello'], ...about }))
    await alarm.start()
    await dueWork.start()
  })
  after(async () => {
    await dueWork.stop()
    await mails.stop()
    await alarm.stop()
    await server.close()
    await db.close()
    await place.drop()
  })
  beforeEach(() => { complaints.length = 0 })

  const put = (key: string, about: Partial<Letter> = {}): Promise<void> => db.transact((transaction) => greetings.put(transaction, key, about))
  const emptied = async (): Promise<void> => {
    await dueWork.idle()
    equal(await db.value(sql`select count(*) from due_work`), 0)
  }

  it('come once, from the site, with headers that tell machines not to answer', async () => {
    await put('one', { to: 'one@example.org', subject: 'Grüße, 世界' })
    const { from, subject, headers, text, isEncrypted } = await server.next('one@example.org')
    deepEqual([from, subject, text, isEncrypted], ['no-reply@chat.example.org', 'Grüße, 世界', 'Hello\n', false])
    deepEqual([headers.get('from'), headers.get('to'), headers.get('auto-submitted')], ['Rookery <no-reply@chat.example.org>', 'one@example.org', 'auto-generated'])
    match(headers.get('message-id') ?? '', /^<[0-9a-f]{40}@chat\.example\.org>$/)
    await emptied()
  })

  it('wait while the mail server is away, complaining once, and come when it is back', async () => {
    await server.down()
    await Promise.all(['a', 'b', 'c'].map((name) => put(name, { to: `${name}@example.org` })))
    while (complaints.length === 0) await new Promise((resolve) => { setTimeout(resolve, 10) })
    await server.up()
    await Promise.all(['a', 'b', 'c'].map((name) => server.next(`${name}@example.org`)))
    equal(complaints.length, 1)
    match(complaints[0] ?? '', /Mails wait: .*ECONNREFUSED/)
    await emptied()
  })

  it('are tried again where they are refused for now, and not where they are refused for good', async () => {
    let count = 0
    server.refuse((address) => {
      if (address.startsWith('gone')) return { code: 550, words: 'No such mailbox here' }
      count += 1
      return count < 3 ? { code: 451, words: 'Greylisted, try again later' } : undefined
    })
    await put('gone', { to: 'gone@example.org' })
    await put('grey', { to: 'grey@example.org' })
    await server.next('grey@example.org')
    server.refuse(undefined)
    equal(count, 3)
    await emptied()
    ok(complaints.some((line) => /refuses a mail for good.*No such mailbox here/s.test(line)))
    equal(server.mails.some(({ to }) => to.includes('gone@example.org')), false)
    await rejects(mails.send({ to: 'not an address', locale: 'en', subject: 'x', paragraphs: [] }), { code: 'mail_failed' })
  })

  it('that nobody has a reason for any more are not sent', async () => {
    const letters = mails.define<null>('nothing', async () => undefined)
    await db.transact((transaction) => letters.put(transaction, 'x', null))
    while (await db.value<number>(sql`select count(*) from due_work`) > 0) await new Promise((resolve) => { setTimeout(resolve, 10) })
    equal(server.mails.some(({ subject }) => subject === 'x'), false)
  })

  it('carry nothing into headers or recipients that was not meant for them', async () => {
    for (const to of ['ada@example.org\r\nRCPT TO:<eve@example.org>', 'ada@example.org, eve@example.org', '<eve@example.org>', 'ada@example.org>\r\nBcc: eve@example.org', '']) {
      await mails.send({ to, locale: 'en', subject: 'Injected\r\nBcc: eve@example.org', paragraphs: ['.', 'Bcc: eve@example.org'] }).catch(() => {})
    }
    mail.fromName = 'Rook"\r\nBcc: eve@example.org'
    await mails.send({ to: 'last@example.org', locale: 'en', subject: 'Injected\r\nBcc: eve@example.org', paragraphs: ['.', '\r\n.\r\nRCPT TO:<eve@example.org>'] })
    mail.fromName = ''
    const last = await server.next('last@example.org')
    deepEqual([last.headers.has('bcc'), last.subject], [false, 'Injected Bcc: eve@example.org'])
    for (const { to, headers } of server.mails) {
      equal(headers.has('bcc'), false)
      equal(to.length, 1)
    }
  })

  it('go over TLS with a name and a password, which is never sent in the clear over a network', async () => {
    const account = { user: 'rook', password: 'a secret 7' }
    const { key, cert } = createCertificate('localhost')
    const certified = { key: key.export({ type: 'pkcs8', format: 'pem' }) as string, cert }
    const [starting, whole] = [await createMailServer({ ...certified, account }), await createMailServer({ ...certified, secure: true, account })]
    const before = { ...mail }
    const send = (to: string): Promise<void> => mails.send({ to, locale: 'en', subject: 'x', paragraphs: [] })
    Object.assign(mail, { port: starting.port, security: 'starttls', username: account.user, password: account.password })
    await rejects(send('tls@example.org'), { code: 'mail_failed' }, 'a certificate that nobody knows')
    mail.verifyCertificate = false
    await send('tls@example.org')
    deepEqual([starting.mails[0]?.isEncrypted, starting.mails[0]?.user], [true, 'rook'])
    mail.password = 'wrong'
    await rejects(send('tls@example.org'), { code: 'mail_failed' })
    Object.assign(mail, { port: whole.port, security: 'tls', password: account.password })
    await send('tls@example.org')
    equal(whole.mails.length, 1)
    // A server that offers no encryption at all.
    Object.assign(mail, { port: server.port, security: 'starttls' })
    await rejects(send('clear@example.org'), { code: 'mail_failed' })
    // Nothing is insisted on, and the mail server is not this machine as far as its name tells: then the password insists.
    const talkative = await createMailServer({ account, allowInsecureAuth: true })
    Object.assign(mail, { server: '0.0.0.0', port: talkative.port, security: 'auto', verifyCertificate: true })
    await rejects(send('clear@example.org'), { code: 'mail_failed' })
    deepEqual([talkative.visits, talkative.mails.length], [1, 0])
    mail.port = starting.port
    await rejects(send('auto@example.org'), { code: 'mail_failed' }, 'a certificate that nobody knows')
    mail.verifyCertificate = false
    await send('auto@example.org')
    equal(starting.mails.at(-1)?.isEncrypted, true)
    // On this machine itself there is no network.
    Object.assign(mail, { server: '127.0.0.1', port: talkative.port })
    await send('here@example.org')
    equal(talkative.mails.length, 1)
    Object.assign(mail, before)
    await Promise.all([starting.close(), whole.close(), talkative.close()])
  })

  it('are none where no mail server is set', async () => {
    mail.server = ''
    equal(mails.isOn, false)
    await rejects(async () => { mails.assertOn() }, { code: 'mail_off' })
    await rejects(mails.send({ to: 'x@example.org', locale: 'en', subject: 'x', paragraphs: [] }), { code: 'mail_off' })
    await put('later', { to: 'later@example.org' })
    mail.server = '127.0.0.1'
    await server.next('later@example.org')
  })
})
