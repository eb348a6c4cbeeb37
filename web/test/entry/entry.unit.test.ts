import { deepEqual, equal } from 'node:assert/strict'
import { fieldOf } from '../../src/views/entry/field-of.ts'
import { judgePassword } from '../../src/views/entry/password-rules.ts'
import { addressOf, suggestAddress } from '../../src/views/teams/team-address.ts'

describe('entry', () => {
  it('judges a password while it is typed', () => {
    const broken = (password: string): string[] => judgePassword(password, { minimum: 8, username: 'ada', email: 'lovelace@example.com' }).filter(({ isKept }) => !isKept).map(({ name }) => name)
    deepEqual(broken(''), ['length', 'own'])
    deepEqual(broken('LoveLace'), ['own'])
    deepEqual(broken('ADA'), ['length', 'own'])
    deepEqual(broken('👋👋👋👋👋👋👋👋'), [])
    deepEqual(broken('👋'.repeat(19)), ['tooLong'])
    deepEqual(broken('a tower of rooks'), [])
  })

  it('suggests an address for a team', () => {
    equal(addressOf('  Straßen & Brücken!  '), 'strassen-brucken')
    equal(addressOf('x'.repeat(39) + ' y'), 'x'.repeat(39))
    equal(suggestAddress('', '5e1f00'), '')
    equal(suggestAddress('الفريق', '5e1f00'), 'team-5e1f00')
  })

  it('tells which field an error is about', () => {
    const of = (code: Parameters<typeof fieldOf>[0]['code'], details = {}) => fieldOf({ code, details, isPassing: false })
    equal(of('username_taken'), 'username')
    equal(of('email_domain_refused'), 'email')
    equal(of('password_too_weak'), 'password')
    equal(of('current_password_wrong'), 'current')
    equal(of('team_name_invalid'), 'name')
    equal(of('invalid_input', { field: 'email' }), 'email')
    equal(of('invalid_input', { field: 'nickname' }), null)
    equal(of('sign_up_closed'), null)
  })
})
