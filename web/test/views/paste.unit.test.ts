import { deepEqual, equal } from 'node:assert/strict'
import { checkFiles } from '../../src/views/composer/check-files.ts'
import { applied } from '../../src/views/composer/edits/edit.ts'
import { codeToMarkdown } from '../../src/views/composer/paste/code.ts'
import { pasteEdit } from '../../src/views/composer/paste/paste.ts'
import { cellOfNode, cellOfText, type CellNode } from '../../src/views/composer/paste/cell.ts'
import { areFilesMeant, filesOf } from '../../src/views/composer/paste/files.ts'
import { gridOf, rowsOfText, tableToMarkdown } from '../../src/views/composer/paste/table.ts'
import { createMarkdownParser, type Node } from '../../src/views/messages/markdown/parser.ts'

const code = 'export function add(a: number, b: number): number {\n  return a + b\n}'
const paste = (text: string, pasted: string, { at = text.length, editorData = '' } = {}): string | undefined => {
  const edit = pasteEdit(text, { start: at, end: at }, { text: pasted, html: '', editorData })
  return edit && applied(text, edit)
}

describe('pasting into the composer', () => {
  it('makes a table of what a spreadsheet copies', () => {
    deepEqual(rowsOfText('a\tb\r\n1\t"two\nlines, ""quoted"""\r\n'), [['a', 'b'], ['1', 'two lines, "quoted"']])
    equal(tableToMarkdown([['a', 'b'], ['1']]), '| a | b |\n| --- | --- |\n| 1 |  |')
    equal(paste('', 'a\tb|c\n1\t2'), '| a | b\\|c |\n| --- | --- |\n| 1 | 2 |\n')
    equal(paste('See', 'a\tb\n1\t2'), 'See\n| a | b |\n| --- | --- |\n| 1 | 2 |\n')
    for (const text of ['one line\twith a tab', 'a\tb\nno tab', '\tif (x) {\n\t\treturn;\n']) equal(rowsOfText(text), undefined)
  })

  it('says in the cells of a table what they said, whatever signs they hold', () => {
    const cells = ['1|2', 'a\\|b', 'C:\\Users\\ada', 'ends with \\', '2 * 3 *4*', '*', 'snake_case _said_ __init__', '`code`', '~~gone~~ ~town', '[x](https://a.example)', 'https://a.example/a_b_*c', '_أهلًا_', '5 < 6 & <b>']
    const parsed = createMarkdownParser().parse(tableToMarkdown([['a', 'b'], ...cells.map((cell) => [cellOfText(cell), 'x'])]))
    const said = ({ token, children }: Node): string => token.content && children.length === 0 ? token.content : children.map(said).join('')
    const told = (node: Node): string[] => (node.token.type === 'td_open' ? [said(node)] : node.children.flatMap(told))
    deepEqual(parsed.flatMap(told), cells.flatMap((cell) => [cell, 'x']))
    deepEqual(['snake_case', 'C:\\Users', '2 * 3', 'https://a.example/a_b'].map(cellOfText), ['snake_case', 'C:\\Users', '2 * 3', 'https://a.example/a_b'])
  })

  it('keeps lines apart and links in the cells of a page, and each cell in its column', () => {
    const text = (nodeValue: string): CellNode => ({ nodeName: '#text', nodeValue, childNodes: [] })
    const node = (nodeName: string, childNodes: readonly CellNode[], attributes: Readonly<Record<string, string>> = {}): CellNode => ({ nodeName, nodeValue: null, childNodes, getAttribute: (name) => attributes[name] ?? null })
    const cell = (...children: CellNode[]): string => cellOfNode(node('TD', children))
    equal(cell(text('one'), node('BR', []), text('two')), 'one two')
    equal(cell(node('P', [text(' one\n')]), node('P', [node('B', [text('two')]), text('|three')])), 'one two\\|three')
    equal(cell(text('see '), node('A', [text('the [plan]')], { href: 'https://a.example/x (1)' })), 'see [the \\[plan\\]](https://a.example/x%20%281%29)')
    equal(cell(node('A', [text('https://a.example')], { href: 'https://a.example/' })), 'https://a.example/')
    for (const href of ['javascript:alert(1)', '#top', '']) equal(cell(node('A', [text('words')], { href })), 'words')

    const span = (words: string, colSpan = 1, rowSpan = 1) => ({ words, colSpan, rowSpan })
    deepEqual(gridOf([[span('a', 1, 2), span('b', 2)], [span('c'), span('d')], [span('e'), span('f'), span('g')]]), [['a', 'b', ''], ['', 'c', 'd'], ['e', 'f', 'g']])
    deepEqual(gridOf([[span('a'), span('b', 1, 0)], [span('c')], [span('d', 1, 9)]]), [['a', 'b'], ['c', ''], ['d', '']])
    equal(gridOf([[span('a', 1000, 65_534)], [], []]), undefined)
  })

  it('takes for files what a file manager copied, and for words what an office copied with a picture of it', () => {
    const meant = (names: string[], text: string, html = ''): boolean => areFilesMeant(names, { text, html })
    deepEqual([meant(['image.png'], ''), meant(['image.png'], '', '<img src="x">'), meant(['plan.pdf'], 'plan.pdf'), meant(['a b.txt', 'c.txt'], 'a b.txt\rc.txt')], [true, true, true, true])
    deepEqual([meant(['a b.txt'], 'file:///home/ada/a%20b.txt'), meant(['a.txt'], '/home/ada/a.txt'), meant(['Ubung.txt'.replace('U', 'U\u0308')], '\u00DCbung.txt'), meant(['100%.txt'], 'file:///100%.txt')], [true, true, true, true])
    deepEqual([meant([], 'plan.pdf'), meant(['image.png'], 'Dear all', '<p>Dear all</p>'), meant(['image.png'], 'a\tb\n1\t2'), meant(['a.txt'], 'a.txt\nand more', '<p>')], [false, false, false, false])
    equal(meant(['image.png'], 'a caption'), true)
  })

  it('tells files from folders', () => {
    const file = { name: 'a.txt' } as File
    const item = (kind: string, isDirectory?: boolean, got: File | null = file) => ({ kind, getAsFile: () => got, webkitGetAsEntry: () => (isDirectory === undefined ? null : { isDirectory, name: 'looms' } as FileSystemEntry) })
    deepEqual(filesOf([item('string', false), item('file', false), item('file', true), item('file'), item('file', false, null)]), { files: [file, file], folders: ['looms'] })
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
