import type { Limits } from '@rookery/sdk/protocol'

export type FileRefusal = { readonly reason: 'tooMany', readonly count: number } | { readonly reason: 'tooLarge' | 'empty', readonly name: string }

/** Which of the chosen files may go with the message, and why the others may not. */
export function checkFiles<Each extends Pick<File, 'name' | 'size'>>(files: readonly Each[], attached: number, { filesPerPost, fileBytes }: Pick<Limits, 'filesPerPost' | 'fileBytes'>): { readonly accepted: Each[], readonly refusals: FileRefusal[] } {
  const refusals: FileRefusal[] = []
  const fitting = files.filter(({ name, size }) => {
    if (size > 0 && size <= fileBytes) return true
    refusals.push({ reason: size === 0 ? 'empty' : 'tooLarge', name })
    return false
  })
  const room = Math.max(0, filesPerPost - attached)
  if (fitting.length > room) refusals.push({ reason: 'tooMany', count: fitting.length - room })
  return { accepted: fitting.slice(0, room), refusals }
}
