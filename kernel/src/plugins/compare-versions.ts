/** Below zero where one comes before the other, in the order of semver: what is announced by a suffix comes before what it announces. */
export function compareVersions(one: string, other: string): number {
  const [release, suffix] = partsOf(one)
  const [otherRelease, otherSuffix] = partsOf(other)
  const byRelease = compareParts(release, otherRelease)
  if (byRelease !== 0 || !suffix || !otherSuffix) return byRelease || Number(Boolean(otherSuffix)) - Number(Boolean(suffix))
  return compareParts(suffix, otherSuffix)
}

function partsOf(version: string): [readonly string[], readonly string[] | undefined] {
  const [, release = '', suffix] = /^([^-]*)(?:-(.*))?$/s.exec(version) ?? []
  return [release.split('.'), suffix?.split('.')]
}

/** The first that differs decides; numbers come before words, and less before more. */
function compareParts(ones: readonly string[], others: readonly string[]): number {
  for (const [index, one] of ones.entries()) {
    const other = others[index]
    if (other === undefined) return 1
    const [isNumber, isOtherNumber] = [one, other].map((part) => /^\d+$/.test(part))
    if (isNumber !== isOtherNumber) return isNumber ? -1 : 1
    if (isNumber && Number(one) !== Number(other)) return Number(one) - Number(other)
    if (!isNumber && one !== other) return one < other ? -1 : 1
  }
  return ones.length - others.length
}
