import { deepEqual, throws } from 'node:assert/strict'
import { readStatus } from '../src/status-form.ts'

const now = 1_800_000_000_000

describe('What somebody says of what they are doing', () => {
  it('stands as long as its duration says', () => {
    deepEqual(readStatus({ emoji: 'tea', text: '  At\n tea ' }, now), { emoji: 'tea', text: 'At tea', duration: '', expiresAt: 0 })
    deepEqual(['thirty_minutes', 'one_hour', 'four_hours'].map((duration) => readStatus({ emoji: 'tea', text: '', duration: duration as 'one_hour' }, now).expiresAt - now), [1_800_000, 3_600_000, 14_400_000])
    deepEqual(readStatus({ emoji: 'tea', text: '', duration: 'one_hour', expiresAt: now + 5 }, now).expiresAt, now + 5)
    deepEqual(readStatus({ emoji: 'tea', text: '', expiresAt: now + 5 }, now).duration, 'date_and_time')
  })

  it('has an emoji, and words that are cut where they are too many', () => {
    deepEqual(readStatus({ emoji: '', text: '🍵'.repeat(120) }, now), { emoji: 'speech_balloon', text: '🍵'.repeat(100), duration: '', expiresAt: 0 })
    for (const said of [{ emoji: '', text: ' ' }, { emoji: 'Tea', text: '' }, { emoji: 'tea', text: '', duration: 'today' as const }, { emoji: 'tea', text: '', expiresAt: now }]) {
      throws(() => readStatus(said, now), { code: 'custom_status_invalid' })
    }
  })
})
