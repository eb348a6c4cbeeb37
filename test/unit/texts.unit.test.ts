import { deepEqual, equal, match } from 'node:assert/strict'
import { judgeLanguages, judgeNames, judgeScript, judgeStyles, judgeTemplate, judgeUse } from '../../scripts/lint/texts.ts'

const texts = (entries: Record<string, string>): Map<string, string> => new Map(Object.entries(entries))
const plural = (cases: string): string => `{count, plural, ${cases.split(' ').map((name) => `${name} {#}`).join(' ')}}`

describe('the check of texts', () => {
  it('finds text that stands in a template, in attributes and in expressions', () => {
    const judge = (template: string): number => judgeTemplate('a.vue', `<template><div>${template}</div></template>`).length
    deepEqual(['Save', '<b title="Close it" />', '{{ isOn ? \'Switched on\' : \'\' }}', '<b :aria-label="`Open ${name} now here`" />'].map(judge), [1, 1, 1, 1])
    deepEqual(['{{ t(\'ui.save\') }}', '<b class="one two" :class="{ \'is open\': yes }" />', '·', '<b :title="t(`errors.${code}`)" />'].map(judge), [0, 0, 0, 0])
  })

  it('finds words in expressions, and sentences in scripts', () => {
    const inTemplate = (template: string): number => judgeTemplate('a.vue', `<template><div>${template}</div></template>`).length
    deepEqual(['{{ isOpen ? \'Close\' : t(\'ui.open\') }}', '<b :aria-label="name || \'Nobody\'" />', '{{ kind === \'open\' ? t(\'ui.open\') : \'\' }}'].map(inTemplate), [1, 1, 0])
    const judge = (script: string): number => judgeScript('a.ts', script).length
    deepEqual(['toasts.show(\'Could not save this\')', 'const text = `Saved ${count} of them`', 'const table = { title: "No such place" }'].map(judge), [1, 1, 1])
    deepEqual(['toasts.show(t(\'ui.saved\'))', 'throw new Error(\'Nobody provides it\')', 'const refusal = { code: \'full\', message: \'Too many of them\' }', 'list.className = \'large red\'', '// Could not save this'].map(judge), [0, 0, 0, 0, 0])
    equal(judgeScript('a.vue', '<script setup lang="ts">\nconst text = \'Could not save this\'\n</script>').length, 1)
  })

  it('finds sides of the screen in styles', () => {
    const judge = (style: string): number => judgeStyles('a.css', style).length
    deepEqual(['a { margin-left: 1px }', 'a {\n  left: 0;\n}', 'a { text-align: right }', 'a{float:left}', 'a { border-top-left-radius: 2px }'].map(judge), [1, 1, 1, 1, 1])
    deepEqual(['a { margin-inline-start: 1px }', '/* left: 0; */', '.left { color: red }', 'a { text-align: start }'].map(judge), [0, 0, 0, 0])
  })

  it('finds keys that are missing or that nobody asks for', () => {
    const english = texts({ 'ui.save': 'Save', 'ui.close': 'Close', 'errors.internal': 'Wrong' })
    deepEqual(judgeUse(english, [{ file: 'a.ts', source: 't(\'ui.save\'); t(isOn ? \'ui.save\' : \'ui.lost\', { key: \'not.one\' }); t(`errors.${code}`)' }]), ['a.ts: the text ui.lost is in no locale file', 'locales/en: nobody asks for ui.close'])
    deepEqual(judgeNames(texts({ 'system.joined': '', 'system.left': '' }), [{ file: 'a.ts', source: 'says: \'joined\'' }]), ['kernel/src/languages/locales/en: nobody asks for system.left'])
  })

  it('compares a language with English: keys, names, plurals, and words of its own', () => {
    const judge = (english: string, own: string | undefined, language = 'ar'): string => judgeLanguages(texts({ key: english }), language, texts(own === undefined ? {} : { key: own })).join()
    match(judge('Save', undefined), /key is missing/)
    match(judge('Save {name}', 'حفظ'), /has \{\} where English has \{name\}/)
    match(judge('Save', 'حفظ {'), /is no message/)
    match(judge(plural('one other'), plural('one other')), /plurals for one, other, and the language has few, many, one, other, two, zero/)
    equal(judge(plural('one other'), plural('=0 zero one two few many other')), '')
    match(judge('Save', 'Save', 'de'), /1 of 1 texts say the same as English/)
    equal(judge('{name}: {text}', '{name}: {text}', 'de'), '')
    match(judgeLanguages(texts({}), 'de', texts({ more: 'Mehr' })).join(), /more is not in English/)
  })
})
