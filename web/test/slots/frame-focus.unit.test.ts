import { deepEqual } from 'node:assert/strict'
import { handsMs, isGrab, type FocusGain } from '../../src/slots/frame-focus.ts'

const pressed: FocusGain = { isTabbed: false, isActive: true, keyMs: Number.POSITIVE_INFINITY, handMs: Number.POSITIVE_INFINITY, isFromField: true }

describe('the focus that a frame has', () => {
  it('was given to it by Tab, by whoever did something in it, or where nobody had it in a field', () => {
    const given: readonly Partial<FocusGain>[] = [{}, { isTabbed: true, isActive: false, keyMs: 0, handMs: 0 }, { keyMs: handsMs, handMs: handsMs }, { isFromField: false, isActive: false }, { isFromField: false, handMs: 0 }]
    deepEqual(given.filter((gain) => isGrab({ ...pressed, ...gain })), [])
  })

  it('was taken where somebody works in the page, or stopped for a while in a field of it', () => {
    const taken: readonly Partial<FocusGain>[] = [{ keyMs: 0, handMs: 0 }, { isFromField: false, keyMs: handsMs - 1, handMs: 0 }, { handMs: 0 }, { isActive: false }]
    deepEqual(taken.filter((gain) => !isGrab({ ...pressed, ...gain })), [])
  })
})
