import { deepEqual } from 'node:assert/strict'
import { createFrameHeight } from '../../src/slots/frame-height.ts'

function createCase() {
  const heights: number[] = []
  const pauses: number[] = []
  let isActing = false
  let work: (() => void) | undefined
  const height = createFrameHeight({
    first: 96, least: 20, most: 200, isActing: () => isActing, onHeight: (next) => { heights.push(next) },
    later(next, ms) {
      pauses.push(ms)
      work = next
      return () => { work = undefined }
    },
  })
  return { heights, pauses, height, act: (acts: boolean) => { isActing = acts }, pass: () => { work?.() } }
}

describe('the height of a frame', () => {
  it('is what it wishes at first, within its room, and grows at once', () => {
    const { heights, height } = createCase()
    for (const wish of [39.2, 40, 60, 1e9, -1]) height.wish(wish)
    deepEqual(heights, [40, 60, 200])
  })

  it('shrinks in its own time, later each time, and not while it wishes more again and again', () => {
    const { heights, pauses, height, pass } = createCase()
    for (let count = 0; count < 100; count += 1) height.wish(count % 2 === 0 ? 150 : 40)
    deepEqual(heights, [150])
    pauses.length = 0
    for (let count = 0; count < 3; count += 1) {
      height.wish(50)
      pass()
      height.wish(150)
    }
    deepEqual([heights, pauses], [[150, 50, 150, 50, 150, 50, 150], [2000, 4000]])
  })

  it('shrinks at once where somebody does something in it', () => {
    const { heights, height, act } = createCase()
    height.wish(150)
    act(true)
    height.wish(40)
    deepEqual(heights, [150, 40])
  })
})
