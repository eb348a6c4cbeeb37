import { deepEqual, doesNotThrow, throws } from 'node:assert/strict'
import { createLiveSettings } from '../../src/config/live-settings.ts'
import { defaultSettings } from '../../src/config/settings.ts'

describe('what a setting may be, as JSON Schema', () => {
  const live = createLiveSettings({ base: defaultSettings, readOnly: new Set() })

  it('says type, standard and bounds', () => {
    deepEqual(live.schemaOf('accounts.minimumPasswordLength'), { type: 'integer', default: 8, minimum: 5, maximum: 72 })
    deepEqual(live.schemaOf('accounts.openSignUp'), { type: 'boolean', default: false })
    deepEqual(live.schemaOf('accounts.emailDomains'), { type: 'array', default: [], items: { type: 'string', maxLength: 200 }, maxItems: 200 })
    deepEqual(live.schemaOf('site.name'), { type: 'string', default: 'Rookery', maxLength: 2000 })
    deepEqual(live.schemaOf('nothing.here'), {})
  })

  it('agrees with what is taken', () => {
    for (const name of live.values.keys()) {
      const { minimum, maximum } = live.schemaOf(name) as { minimum?: number, maximum?: number }
      if (minimum === undefined || maximum === undefined) continue
      doesNotThrow(() => { live.assert(name, minimum) })
      throws(() => { live.assert(name, minimum - 1) }, { code: 'setting_invalid' })
    }
  })
})
