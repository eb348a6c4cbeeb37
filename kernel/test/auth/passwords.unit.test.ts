import assert from 'node:assert/strict'
import { parseOptions } from '@node-rs/argon2'
import { RookeryError } from '@rookery/sdk/protocol'
import { commonPasswords } from '../../src/auth/common-passwords.ts'
import { assertAcceptable, createPasswords, defaultPasswordSettings, type PasswordSettings } from '../../src/auth/passwords.ts'
import { cpuTimeMs } from '../../../test/harness/cpu-time.ts'

const account = { username: 'ada.lovelace', email: 'ada@example.com' }

const refusal = (password: string, settings: Partial<PasswordSettings> = {}): string => {
  try {
    assertAcceptable(password, { ...defaultPasswordSettings, ...settings }, account)
    return 'accepted'
  } catch (error) {
    return error instanceof RookeryError ? error.code : String(error)
  }
}

describe('passwords', () => {
  it('are hashed with argon2id and verified', async () => {
    const passwords = createPasswords()
    const hash = await passwords.hash('correct horse')
    const { algorithm, memoryCost, timeCost, parallelism } = parseOptions(hash)
    assert.deepEqual({ algorithm, memoryCost, timeCost, parallelism }, { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 })
    assert.deepEqual([await passwords.verify(hash, 'correct horse'), await passwords.verify(hash, 'wrong horse')], [true, false])
    assert.notEqual(await passwords.hash('correct horse'), hash)
    assert.deepEqual([passwords.isOutdated(hash), passwords.isOutdated(hash.replace('t=2', 't=1'))], [false, true])
  })

  it('are refused, as slowly, where there is nothing to verify', async () => {
    const passwords = createPasswords({ concurrency: 1 })
    const hash = await passwords.hash('correct horse')
    const timeOf = async (verify: () => Promise<boolean>): Promise<number> => {
      const times: number[] = []
      for (let round = 0; round < 5; round += 1) {
        const start = cpuTimeMs()
        assert.equal(await verify(), false)
        times.push(cpuTimeMs() - start)
      }
      return Math.min(...times)
    }
    const known = await timeOf(() => passwords.verify(hash, 'wrong horse'))
    for (const verify of [
      () => passwords.verifyNothing(), () => passwords.verify('', ''), () => passwords.verify('$2a$10$abc', 'x'), () => passwords.verify(hash, 'x'.repeat(73)),
    ]) {
      const ratio = await timeOf(verify) / known
      assert.ok(ratio > 0.5 && ratio < 2, `takes ${ratio} times as long`)
    }
  })

  it('are refused when too many wait', async () => {
    const passwords = createPasswords({ concurrency: 1, maximumQueue: 2 })
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => passwords.verifyNothing()))
    assert.deepEqual(results.map(({ status }) => status), ['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'rejected'])
    const [, , , refused] = results
    assert.ok(refused?.status === 'rejected' && refused.reason instanceof RookeryError)
    assert.equal(refused.reason.code, 'unavailable')
    assert.equal(refused.reason.details.retryAfterSeconds, 1)
    assert.equal(await passwords.verifyNothing(), false)
  })
})

describe('a new password', () => {
  it('has a length', () => {
    assert.deepEqual(
      [refusal('seven77'), refusal('eight888'), refusal('🐦'.repeat(7)), refusal('x'.repeat(72)), refusal('x'.repeat(73)), refusal('é'.repeat(37))],
      ['password_too_short', 'accepted', 'password_too_short', 'accepted', 'password_too_long', 'password_too_long'],
    )
  })

  it('has the kinds of characters that the settings ask for', () => {
    const all = { needsLowercase: true, needsUppercase: true, needsNumber: true, needsSymbol: true }
    assert.deepEqual([refusal('Sys@dmin-sample1', all), refusal('lower case only', all)], ['accepted', 'password_too_weak'])
    assert.throws(() => assertAcceptable('lower only', { ...defaultPasswordSettings, ...all, needsSymbol: false }, account), /it needs an upper-case letter and a digit/)
    for (const symbol of ' !"\\#$%&\'()*+,-./:;<=>?@[]^_`|~') assert.equal(refusal(`abcdefgh1${symbol}`, { needsSymbol: true }), 'accepted', symbol)
    assert.equal(refusal('ABCDEFGH1!', { needsLowercase: true }), 'password_too_weak')
  })

  it('is not one that is guessed first, unless the settings allow it', () => {
    for (const password of ['password1', 'PassWord123', 'Ada.Lovelace', 'ada@example.com']) {
      assert.deepEqual([refusal(password), refusal(password, { refusesCommon: false })], ['password_too_weak', 'accepted'], password)
    }
    assert.equal(refusal('ada', { minimumLength: 1 }), 'password_too_weak')
    assert.throws(() => assertAcceptable('password1', defaultPasswordSettings, account), { details: { rule: 'common', reason: 'it is one of the passwords that are guessed first' } })
    assert.throws(() => assertAcceptable('ada@example.com', defaultPasswordSettings, account), { details: { rule: 'account', reason: 'it is the name or the address of the account' } })
    assert.ok(commonPasswords.size >= 200)
    assert.ok([...commonPasswords].every((password) => password === password.toLowerCase()))
  })
})
