import { deepEqual, ok } from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

const folder = path.join(import.meta.dirname, '../../docs/plugins')

describe('The page that compares what plugins can do', () => {
  it('leads from every yes to a test, and says no otherwise', () => {
    const rows = readFileSync(path.join(folder, 'compared.md'), 'utf8').split('\n').filter((line) => /^\| [^|]/.test(line) && !line.includes('| Rookery |'))
    ok(rows.length > 90)
    const answers = rows.map((row) => ({ row, ours: row.split(' | ').at(-1)?.replace(/ \|$/, '') ?? '' }))
    const unproved = answers.filter(({ ours }) => {
      const link = /^\[(?:yes|partly)\]\((.+?)\)/.exec(ours)?.[1]
      return ours !== 'no' && ours !== 'not yet' && !(link !== undefined && /\.test(-d)?\.ts$/.test(link) && existsSync(path.join(folder, link)))
    })
    deepEqual(unproved.map(({ row }) => row), [])
  })
})
