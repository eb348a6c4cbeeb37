import { deepEqual, equal, notEqual, ok } from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

const folder = path.join(import.meta.dirname, '../../docs/plugins')

/** The titles of the tests in a file, as they stand there. */
function titlesOf(file: string): readonly string[] {
  const text = readFileSync(file, 'utf8')
  return [...text.matchAll(/\bit\((['"`])((?:\\.|(?!\1).)*)\1/g)].map(([, , title = '']) => title.replaceAll(/\\(.)/g, '$1'))
}

/** Whether a title is that of one test; of types, whether the words stand there. */
function isShown(link: string, title: string): boolean {
  const file = path.join(folder, link)
  if (!existsSync(file)) return false
  if (link.endsWith('.test-d.ts')) return readFileSync(file, 'utf8').includes(title)
  return link.endsWith('.test.ts') && titlesOf(file).filter((each) => each === title).length === 1
}

/** What is wrong with an answer of ours; '' where nothing is. */
function faultOf(answer: string): string {
  if (answer === 'no' || answer === 'not yet') return ''
  if (!/^\[(?:yes|partly)\]\(/.test(answer)) return 'says neither yes, partly, no nor not yet'
  const links = [...answer.matchAll(/\]\(([^")]*(?:"[^"]*")?)\)/g)].map(([, link = '']) => link)
  for (const link of links) {
    const [, file = '', title = ''] = /^(\S+) "(.+)"$/.exec(link) ?? []
    if (title === '') return `${link} names no test`
    if (!isShown(file, title)) return `${file} has no test "${title}"`
  }
  return answer.startsWith('[partly]') && !/\): \S[^)]*$/.test(answer) ? 'does not say what there is of it' : ''
}

describe('The page that compares what plugins can do', () => {
  it('leads from every yes to a test by its title, and says no otherwise', () => {
    const rows = readFileSync(path.join(folder, 'compared.md'), 'utf8').split('\n').filter((line) => /^\| [^|]/.test(line) && !line.includes('| Rookery |'))
    ok(rows.length > 90)
    const faults = rows.map((row) => {
      const [feature = '', , , , , , answer = ''] = row.replace(/^\| /, '').replace(/ \|$/, '').split(' | ')
      return { feature, fault: faultOf(answer) }
    })
    deepEqual(faults.filter(({ fault }) => fault !== ''), [])
  })

  it('would notice what leads nowhere', () => {
    const here = '../../test/unit/compared.unit.test.ts'
    equal(faultOf(`[yes](${here} "would notice what leads nowhere"): since today`), '')
    for (const answer of ['maybe', `[yes](${here})`, `[yes](${here} "would notice")`, `[yes](../nothing.test.ts "a")`, `[yes](${here} "would notice what leads nowhere"), [again](${here} "b")`, `[partly](${here} "would notice what leads nowhere")`]) notEqual(faultOf(answer), '', answer)
  })
})
