import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'
import { useWebParts, type Command } from '../../data/index.ts'
import { pageNames, pages, type PageName, type Row } from './pages.ts'
import { switchValuesOf, useRowValue, useValueWords, valuesOf, type TableRow } from './row-value.ts'

/** Each page of the settings, each setting where it stands, and what it may be: chosen without going there. */
export function useSettingCommands(): () => readonly Command[] {
  const [parts, router, { t }] = [useWebParts(), useRouter(), useI18n()]
  const wordOf = useValueWords()
  const titleOf = (name: string): string => t(`settings.rows.${name}.title`)
  const goTo = (page: string, more: { readonly detail?: string, readonly row?: string } = {}) => () => router.push({ name: 'settings', params: { page, ...(more.detail && { detail: more.detail }) }, hash: more.row ? `#setting-${more.row}` : '' })
  const command = (id: string, title: () => string, run: () => unknown, more: Partial<Command> = {}): Command => ({ id: `settings.${id}`, area: 'settings', title, run, ...more })
  const ofRow = (page: PageName, row: Row): readonly Command[] => [
    command(`${page}.${row.name}`, () => titleOf(row.name), goTo(page, { row: row.name }), { isMinor: true, detail: () => t(`settings.pages.${page}`), keywords: () => t(`settings.rows.${row.name}.detail`, { zone: '' }) }),
    ...(row.kind === 'own' ? [] : ofValues(row)),
  ]
  const ofValues = (row: TableRow): readonly Command[] => {
    const value = useRowValue(() => row)
    const { on, off } = switchValuesOf(valuesOf(row))
    const wordsOf = (each: string): string => (row.control !== 'switch' ? t('commands.value', { name: titleOf(row.name), value: wordOf(row, each) }) : t(each === on ? 'commands.on' : 'commands.off', { name: titleOf(row.name) }))
    return (row.control === 'switch' ? [on, off] : valuesOf(row)).map((each) => command(`${row.kind}.${row.name}.${each}`, () => wordsOf(each), () => { value.value = each }, { isMinor: true, when: () => value.value !== each }))
  }
  const all = pageNames.flatMap((page) => [command(page, () => t(`settings.pages.${page}`), goTo(page), { keywords: () => t('settings.title') }), ...pages[page].flatMap((row) => ofRow(page, row))])
  return () => [...all, ...parts.at('settings', {}).map(({ key, part }) => command(`part-${key}`, () => part.title, goTo('parts', { detail: key })))]
}
