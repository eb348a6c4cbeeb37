import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { createTokens } from '../../src/auth/tokens.ts'
import { isId } from '../../src/ids.ts'

describe('tokens', () => {
  const tokens = createTokens({ randomBytes })

  it('have 26 characters from 16 random bytes', () => {
    const sizes: number[] = []
    const counted = createTokens({ randomBytes: (size) => { sizes.push(size); return randomBytes(size) } })
    const given = Array.from({ length: 500 }, () => counted.token())
    assert.ok(given.every(isId))
    assert.equal(new Set(given).size, 500)
    assert.deepEqual([...new Set(sizes)], [16])
  })

  it('are stored as SHA-256 and recognised', () => {
    assert.equal(tokens.hashToken('abc').toString('hex'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
    const token = tokens.token()
    const stored = tokens.hashToken(token)
    assert.deepEqual([tokens.matches(token, stored), tokens.matches(`${token}x`, stored), tokens.matches(token, stored.subarray(1))], [true, false, false])
    assert.equal(tokens.isSameHash(stored, new Uint8Array(stored)), true)
  })
})
