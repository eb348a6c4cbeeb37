import { cellOfNode, cellOfText } from './cell.ts'

/** Cells of a table in markdown, by row. */
export type Rows = readonly (readonly string[])[]

/** A cell as pages have them: it may reach over columns and rows; 0 rows are all that follow. */
export interface Span { readonly words: string, readonly colSpan: number, readonly rowSpan: number }

const maximumCells = 2000

export function tableToMarkdown(rows: Rows): string {
  const width = Math.max(...rows.map((row) => row.length))
  const line = (cells: readonly string[]): string => `| ${Array.from({ length: width }, (_, column) => cells[column] ?? '').join(' | ')} |`
  const [head = [], ...rest] = rows
  return [line(head), `|${' --- |'.repeat(width)}`, ...rest.map(line)].join('\n')
}

const isTable = (rows: Rows): boolean => rows.length > 1 && Math.max(...rows.map((row) => row.length)) > 1 && rows.flat().length <= maximumCells

/** Each cell in its column: where one reaches over others, those are empty. Undefined where it is too much. */
export function gridOf(rows: readonly (readonly Span[])[]): Rows | undefined {
  const grid: (string | undefined)[][] = rows.map(() => [])
  let count = 0
  for (const [top, cells] of rows.entries()) {
    let column = 0
    for (const { words, colSpan, rowSpan } of cells) {
      while (grid[top]?.[column] !== undefined) column += 1
      const reached = grid.slice(top, rowSpan === 0 ? undefined : top + rowSpan)
      count += reached.length * colSpan
      if (count > maximumCells) return undefined
      for (const [down, row] of reached.entries()) for (let along = 0; along < colSpan; along += 1) row[column + along] = down === 0 && along === 0 ? words : ''
      column += colSpan
    }
  }
  return grid.map((row) => Array.from(row, (words) => words ?? ''))
}

/** Text of a spreadsheet: at least two lines with the same number of tabs. A cell with line breaks is in quotation marks. */
export function rowsOfText(text: string): Rows | undefined {
  if (!text.includes('\t')) return undefined
  const rows: string[][] = [[]]
  for (const [, quoted, plain = '', end] of text.replace(/\r\n?/g, '\n').replace(/\n+$/, '').matchAll(/(?:"((?:[^"]|"")*)"(?=[\t\n]|$)|([^\t\n]*))(\t|\n|$)/g)) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain)
    if (end === '\n') rows.push([])
    if (end === '') break
  }
  const width = rows[0]?.length ?? 0
  return width > 1 && rows.every((row) => row.length === width) && isTable(rows) && !rows.some((row) => row[0] === '' && row.every((cell, column) => column === 0 || cell === '' || /[{};]$/.test(cell))) ? rows.map((row) => row.map(cellOfText)) : undefined
}

/** A single table with nothing around it; undefined for all else, numbered lines of code too. The parser runs and loads nothing. */
export function rowsOfHtml(html: string): Rows | undefined {
  if (!/<table/i.test(html)) return undefined
  const { body } = new DOMParser().parseFromString(html, 'text/html')
  const [table, ...others] = body.querySelectorAll('table')
  if (!table || others.length > 0 || table.caption || table.querySelector('pre, code, .blob-code')) return undefined
  for (const each of body.querySelectorAll('style, script, title, meta')) each.remove()
  if ((body.textContent ?? '').trim().length > (table.textContent ?? '').trim().length) return undefined
  const rows = gridOf([...table.rows].map((row) => [...row.cells].map((cell) => ({ words: cellOfNode(cell), colSpan: cell.colSpan, rowSpan: cell.rowSpan }))))
  return rows && isTable(rows) ? rows : undefined
}
