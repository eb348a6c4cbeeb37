import { SourceMap } from 'node:module'
import path from 'node:path'

/** Puts the author's files in the place of positions in the bundled script: `src/index.ts:12:5` for `plugin.js:804:7`. */
export type MapPositions = (text: string) => string

export function createPositions(map: string, folder: string): MapPositions {
  if (map === '') return (text) => text
  const lines = new SourceMap(JSON.parse(map) as ConstructorParameters<typeof SourceMap>[0])
  return (text) => text.replace(/(?:[^\s()]*[/\\])?plugin\.js:(\d+):(\d+)/g, (whole, line: string, column: string) => {
    const found = lines.findOrigin(Number(line), Number(column))
    if (!('fileName' in found)) return whole
    // The map's names are relative to where the script would lie.
    return `${path.relative(folder, path.resolve(folder, 'src', found.fileName)).split(path.sep).join('/')}:${found.lineNumber}:${found.columnNumber}`
  })
}
