/** What somebody did to blocks. */
export interface BlockDeed {
  readonly id: string
  readonly selectedOption?: string | undefined
  readonly isChecked?: boolean | undefined
  /** Of what is stored nowhere: it says where it belongs. */
  readonly cookie?: string | undefined
  /** What was filled in beside it. */
  readonly values: Readonly<Record<string, unknown>>
}
