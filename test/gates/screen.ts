import type { Page } from 'playwright-core'
import type { Furniture } from './furniture.ts'

export interface Screen {
  readonly name: string
  /** `ada` administers, `bob` is a member, `newcomer` is in no team, `nobody` is not signed in. */
  readonly who?: 'ada' | 'bob' | 'newcomer' | 'nobody'
  /** Routes, panels, dialogs of the shell and components of web/src that open something: all of them must be shown by a screen. */
  readonly shows: readonly string[]
  /** Where it is; without it, the channel that all windows begin with. */
  readonly address?: string
  /** What is done there. */
  open?(page: Page, furniture: Furniture): Promise<void>
  /** Afterwards, where Escape is not enough. */
  close?(page: Page): Promise<void>
  /** Seen when it is there: nothing is looked at before. */
  ready(page: Page): Promise<void>
  /** Also in Arabic, written from right to left. */
  readonly inArabic?: boolean
}

export const dialog = async (page: Page): Promise<void> => { await page.getByRole('dialog').or(page.getByRole('alertdialog')).first().waitFor() }
export const menu = async (page: Page): Promise<void> => { await page.getByRole('menu').first().waitFor() }
export const heading = (name: string | RegExp) => async (page: Page): Promise<void> => { await page.getByRole('heading', { level: 1, name }).waitFor() }
export const text = (words: string | RegExp) => async (page: Page): Promise<void> => { await page.getByText(words).first().waitFor() }
