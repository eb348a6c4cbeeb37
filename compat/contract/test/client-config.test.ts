import assert from 'node:assert/strict'
import { clientConfig } from '../../src/mattermost/client-config.ts'
import { clientLicense } from '../../src/mattermost/license.ts'
import documented from '../data/client-config.json' with { type: 'json' }

const settings = { siteUrl: 'https://chat.example.org/', diagnosticId: 'abcdefghijklmnopqrstuvwxyz' }
const keysSent = (...when: string[]): string[] => documented.filter((entry) => when.includes(entry.sent)).map((entry) => entry.key).sort()

describe('client config', () => {
  it('sends to a stranger exactly the keys that a Team Edition server sends', () => {
    assert.deepEqual(Object.keys(clientConfig(settings, { signedIn: false })).sort(), keysSent('always'))
  })

  it('sends all keys to those who are signed in', () => {
    assert.deepEqual(Object.keys(clientConfig(settings, { signedIn: true })).sort(), keysSent('always', 'signed_in'))
  })

  it('has strings of the documented type only', () => {
    const config = clientConfig({ ...settings, maxFileSizeBytes: 1024, noAccounts: true, installedAt: 1 }, { signedIn: true })
    const shapes: Record<string, RegExp> = { 'bool-string': /^(true|false)$/, 'int-string': /^-?\d+$/ }
    for (const { key, type } of documented) {
      const value = config[key]
      if (value === undefined) continue
      assert.equal(typeof value, 'string', key)
      assert.match(value, shapes[type] ?? /^/, key)
    }
  })

  it('takes values from the settings, the last word from overrides', () => {
    const config = clientConfig({
      ...settings,
      version: '11.9.0',
      siteName: 'Nest',
      maxPostSize: 4000,
      openServer: true,
      features: { commands: true, customEmoji: false },
      overrides: { SiteName: 'Eyrie' },
    }, { signedIn: true })
    assert.equal(config.SiteURL, 'https://chat.example.org')
    assert.equal(config.DiagnosticId, settings.diagnosticId)
    assert.equal(config.TelemetryId, settings.diagnosticId)
    assert.equal(config.SiteName, 'Eyrie')
    assert.equal(config.MaxPostSize, '4000')
    assert.equal(config.EnableOpenServer, 'true')
    assert.equal(config.EnableCommands, 'true')
    assert.equal(config.EnableCustomEmoji, 'false')
    assert.equal(config.CollapsedThreads, 'always_on')
  })

  it('does not hand keys of members to strangers, even if they are set', () => {
    assert.equal('MaxPostSize' in clientConfig({ ...settings, maxPostSize: 1 }, { signedIn: false }), false)
  })

  it('has no licence', () => {
    assert.deepEqual(clientLicense, { IsLicensed: 'false' })
  })
})
