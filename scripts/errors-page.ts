// node scripts/run.mjs scripts/errors-page.ts: writes docs/errors.md from the error table.
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { errorTable } from '@rookery/sdk/protocol'

export const errorsPageFile: string = fileURLToPath(new URL('../docs/errors.md', import.meta.url))

/** The page as the table would have it. */
export function errorsPage(): string {
  const rows = Object.entries(errorTable).map(([code, { status, mattermostId, sentence }]) => `| \`${code}\` | ${status} | ${sentence} | \`${mattermostId}\` |`)
  return [
    '# Errors', '',
    'What a caller can be told, made from `sdk/src/protocol/errors.ts` by `npm run docs:errors`. The native door answers',
    '`{"error": {"code", "message", "details", "requestId"}}`; API v4 answers Mattermost\'s form with the id of the last column.', '',
    '| code | status | sentence | id in API v4 |', '|---|---|---|---|', ...rows, '',
  ].join('\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(errorsPageFile, errorsPage())
