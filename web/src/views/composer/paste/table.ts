/** Cells of a table, by row. */
export type Rows = readonly (readonly string[])[]

const maximumCells = 2000

const cellText = (text: string): string => text.replace(/\s*\n\s*/g, ' ').replace(/[ \t\u00A0]+/g, ' ').trim().replaceAll('|', '\\|')

export function tableToMarkdown(rows: Rows): string {
  const width = Math.max(...rows.map((row) => row.length))
  const line = (cells: readonly string[]): string => `| ${Array.from({ length: width }, (_, column) => cellText(cells[column] ?? '')).join(' | ')} |`
  const [head = [], ...rest] = rows
  return [line(head), `|${' --- |'.repeat(width)}`, ...rest.map(line)].join('\n')
}

const isTable = (rows: Rows): boolean => rows.length > 1 && Math.max(...rows.map((row) => row.length)) > 1 && rows.flat().length <= maximumCells

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
  return width > 1 && rows.every((row) => row.length === width) && isTable(rows) && !rows.some((row) => row[0] === '' && row.every((cell, column) => column === 0 || cell === '' || /[{};]$/.test(cell))) ? rows : undefined
}

/** A single table with nothing around it; undefined for all else, numbered lines of code too. The parser runs and loads nothing. */
export function rowsOfHtml(html: string): Rows | undefined {
  if (!/<table/i.test(html)) return undefined
  const { body } = new DOMParser().parseFromString(html, 'text/html')
  const [table, ...others] = body.querySelectorAll('table')
  if (!table || others.length > 0 || table.querySelector('pre, code, .blob-code')) return undefined
  for (const each of body.querySelectorAll('style, script, title, meta')) each.remove()
  if ((body.textContent ?? '').trim().length > (table.textContent ?? '').trim().length) return undefined
  const rows = [...table.rows].map((row) => [...row.cells].flatMap((cell) => [cell.textContent ?? '', ...Array.from({ length: Math.min(20, cell.colSpan) - 1 }, () => '')]))
  return isTable(rows) ? rows : undefined
}
