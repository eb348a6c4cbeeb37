import { setTimeout as wait } from 'node:timers/promises'

/** As node --expose-gc gives it; `last-resort` also gives back what the heap keeps for what may come. */
type Collect = (options: { type: 'major', execution: 'sync', flavor: 'last-resort' }) => void

const collect = (): void => { (globalThis as { gc?: Collect }).gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' }) }

/**
 * Loaded into a process whose memory is measured: SIGUSR2 has it collect what is garbage, so that what it holds is
 * seen and not when it last cleaned up. Twice, for what the first round lets go of may hold more.
 */
process.on('SIGUSR2', () => {
  collect()
  void wait(500).then(collect)
})
