import { deepEqual, equal, throws } from 'node:assert/strict'
import { defaultSettings, readSettings, settingsOfEnvironment } from '../../src/config/index.ts'

describe('settings from the environment', () => {
  it('are the defaults where nothing is said', () => {
    deepEqual(readSettings({}), defaultSettings)
  })

  it('take every setting under its name, with the type of its default', () => {
    const settings = readSettings({
      ROOKERY_LISTEN: '0.0.0.0:80', ROOKERY_URL: 'https://chat.example.org/', ROOKERY_DATA: '/srv/rookery', DATABASE_URL: 'postgres://db',
      ROOKERY_TRUSTED_PROXIES: '10.0.0.1, 10.0.0.2', ROOKERY_ACCOUNTS_OPEN_SIGN_UP: 'true', ROOKERY_FILES_MAXIMUM_BYTES: '5',
      ROOKERY_ACCOUNTS_EMAIL_DOMAINS: 'example.org',
    })
    deepEqual(settings.listen, { host: '0.0.0.0', port: 80 })
    equal(settings.url, 'https://chat.example.org')
    equal(settings.dataFolder, '/srv/rookery')
    equal(settings.databaseUrl, 'postgres://db')
    deepEqual(settings.trustedProxies, ['10.0.0.1', '10.0.0.2'])
    equal(settings.accounts.openSignUp, true)
    deepEqual(settings.accounts.emailDomains, ['example.org'])
    equal(settings.files.maximumBytes, 5)
    equal(readSettings({ ROOKERY_LISTEN: '[::]:9000' }).url, 'http://localhost:9000')
    equal(readSettings({ ROOKERY_LISTEN: '9000' }).listen.host, '127.0.0.1')
  })

  it('say the mail server by one address, below the variables that say parts of it', () => {
    const mail = (environment: Record<string, string>) => readSettings(environment).mail
    const parts = ({ server, port, username, password, security }: ReturnType<typeof mail>) => [server, port, username, password, security]
    deepEqual(parts(mail({ SMTP_URL: 'smtp://rook%40example.org:a%3Ab%2Fc@mail.example.org' })), ['mail.example.org', 587, 'rook@example.org', 'a:b/c', 'auto'])
    deepEqual(parts(mail({ SMTP_URL: 'smtps://mail.example.org' })), ['mail.example.org', 465, '', '', 'tls'])
    deepEqual(parts(mail({ SMTP_URL: 'smtp+starttls://[::1]:25/', ROOKERY_MAIL_PORT: '2525' })), ['::1', 2525, '', '', 'starttls'])
    deepEqual(parts(mail({ SMTP_URL: 'smtp://localhost:443' })).slice(0, 2), ['localhost', 443])
    deepEqual([...settingsOfEnvironment({ SMTP_URL: 'smtp://localhost', ROOKERY_MAIL_REPLY_TO: 'a@b.org' })], ['mail.server', 'mail.port', 'mail.username', 'mail.password', 'mail.security', 'mail.replyTo'])
    deepEqual([...settingsOfEnvironment({ SMTP_URL: '' })], [])
    for (const wrong of ['mail.example.org', 'http://mail.example.org', 'smtp://', 'smtp://a:secret@b/c', 'smtp://a:secret@b?x', 'smtp://a%zz:secret@b', 'smtp://a:secret%0a@b', 'smtp://a:secret@b c']) {
      throws(() => mail({ SMTP_URL: wrong }), ({ message }: Error) => message.startsWith('SMTP_URL must be like ') && !message.includes('secret'), wrong)
    }
    throws(() => mail({ ROOKERY_MAIL_FROM_ADDRESS: 'nobody' }), { message: 'ROOKERY_MAIL_FROM_ADDRESS must be an e-mail address, but is "nobody".' })
    throws(() => mail({ ROOKERY_MAIL_PASSWORD: 'secret\n' }), { message: 'ROOKERY_MAIL_PASSWORD must be a password.' })
  })

  it('are refused in one sentence that names the variable', () => {
    throws(() => readSettings({ ROOKERY_LISTEN: 'here' }), { message: 'ROOKERY_LISTEN must be host:port, but is "here".' })
    throws(() => readSettings({ ROOKERY_LISTEN: '1.2.3.4:70000' }), /ROOKERY_LISTEN/)
    throws(() => readSettings({ ROOKERY_FILES_MAXIMUM_BYTES: 'many' }), { message: 'ROOKERY_FILES_MAXIMUM_BYTES must be a whole number, but is "many".' })
    throws(() => readSettings({ ROOKERY_ACCOUNTS_OPEN_SIGN_UP: 'yes' }), { message: 'ROOKERY_ACCOUNTS_OPEN_SIGN_UP must be true or false, but is "yes".' })
    throws(() => readSettings({ DATABASE_URL: 'secret@db' }), { message: 'DATABASE_URL must be like postgres://user:password@host:5432/database.' })
    throws(() => readSettings({ ROOKERY_LIMITS_SOCKETS_PER_ACCOUNT: '-5' }), { message: 'ROOKERY_LIMITS_SOCKETS_PER_ACCOUNT must be from 1 to 1000000, but is -5.' })
    throws(() => readSettings({ ROOKERY_STATUSES_OFFLINE_GRACE_SECONDS: '-1' }), { message: /^ROOKERY_STATUSES_OFFLINE_GRACE_SECONDS must be from 0 to / })
    throws(() => readSettings({ ROOKERY_TELEMETRY_LEVEL: 'debug' }), { message: 'ROOKERY_TELEMETRY_LEVEL must be one of info, warn, error, but is "debug".' })
    equal(readSettings({ ROOKERY_POSTS_EDIT_WINDOW_SECONDS: '-1' }).posts.editWindowSeconds, -1)
  })
})
