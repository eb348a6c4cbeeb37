import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'

/** What WCAG 2.2 AA asks for, as far as a program can see it. */
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** Of a thousand that are drawn by the same lines it is enough to look at some. */
const alike = ['.picker .row:nth-of-type(n+12)']

/** What axe finds on the page as it is now, by all rules or by those that are named; `within` a part of it only. The policy of the page forbids scripts of others: the browser itself runs axe. */
export async function axeFindings(page: Page, { rules, within }: { readonly rules?: readonly string[], readonly within?: string } = {}): Promise<string[]> {
  if (!await page.evaluate(() => 'axe' in globalThis)) await page.evaluate(await readFile(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8'))
  const options = { runOnly: rules ? { type: 'rule', values: rules } : { type: 'tag', values: tags }, rules: { 'target-size': { enabled: true } }, resultTypes: ['violations'] }
  // Only what was found leaves the page: the whole answer names every rule and what it looked at.
  const found = await page.evaluate(async ([asked, where, many]) => {
    const { violations } = await (globalThis as unknown as { axe: { run(context: object, options: object): Promise<AxeResults> } }).axe.run({ ...(where && { include: [where] }), exclude: many }, asked)
    return violations.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.slice(0, 4).map(({ html, failureSummary = '' }) => ({ html, failureSummary })) }))
  }, [options, within, alike] as const)
  return found.map(({ id, help, nodes }) => [`${id}: ${help}`, ...nodes.map(({ html, failureSummary }) => `  ${html.slice(0, 200)}\n    ${failureSummary.replaceAll('\n', '\n    ')}`)].join('\n'))
}

/** Throws what axe finds. */
export async function checkAccessibility(page: Page): Promise<void> {
  const found = await axeFindings(page)
  if (found.length > 0) throw new Error(`axe found ${found.length} violations at ${page.url()}:\n${found.join('\n')}`)
}
