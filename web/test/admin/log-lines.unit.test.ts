import { deepEqual, equal } from 'node:assert/strict'
import type { PluginLogLine } from '@rookery/sdk/protocol'
import { joinLines } from '../../src/views/admin/plugins/log-lines.ts'

const line = (number: number): PluginLogLine => ({ number, at: number, level: 'info', message: `line ${number}`, fields: '' })
const numbers = (lines: readonly PluginLogLine[]): number[] => lines.map(({ number }) => number)

describe('The lines of a log that goes on', () => {
  it('stand with the newest first, two hundred at most', () => {
    const known = joinLines([], [line(1), line(2)])
    deepEqual(numbers(known), [2, 1])
    deepEqual(numbers(joinLines(known, [line(3), line(4)])), [4, 3, 2, 1])
    equal(joinLines(known, []), known)
    const many = joinLines(known, Array.from({ length: 300 }, (_each, index) => line(index + 3)))
    deepEqual([many.length, many[0]?.number, many.at(-1)?.number], [200, 302, 103])
  })

  it('are those of the server that runs: what was said before it started goes', () => {
    deepEqual(numbers(joinLines([line(9), line(8)], [line(1), line(2)])), [2, 1])
    deepEqual(numbers(joinLines([line(9)], [line(9)])), [9])
  })
})
