import { deepEqual, equal } from 'node:assert/strict'
import { createLog, type LogOptions } from '../../src/telemetry/index.ts'

describe('log', () => {
  const collect = (options: Omit<LogOptions, 'write' | 'clock'>) => {
    const lines: string[] = []
    return { lines, log: createLog({ ...options, clock: () => 0, write: (line) => lines.push(line) }) }
  }

  it('writes one JSON object a line, errors with their codes and causes', () => {
    const { lines, log } = collect({ format: 'json', fields: { node: 'one' } })
    log.info('Listening.', { port: 8065, bytes: 7n })
    log.error('Broken.', { error: Object.assign(new TypeError('no'), { code: 'E1', stack: 'stack' }) })
    deepEqual(lines.map((line) => JSON.parse(line)), [
      { time: '1970-01-01T00:00:00.000Z', level: 'info', message: 'Listening.', node: 'one', port: 8065, bytes: '7' },
      { time: '1970-01-01T00:00:00.000Z', level: 'error', message: 'Broken.', node: 'one', error: { name: 'TypeError', message: 'no', code: 'E1', stack: 'stack' } },
    ])
  })

  it('writes a line for people and never throws', () => {
    const { lines, log } = collect({ format: 'human' })
    const cycle: Record<string, unknown> = {}
    cycle['self'] = cycle
    log.warn('Slow.', { route: '/api', words: 'two words', nothing: undefined, cycle })
    equal(lines[0], '00:00:00.000 warn  Slow. route=/api words="two words" cycle="[object Object]"\n')
  })

  it('leaves out what is below its level', () => {
    const { lines, log } = collect({ format: 'human', level: 'warn' })
    log.info('quiet')
    log.warn('loud')
    equal(lines.length, 1)
  })
})
