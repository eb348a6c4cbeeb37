import { deepEqual } from 'node:assert/strict'
import { playChime } from '../../src/views/notifications/chime.ts'

/** As much of the sound of a browser as the chime uses: suspended at first, and running when it was asked to, or never. */
function createFakeAudio(isAllowed: boolean): { readonly audio: AudioContext, readonly done: string[] } {
  const done: string[] = []
  const gain = { setValueAtTime() {}, linearRampToValueAtTime() {}, exponentialRampToValueAtTime() {} }
  const audio = {
    state: 'suspended', currentTime: 0, destination: {},
    resume: () => (isAllowed ? Promise.resolve().then(() => { audio.state = 'running' }) : new Promise(() => {})),
    createOscillator: () => ({ frequency: { value: 0 }, connect: (to: unknown) => to, start: (at: number) => done.push(`starts at ${at}`), stop() {} }),
    createGain: () => ({ gain, connect() {} }),
    close: async () => { done.push('closed') },
  }
  return { audio: audio as unknown as AudioContext, done }
}

describe('the chime', () => {
  it('is heard where the browser is suspended for a moment only', async () => {
    const { audio, done } = createFakeAudio(true)
    await playChime(() => audio)
    deepEqual(done, ['starts at 0', 'starts at 0.11', 'closed'])
  })
  it('is silent where nobody may play yet, and leaves nothing behind', async () => {
    const { audio, done } = createFakeAudio(false)
    await playChime(() => audio)
    deepEqual(done, ['closed'])
  })
})
