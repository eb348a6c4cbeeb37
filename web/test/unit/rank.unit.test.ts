import { deepEqual, equal, ok } from 'node:assert/strict'
import { foldText, rank, recency } from '../../src/data/commands/rank.ts'

describe('how well names match what is typed', () => {
  const order = (term: string, names: string[]): string[] => names.map((name) => ({ name, score: rank(term, [name]) })).filter(({ score }) => score > 0).sort((a, b) => b.score - a.score).map(({ name }) => name)

  it('prefers the whole name, then its beginning, then the beginning of a word, then what lies inside', () => {
    deepEqual(order('dev', ['undeveloped', 'team-dev', 'developers', 'dev', 'sales']), ['dev', 'developers', 'team-dev', 'undeveloped'])
  })
  it('finds letters with others between only where words begin or they stand together', () => {
    ok(rank('tsq', ['town-square']) > 0)
    equal(rank('tsq', ['matters asked']), 0)
    equal(rank('xyz', ['town square']), 0)
    ok(rank('tosq', ['Town Square']) > 0)
  })
  it('wants every word, in any order', () => {
    ok(rank('square town', ['Town Square']) > 0)
    equal(rank('square moon', ['Town Square']), 0)
    ok(rank('ada love', ['ada', 'Ada Lovelace']) > 0)
  })
  it('reads past accents, marks and forms of letters, in every script', () => {
    ok(rank('muller', ['Müller']) > 0)
    ok(rank('احمد', ['أحمد علي']) > 0)
    ok(rank('مدرسه', ['مدرسة']) >= 1000)
    ok(rank('開発', ['製品開発部']) > 0)
    ok(rank('ｄｅｖ', ['dev']) >= 1000)
    equal(foldText('Straße'), 'strasse')
  })
  it('takes the sign before a name for what it is', () => {
    equal(rank('@ada', ['ada']), rank('ada', ['ada']))
    equal(rank('~dev', ['dev']), rank('dev', ['dev']))
    equal(rank('  ', ['anything']), 1)
  })
  it('weighs lately used names so that a beginning outweighs what is merely inside', () => {
    const now = 1_000_000_000_000
    ok(recency(now, now) > recency(now - 86_400_000, now))
    equal(recency(0, now), 0)
    ok(rank('de', ['design']) + recency(0, now) > rank('de', ['a-code']) + recency(now, now))
  })
})
