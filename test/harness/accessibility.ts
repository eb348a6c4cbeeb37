import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'

/** What WCAG 2.2 AA asks for, as far as a program can see it. */
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** Throws what axe finds on the page as it is now. The policy of the page forbids scripts of others: the browser itself runs axe. */
export async function checkAccessibility(page: Page): Promise<void> {
  const source = await readFile(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')
  await page.evaluate(source)
  const { violations } = await page.evaluate((wanted) => (globalThis as unknown as { axe: { run(options: object): Promise<AxeResults> } }).axe.run({ runOnly: wanted, resultTypes: ['violations'] }), tags)
  if (violations.length === 0) return
  const lines = violations.flatMap(({ id, help, nodes }) => [`${id}: ${help}`, ...nodes.slice(0, 4).map(({ html, failureSummary = '' }) => `  ${html.slice(0, 200)}\n    ${failureSummary.replaceAll('\n', '\n    ')}`)])
  throw new Error(`axe found ${violations.length} violations at ${page.url()}:\n${lines.join('\n')}`)
}
