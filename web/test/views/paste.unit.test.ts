import { deepEqual, equal } from 'node:assert/strict'
import { checkFiles } from '../../src/views/composer/check-files.ts'
import { applied } from '../../src/views/composer/edits/edit.ts'
import { codeToMarkdown } from '../../src/views/composer/paste/code.ts'
import { pasteEdit } from '../../src/views/composer/paste/paste.ts'
import { rowsOfText, tableToMarkdown } from '../../src/views/composer/paste/table.ts'

const code = 'export function add(a: number, b: number): number {\n  return a + b\n}'
const paste = (text: string, pasted: string, { at = text.length, editorData = '' } = {}): string | undefined => {
  const edit = pasteEdit(text, { start: at, end: at }, { text: pasted, html: '', editorData })
  return edit && applied(text, edit)
}

describe('pasting into the composer', () => {
  it('makes a table of what a spreadsheet copies', () => {
    deepEqual(rowsOfText('a\tb\r\n1\t"two\nlines, ""quoted"""\r\n'), [['a', 'b'], ['1', 'two\nlines, "quoted"']])
    equal(tableToMarkdown([['a', 'b|c'], ['1']]), '| a | b\\|c |\n| --- | --- |\n| 1 |  |')
    equal(paste('See', 'a\tb\n1\t2'), 'See\n| a | b |\n| --- | --- |\n| 1 | 2 |\n')
    for (const text of ['one line\twith a tab', 'a\tb\nno tab', '\tif (x) {\n\t\treturn;\n']) equal(rowsOfText(text), undefined)
  })

  it('puts code between fences, with the language where an editor tells it', () => {
    equal(codeToMarkdown(code), `\`\`\`\n${code}\n\`\`\``)
    equal(codeToMarkdown('some words\nand more', '{"mode":"typescriptreact"}'), '```tsx\nsome words\nand more\n```')
    equal(codeToMarkdown('def f(x):\n    return x + 1\n\nprint(f(2))\n'), '```\ndef f(x):\n    return x + 1\n\nprint(f(2))\n```')
    equal(paste('before\nafter', code, { at: 7 }), `before\n\`\`\`\n${code}\n\`\`\`\n\nafter`)
  })

  it('leaves prose, single lines and what goes into code as they are', () => {
    const prose = 'Dear all,\n\nthe meeting (on Monday) is moved: we start at ten.\nBring your slides; coffee is there.\n\nKind regards\nAda'
    for (const text of [prose, 'const x = 1;', '- one\n- two\n- three', 'Zeile eins\nZeile zwei', '```\nx();\n```']) equal(codeToMarkdown(text), undefined)
    equal(codeToMarkdown('# Title\n\ntext();', '{"mode":"markdown"}'), undefined)
    equal(paste('```\n', code), undefined)
  })

  it('takes files as far as the server does, and says which not', () => {
    const limits = { filesPerPost: 3, fileBytes: 100 }
    const files = [{ name: 'a', size: 1 }, { name: 'empty', size: 0 }, { name: 'big', size: 101 }, { name: 'b', size: 100 }, { name: 'c', size: 5 }]
    const { accepted, refusals } = checkFiles(files, 1, limits)
    deepEqual(accepted.map(({ name }) => name), ['a', 'b'])
    deepEqual(refusals, [{ reason: 'empty', name: 'empty' }, { reason: 'tooLarge', name: 'big' }, { reason: 'tooMany', count: 1 }])
  })
})
